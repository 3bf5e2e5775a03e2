// Package pm6750 reads the oximeter and drives the cuff of the Berry PM6750 board, which share one line: two devices for
// the rest of the house, see [devices.Driver].Parts.
//
// # Models
//
// The PM6750 board, on its serial port or its USB virtual port. The driver was tried against a simulated board that was
// written from the same pages and not from this code; it was tried on no real board. ECG, respiration and temperature of the
// board are not read, and not enabled.
//
// # Documents
//
// oximeters.md section 6, cuffs.md sections 9a and 14. The maker's manual was at hand only as third parties transcribe it,
// without revision or date; captures of theirs exist, but none could be had. Wherever the pages and not a device are the
// witness, a bench check is due before clinical use.
//
// # Line
//
// 115200 baud, 8 data bits, no parity, 1 stop bit, no flow control. The board is silent until packets are enabled.
//
// # Frames
//
//	both ways   55 AA N type data… SUM    N counts from itself to SUM, 3..40h; SUM is the complement of the sum of N to data
//
//	55 AA 04 03 01 F7   to the board: SpO2 parameters on; again whenever they have been missing for 3 s
//	55 AA 04 FE 01 FC   SpO2 wave on; likewise
//	55 AA 04 0A v CK    initial pressure v * 2 mmHg, right before each start; only if configured
//	55 AA 04 02 01 F8   start: moves air
//	55 AA 04 02 00 F9   stop: releases it
//
//	04 status SpO2 pulse            from the board, once a second. Status is an enumeration: 0 good, 1 sensor unplugged,
//	                                2 no finger, 3 searching, 4 searching for long. SpO2 127 and pulse 255 are no values
//	FE sample                       SpO2 wave
//	03 status cuff sys mean dia     twice a second while measuring. Status bits 1-0: patient mode; 5-2: state, see below;
//	                                cuff in units of 2 mmHg; the pressures count in state 0 alone
//
// Nothing else is ever written: no patient mode, no pressure test, calibration or leak test (0B to 0E, 10), and not FB. All
// other types are passed over, among them the beat marks 30 and 31, with 0 or 1 byte of data, which no document explains.
//
// # One frame, byte by byte
//
//	55 AA   head
//	06      N: six bytes from here
//	04      SpO2 parameters
//	00      status: good
//	62      SpO2 98 %
//	48      pulse rate 72 /min
//	4B      SUM: FF - (06 + 04 + 00 + 62 + 48)
//
// # After noise
//
// Everything up to 55 AA is given up. An N outside 3..40h or a wrong sum costs one byte, and the search goes on with the
// next. A frame that breaks off for 200 ms is given up with all that waits behind it.
//
// # What is believed
//
// A packet with numbers counts when the next frame, whatever its type, follows it within 1.5 s without a byte between. An
// 8-bit sum passes one damaged frame in 256; but a byte that was lost or added moves the end of its frame, and the next
// does not begin there. Of ten simulated hours, one packet a second with the wave between:
//
//	a tenth of the frames damaged   no wrong value, 81 % of seconds with one, longest gap 6 s, 10 % of samples lost
//	a fiftieth lost whole           no wrong value, 98 % of seconds with one, longest gap 4 s
//	cuff, both directions damaged   no wrong value; 131 of 150 orders gave a result; 148 with a fiftieth lost
//
// # The wave
//
// The manual says 40 samples a second, a third party measured 50, and no packet tells. The rate is that of the board's own
// second: the samples between two parameter packets are counted, and the wave is given as soon as two seconds in a row
// agree, about three seconds after opening. Damaged frames leave a mark for each sample; a frame that was lost whole
// leaves none. No document says how large a sample can be: full scale is that of its byte.
//
// # The cuff
//
//	state 0 finished   result, once: at the first packet of state 0 after one of state 1
//	1 measuring        2 stopped: aborted      3 over 300 mmHg: overpressure    4 loose cuff: leak
//	5 took too long: timeout    6 error: hardware    7 interference: motion    8 no result: range
//	9, A initialising and done; B to F are in no document: indeterminate
//
// Its numbers are reported only if 30 <= diastolic < mean < systolic <= 300 mmHg, two pressures in a row were at least the
// mean, and a measurement that was ordered took 5 s. The packet has no pulse rate. A measurement that staff begin at the
// board itself is followed in the same way.
//
// The rules of air are in devices/internal/cuff. A start needs the permission of the configuration, a board heard within
// 2 s, no measurement under way, and 60 s since the last one. It is sent once. If the board does not show it within 3 s, the
// stop is sent. A board that shows another patient mode than adult is stopped when it measures for the agent.
//
// A stop is sent on CuffStop, 180 s after the start, above 300 mmHg, after 3 s without a packet of a measurement that is
// under way, after a start that did not show, and after every failure that the board reports. It is repeated each second,
// up to five times, until a packet says that the board does not measure; if none does, the outcome is no_answer, and a
// measurement that shows itself again is stopped again.
//
// Where the agent may start measurements, the first frame of every conversation is a stop, and a measurement that shows
// itself in the first 2 s is stopped: it may be the agent's own, from before it was killed. Until that next start, the board
// alone lets the air out, above 300 mmHg or when its own time is over. On an orderly shutdown the shell sends the driver's
// stop through Command(CuffStop). Where only staff start, what is under way is theirs: it is followed.
//
// # What the device never tells
//
// Pressure in the cuff while it does not measure; which measurement a result belongs to; that it forgot the initial
// pressure; how good the pulse is; and that it fell mute, which some do until their power is switched off and on: hence
// [devices.Driver].MaxSilence of 2 s.
package pm6750
