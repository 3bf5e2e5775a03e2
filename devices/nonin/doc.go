// Package nonin reads Nonin pulse oximeters: the serial data formats 2, 7 and 8, told apart by listening.
//
// # Models
//
// Meant for OEM III, Xpod 3012 and 3012LP, iPod, WristOx2 3150, Onyx II 9550 and 9560, 4000 and 4100 (also over Bluetooth
// SPP, which carries the same bytes). None of them was tried: this driver was written from documents, and tested against
// a simulator written independently from the same documents and against one frame that others captured.
//
// # Document
//
// Nonin, "Onyx II Model 9560 OEM Specification and Technical Information", as tabulated in oximeters.md section 1, which
// marks what comes from the maker and what from other readers of the protocol. Its revision and date are not known to us.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. The instrument talks unasked; this driver never writes a
// byte. Commands that select a format exist on some models and are not used.
//
// # Frames
//
//	format  bytes of a frame                    a second  check
//	2       01 STATUS PLETH FLOAT CK            75        CK = low byte of the sum of the others
//	7       STATUS PLETH-MSB PLETH-LSB FLOAT CK 75        the same; bit 7 of STATUS is always 1
//	8       STATUS+HR8,7  HR6..0  SpO2  STATUS2 1         none but bit 7: 1 0 0 0
//
//	STATUS  6 SNSD sensor disconnected (reserved on 9550, 9560)  5 ARTF artifact on this pulse  4 OOT out of track
//	        3 SNSA sensor alarm  2, 1 perfusion: 01 good, 11 marginal, 10 low, 00 between pulses  0 SYNC first of a packet
//	STAT2   5 SPA SmartPoint, high quality  0 low battery; STATUS2 of format 8 adds 3 SNSA
//
// In formats 2 and 7, 25 frames are a packet of 125 bytes, three a second. The FLOAT bytes of a packet carry (frames
// counted from 1): 1, 2 HR and 3 SpO2, averages of four beats; 4 firmware; 6, 7 TMR, a counter of packets; 8 STAT2; 9
// SpO2-D; 10 SpO2 Fast; 11 SpO2 B-B; 14, 15 E-HR and 16 E-SpO2, averages of eight beats; 17 E-SpO2-D; 20, 21 HR-D; 22, 23
// E-HR-D. The rest is arbitrary. A rate is (MSB & 3) * 128 + (LSB & 7F), 511 if missing; a saturation is 7 bits, 127 if
// missing. The values named -D are for display: after the finger has gone they are held for 10 s. Readings come from HR
// and SpO2, which go missing at once. Format 8 has only the held values, so its alarm flags take them away.
//
// # One frame
//
// 01 98 63 00 FC, captured by others with the finger out: 01 start; 98 = 1001 1000, bit 7 always, OOT and SNSA set, not
// the first of a packet; 63 = 99, pleth; 00, a FLOAT byte whose meaning depends on its place; FC = 01 + 98 + 63 + 00.
//
// # After noise
//
// One byte is dropped at a time until two (format 2) or three (format 7) good frames follow each other; where the
// distance to the last good frame is a whole number of frames, one is enough. After 25 dropped bytes without two good
// frames in a row, or a second of silence, all formats are looked for again. Format 8 is considered only where the
// others cannot be and the line was quiet for 250 ms before the frame; it is believed from the second such frame on. A
// session holds 14 bytes at most.
//
// # What the device never tells
//
// Its model and its format, a perfusion index, that it is searching (a value missing without any flag is reported as
// searching), whether bit 6 of STATUS means anything: it counts as SNSD until it stays set beside good values for three
// packets (in format 8 fifteen frames, longer than any value is held). Whether format 8 holds an old value for a moment
// after the finger has come back is not documented; if it does, the driver cannot know.
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
// with their second frame, without waiting for the packet. While bytes arrive but nothing is believed for 2 s * (format
// 8: 3.5 s *), a reading says that both values are absent as artifact, and says so again every 2 s.
//
// Given up: packets next to a damaged sync frame or with a damaged value frame, although a cleverer reader could save
// some; values of a packet of which only one is intact. A damaged frame that passes its sum, stands in its place and
// agrees with another average within the bounds gets through, and so does in format 8 any damage that keeps bit 7 and
// stays within the bounds of the frame before: that format has no check, and is best left to instruments that offer
// nothing else. A single pleth sample may be wrong wherever a frame passes its sum by chance.
//
// Measured by the damage test of this package, formats 2 and 7, steady and varying truth, 10 simulated hours each: with
// a tenth of the frames damaged (70 % a byte changed, 15 % a byte lost, 15 % a byte added) 0 wrong readings, 72 % of
// seconds with a value, longest gap 9 s; with a fiftieth of the frames lost 0 wrong, 92 % of seconds, longest gap 5 s.
// With eight seeds, 640 hours in all, still 0; without the agreement of averages up to 4 wrong readings in 10 hours,
// and with the length of a packet checked to 20 bytes only, up to 261.
package nonin
