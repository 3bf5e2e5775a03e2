// Package terumo listens to Terumo blood-pressure monitors that send a frame after each measurement. Staff start them; the
// agent never does.
//
// # Models
//
// BP-500, also seen as BR-500. None was tried: this driver was written from a page of facts, and tested against a simulator
// written independently from the same page and against two real bodies that others published.
//
// # Documents
//
// cuffs.md section 11. The maker's document was not at hand; layout and check come from third parties, who agree on two real
// bodies. A bench check is due before clinical use.
//
// # Line
//
// 8 data bits, no parity, 1 stop bit, at 9600 baud or, seen as well, 19200: two variants, of which the agent tries the second
// after a message that made no sense at the first, unless the configuration names one. The measurement whose message it was is
// lost. The device talks unasked. This driver never writes a byte; a request D1 is said to exist, but not what it does.
//
// # Frames
//
//	02  body  03  BCC       BCC is the sum of all bytes before it, 02 and 03 included, modulo 256; no line end
//
// The body of a result has 62 characters of ASCII, with these fields, parted by commas:
//
//	R1                          a result
//	identity                    9 characters, not read
//	YYMMDD, hhmmss              the clock is checked and not used
//	systolic, mean, diastolic   3 digits each, mmHg, in this order
//	pulse rate                  3 digits
//	0000, 0000, 00000, 000      not known what they mean; zeros in every published result
//
// # One frame
//
//	02 "R1,000000000,210427,153000,128,097,082,084,0000,0000,00000,000" 03 E6
//
// is 128 over 82 mmHg with a mean of 97, pulse rate 84. 52 31 2C begins the body, 31 32 38 2C 30 39 37 2C 30 38 32 2C are the
// pressures, and E6 is the sum of the 64 bytes before it, modulo 256.
//
// # After noise
//
// The next 02. A byte in the body that is not printable, 80 bytes * without an end, or a wrong sum cost one byte, and the
// search goes on with the next. A frame whose rest does not follow within a second * is void. A session holds 80 bytes at
// most. Numbers marked * are our choice.
//
// # What the device never tells
//
// That it is there: it may be quiet for ever. The agent shows it as connected as soon as its port is open, whatever is at the
// other end of the cable, and as silent after a message that makes no sense. That a measurement runs: an alert about an
// oximeter on the same arm is not held back meanwhile, and no pressure in the cuff is shown. What it sends when a measurement
// failed, if anything, is not known.
//
// # What is believed
//
//	check                                             catches
//	BCC, exact length, every separator at its place,  what a cable does: no damaged frame was believed, see below
//	digits where digits belong, a moment that exists
//	30 <= diastolic < mean < systolic <= 300 mmHg,    what no patient has: a cycle without a result
//	rate 20..300
//	the fields of unknown meaning are all zero        one that is not may say that the numbers are not good: a cycle without
//	                                                  a result, indeterminate, with the first such number as its code
//
// The last is caution, and our choice: should such a field turn out to be harmless, the driver refuses results that it could
// give. A result that was told is not told again: the last 32 are remembered * while the port is open, because a monitor may
// send an old result again. An intact frame with another body is counted as unexpected.
//
// Measured by the damage test of this package, 60000 measurements with a tenth of the frames damaged (70 % a byte changed, 15 %
// a byte lost, 15 % a byte added): none wrong, 10 % lost. With a fiftieth of the frames lost whole: none wrong.
package terumo
