// Package and drives A&D arm-in blood-pressure monitors: it starts, stops, takes the result that they send by themselves or
// when asked, and publishes it once.
//
// # Models
//
// TM-2655, TM-2655P, TM-2657, TM-2657P. The driver was tried against a simulated monitor that was written from the same
// page and not from this code, and on the one frame of a real TM-2657 that was published; it was tried on no real monitor.
// A text that does not begin with TM265 is refused. UA-767PC and TM-2441 speak otherwise and are not covered.
//
// # Documents
//
// cuffs.md sections 2a, 14 and 15: one real frame and four third-party drivers. The maker's interface document was not at
// hand. So these are not known and not guessed: whether a monitor answers while it measures, what it sends for a stopped
// measurement, what it answers to RB before its first result, and the meaning of an error that the page does not list.
// Interval, patient mode and target pressure cannot be set by a host.
//
// # Line
//
// 2400 baud, 8 data bits, no parity, 1 stop bit, as the factory sets it; variant 9600 for monitors whose setting was changed
// (two drivers open it so). Which one it is, is found out by listening to the answers of RB; a start is never tried for that.
//
// # Frames
//
//	16 16 01 30 30 02 text 03 BCC     both ways; 30 30 is address "00", BCC the XOR of the text
//	16 16 01 30 30 06                 acknowledged
//	16 16 01 30 30 15                 refused
//
//	ST   16 16 01 30 30 02 53 54 03 07   start
//	SP   16 16 01 30 30 02 53 50 03 03   stop, release the air
//	RB   16 16 01 30 30 02 52 42 03 10   read the last result
//
// Sources disagree whether the check spans the text or everything from 01 to 03; for address 00 both are equal, so no
// other is used or accepted. Nothing else is ever written; the pulse wave (RP) is not asked for.
//
// # The real frame, byte by byte
//
//	16 16 01 30 30 02   start, address 00, start of text
//	TM2657 1E           model; 1E ends every field
//	2411121014 1E       the monitor's clock: 2024-11-12, 10:14. Identifies the result, and is no event's time
//	RA 1E  M 1E         format and a literal, not used
//	E00 1E              error 00: none. It alone says whether there is a result
//	S127 1E  M 97 1E    systolic 127, mean 97 mmHg; the mean is measured, and never computed
//	D 76 1E  P 78 1E    diastolic 76 mmHg, pulse rate 78 /min
//	I00 1E L232 1E p173 1E   pressurisation, largest pulse, inflation: not used
//	i 0 1E              irregular beats: not used, the vocabulary has no word for them
//	m0 1E               movement: 0 none; else the reading is flagged as artefact
//	r0 1E t 35 1E       retries; 35 s
//	cN 1E l   1E d 1E … b      1E   cuff, height and weight: not used, blank here
//	03 4A               end of text, check
//
// Fields are found by their letters, never by their place. Capitals and small letters are different fields, and the M
// without digits is none.
//
// # After noise
//
// Everything up to a 16 is given up. A start that turns out wrong, by an address, by a byte that no text contains, by its
// check or by more than 200 bytes, costs that byte, and the search goes on with the next. When a request runs out of
// time, what waits is searched again for the answer it hides.
//
// # What is believed
//
// A result is its whole text, in which the monitor's clock stands beside the numbers. It is believed when two frames in a
// row are equal: the one that was sent by itself and the reply to RB, or two replies. So one measurement is published
// once, however often it is sent. What is known when the conversation opens is old. A different text is new if it came
// while a start of ours was under way, at least 10 s after it; if it came unasked; or if the last reply with the old one
// is at most 30 s past. Else it is noted as old. A monitor that had nothing to read when the conversation opened gives
// its first result only to a start of ours.
//
// Numbers are reported only with E00, and if 30 <= diastolic < mean < systolic <= 300 mmHg and the rate is 20..300 /min.
// A text with a field twice, in another width, or without E is no result. Errors by class: 11 15 21 22 hardware, 12 leak, 13
// blocked, 23 overpressure, 24 timeout, 42 underinflated, 43 weak, 44 motion, 63 range, and 45 46 48 61 indeterminate, as
// is every other, with its number beside it.
//
// The BCC is 8 bits, and an acknowledgement has no check at all. Over ten simulated hours with 10 % of all frames damaged in
// both directions, twice, no reading was wrong and none was given twice; 88 % of the starts gave a result,
// because the one in ten that is damaged on its way is not repeated. With 2 % lost it was 98 %.
//
// # Safety
//
// The rules are in devices/internal/cuff and devices/internal/blind. The monitor never tells its pressure, so air is presumed
// from the moment at which ST is written until a result of it, with numbers or an error, or a confirmed SP and 10 s more.
// ST is sent once. If nothing confirms it, its result is still awaited for 75 s; if it is refused, SP follows, because
// the refusal may be a damaged acknowledgement. After a start the line is left alone for 45 s, then RB is sent every 10 s.
// SP is sent 180 s after the start and on CuffStop, within 100 ms; it is repeated until it is acknowledged.
//
// If the agent dies in mid-measurement nobody sends anything: the measurement is the monitor's own and ends, with its valve
// open, without a host. A session that opens with the permission to start, and without knowing that the cuff was empty for
// three minutes, writes SP before anything else, presumes air until that is acknowledged, and keeps a minute of rest.
//
// # What the device never tells
//
// The pressure in the cuff; that it measures, or that somebody pressed its button; which start a result belongs to; the
// true time. Whether it answers while it measures is not known, so its silence is missed only after 60 s, and during a
// measurement of ours not before the watchdog.
package and
