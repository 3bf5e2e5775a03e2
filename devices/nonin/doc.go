// Package nonin reads Nonin pulse oximeters: the serial data formats 1, 2, 7, 8 and 13, and lines of text, told apart by
// listening.
//
// # Models
//
// Meant for OEM III, Xpod 3012 and 3012LP, iPod, WristOx2 3150, Onyx II 9550 and 9560, 4000 and 4100 (also over Bluetooth
// SPP, which carries the same bytes); for text 2500, 4000, 7500, 8500, 8600V, 9600 and 9847. None of them was tried: this
// driver was written from documents, and tested against a simulator written independently from the same documents and
// against one frame that others captured.
//
// # Document
//
// Nonin, "Onyx II Model 9560 OEM Specification and Technical Information", and the operator manuals of the models with
// text, as tabulated in oximeters.md section 1, which marks what comes from the maker and what from other readers of the
// protocol. Their revisions and dates are not known to us. Of format 1 no table of the maker was found.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control; that also receives the models which send a ninth bit or
// two stop bits. The instrument talks unasked; this driver never writes a byte. Commands that select a format exist on
// some models and are not used.
//
// # Frames
//
//	format  bytes of a frame                    a second  check
//	1       STATUS+HR8,7  HR6..0  SpO2          1         none but bit 7: 1 0 0
//	2       01 STATUS PLETH FLOAT CK            75        CK = low byte of the sum of the others
//	7       STATUS PLETH-MSB PLETH-LSB FLOAT CK 75        the same; bit 7 of STATUS is always 1
//	8       STATUS+HR8,7  HR6..0  SpO2  STATUS2 1         none but bit 7: 1 0 0 0
//	13      00 02 00 0D LENGTH(2) data CK 03    a check   CK = low byte of the sum of the data
//	text    SPO2=XXX HR=YYY CR LF               1         none but its form
//
//	STATUS  6 SNSD sensor disconnected (reserved on 9550, 9560)  5 ARTF artifact on this pulse  4 OOT out of track
//	        3 SNSA sensor alarm  2, 1 perfusion: 01 good, 11 marginal, 10 low, 00 between pulses  0 SYNC first of a packet
//	in 1, 8 6 SNSD  5 OOT  4 low perfusion  3 marginal perfusion  2 ARTF  1, 0 the high bits of the rate
//	STAT2   5 SPA SmartPoint, high quality  0 low battery; STATUS2 of format 8 adds 3 SNSA
//
// In formats 2 and 7, 25 frames are a packet of 125 bytes, three a second. The FLOAT bytes of a packet carry (frames
// counted from 1): 1, 2 HR and 3 SpO2, averages of four beats; 4 firmware; 6, 7 TMR, a counter of packets; 8 STAT2; 9
// SpO2-D; 10 SpO2 Fast; 11 SpO2 B-B; 14, 15 E-HR and 16 E-SpO2, averages of eight beats; 17 E-SpO2-D; 20, 21 HR-D; 22, 23
// E-HR-D. The rest is arbitrary. A rate is (MSB & 3) * 128 + (LSB & 7F), 511 if missing; a saturation is 7 bits, 127 if
// missing. The values named -D are for display: after the finger has gone they are held for 10 s. Readings come from HR
// and SpO2, which go missing at once. Formats 1 and 8 have only the held values, so their flags take them away.
//
// Format 13 is one spot check. Its data: 20 YY MM DD hh mm ss in decimals, a fraction, status (1 SPA, 0 NOMS no
// measurement; then 4 MEM from memory, 0 low battery), the rate as a plain number of 9 bits in two bytes, a reserved byte,
// SpO2 in 7 bits. There are 14, and may be more one day; up to 31 are taken (our choice).
//
// A line has three digits or three dashes for each number. It may begin with a time, "HH:MM:SS ", and end with " F" (fast
// averages) and with "*" (somebody pressed the event key), neither of which a reading repeats. What is sent at power-up
// about model, format and date has no known words; it is dropped as bytes that are no frame.
//
// # One frame
//
// 01 98 63 00 FC, captured by others with the finger out: 01 start; 98 = 1001 1000, bit 7 always, OOT and SNSA set, not
// the first of a packet; 63 = 99, pleth; 00, a FLOAT byte whose meaning depends on its place; FC = 01 + 98 + 63 + 00.
//
// # After noise
//
// The first byte tells the formats apart: 01 for 2, 00 for 13, bit 7 for 1, 7 and 8, a character for text. One byte is
// dropped at a time until two (format 2) or three (format 7) good frames follow each other; where the distance to the last
// good frame is a whole number of frames, one is enough. After 25 dropped bytes without two good frames in a row, a second
// of silence (other formats: three), or two pauses of 250 ms without a good frame between them, all formats are looked
// for again. Formats 1 and 8 are considered only where 2 and 7 cannot be, and only for a frame before which the line was
// quiet for 250 ms. Three bytes followed by the same pause, three times, 0.5 to 1.5 s apart and with like numbers, are
// format 1; any byte that follows without a pause ends it. Four bytes are format 8, believed from the second frame on.
// Text needs two lines. A packet of format 13 proves itself by its form, its date and its check; one in which the line
// paused, or a line in which it did, is dropped whole, because it would be given late. After any change from one format to
// another the first value of the new one comes within 8 s. A session holds 38 bytes at most.
//
// # Spot checks
//
// A packet of format 13 is one reading, marked as a spot check, at the moment when it arrived. It is never part of a
// stream, and does not become doubtful with time; how long it is shown is for the agent to say. From the first packet on
// the Output is Episodic: such an instrument may be silent for hours, and nobody can tell whether it is switched off.
// Until then silence counts as in the other formats. A packet that repeats the one before it, date and all, gives nothing.
// A packet from memory was measured at another time and perhaps on another patient: its numbers are never given. One
// reading for each replay says that both values are absent as held values, so that staff see that something came, and
// measure again.
//
// # What the device never tells
//
// Its model and its format, a perfusion index, that it is searching (a value missing without any flag is reported as
// searching), whether bit 6 of STATUS means anything: it counts as SNSD until it stays set beside good values for three
// packets (in format 8 fifteen frames, longer than any value is held; in format 1 for ever). Whether format 8 holds an old
// value for a moment after the finger has come back is not documented; if it does, the driver cannot know. Format 1 has no
// sensor alarm: a value that it holds after the finger has gone is taken away by OOT, and is shown for up to 10 s where an
// instrument does not set that. Text has no flags at all: dashes are all it says, and whether it holds values first is not
// documented.
//
// # What is believed
//
// A packet of format 2 or 7 becomes a reading when the next sync frame has come, so a value is up to a third of a second
// old. Numbers marked * are our choice.
//
//	check                                                catches
//	sum of each frame                                    every single changed byte; all but 1 in 256 of other damage
//	next sync frame exactly 125 bytes on                 lost or added bytes, whole frames lost
//	frames 1 to 3 intact; others are not needed          -
//	an average that arrived intact agrees: a rate to     a value frame that gained or lost a byte and passed its sum,
//	8/min or 1/8 *, a saturation to 3 points *; where    in a packet whose length came out right by a second fault
//	frame 4 is damaged the saturation exactly
//	TMR one on for each packet since it was last seen    old packets from a buffer, a device that restarted
//	flags of two consecutive frames agree                one frame that passed its sum by chance
//	range 18..321 and 1..100, never clamped              what no patient has
//
// A value that no other average confirms, or a TMR that does not fit, needs a packet of the last second or so that said
// nearly the same, and thus the next packet's confirmation after a jump. At most two packets in a row are refused *: the
// third is believed. A device without a TMR is therefore read, with jumps one packet later. Sensor flags are reported
// with their second frame, without waiting for the packet. While bytes arrive but nothing is believed for 2 s * (formats 1
// and 8, and text: 3.5 s *), a reading says that both values are absent as artifact, and says so again after as long.
//
// In formats 1 and 8 and in text nothing protects a number. A step of up to 3/min * and 1 point * from the last numbers
// believed is believed at once; up to 10/min or an eighth * and 4 points * need two frames in a row that agree, while the
// numbers are moving one; more needs three. After a frame whose flags or missing numbers took the values away two frames
// have to agree. Where one number is missing, both are absent.
//
// Given up: packets next to a damaged sync frame or with a damaged value frame, although a cleverer reader could save
// some; values of a packet of which only one is intact. A damaged frame that passes its sum, stands in its place and
// agrees with another average within the bounds gets through, and so does in formats 1 and 8 and in text any damage that
// keeps the form and stays within the bounds of the frames before: they are best left to instruments that offer nothing
// else. A single pleth sample may be wrong wherever a frame passes its sum by chance.
//
// Measured by the damage test of this package, formats 2 and 7, steady and varying truth, 10 simulated hours each: with
// a tenth of the frames damaged (70 % a byte changed, 15 % a byte lost, 15 % a byte added) 0 wrong readings, 72 % of
// seconds with a value, longest gap 9 s; with a fiftieth of the frames lost 0 wrong, 92 % of seconds, longest gap 5 s.
// With eight seeds, 640 hours in all, still 0; without the agreement of averages up to 4 wrong readings in 10 hours,
// and with the length of a packet checked to 20 bytes only, up to 261.
//
// The others, with 32 seeds of 10 hours each, steady and varying truth (as committed, the test runs two seeds), a tenth of
// the frames damaged in the same way:
//
//	format           wrong readings an hour  worst, steady truth  seconds with a value  longest gap
//	1                2.6 and 3.2             11/min, 4 points     83 and 80 %           15 s
//	8                1.9 and 2.3             9/min, 4 points      83 and 80 %           14 s
//	text             0.26 and 0.38           3/min, 1 point       91 and 87 %           12 s
//	text with clock  0.18 and 0.24           3/min, 1 point       94 and 90 %           11 s
//
// Most are off by 3/min or 1 point at most. Where the truth itself leapt in that second a damaged frame can look like the
// one before it, and the reading is off by the leap, once by 69/min. No value was shown while the flags said that there is
// none. With a fiftieth of the frames lost nothing was wrong, longest gap 8 s. Format 13: in 200 hours with a packet a
// minute, a tenth of them damaged, nothing was wrong or given twice, and every intact packet was given.
package nonin
