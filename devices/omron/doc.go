// Package omron listens to Omron blood-pressure monitors that send a line after each measurement. Staff start them; the agent
// never does.
//
// # Models
//
// HBP-9030 and HBP-9031C set to "format 5", and HBP-9020 set to "mode 5, F3". None of them was tried: this driver was written
// from a page of facts, and tested against a simulator written independently from the same page and against the one real
// line of a HBP-9020 that was published. HBP-1300 and HEM-907XL are not covered: no byte of theirs is known for certain.
//
// # Documents
//
// cuffs.md sections 3a and 3b. The format of the HBP-9030 comes from third parties who transcribed page 20 of its manual
// 2873643-0F, which we have not read; that of the HBP-9020 from one line seen in a kiosk program. A bench check is due before
// clinical use.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, by RS-232; on USB the HBP-9030 is a serial port by itself, and the speed does
// not matter. The device talks unasked. This driver never writes a byte.
//
// # Frames
//
// A line of exactly 53 or 58 characters, ended by CR LF (either alone will do), after each measurement and at no other time.
// Offsets are counted from 0:
//
//	HBP-9030, format 5                               HBP-9020, mode 5, F3
//	0   YYYY,MM,DD,hh,mm                             0   bp,
//	17  identity, 20 characters                      3   identity, 20 characters
//	38  error digit, 0 is good                       24  YYYY/MM/DD,hh:mm
//	40  systolic                                     41  systolic
//	44  diastolic                                    45  mean
//	48  pulse rate                                   49  diastolic
//	52  movement, 0 or 1                             53  pulse rate
//	                                                 57  a digit whose meaning is not known
//
// Numbers have three digits; a comma parts the fields. Mind the order, which differs. With an error digit the three numbers
// of a HBP-9030 are blank, and only then. The identity is not read, the clock is checked and not used.
//
// The models can be set to other formats. Lines that begin with MMBP203N, with ID, or with bp, and are not of the form above
// are refused, never guessed at, and counted as unexpected.
//
// # One frame
//
//	bp,99999999999999999999,2023/04/27,15:06,140,098,077,068,3
//
// is 140 over 77 mmHg with a mean of 98, pulse rate 68. In bytes: 62 70 2C, 39 twenty times, 2C "2023/04/27" 2C "15:06" 2C
// 31 34 30 2C 30 39 38 2C 30 37 37 2C 30 36 38 2C 33 0D 0A.
//
// # After noise
//
// The next line end. A line whose rest does not follow within a second is void (our choice). A session holds 256 bytes at
// most.
//
// # What the device never tells
//
// That it is there: it may be quiet for ever. The agent shows it as connected as soon as its port is open, whatever is at the
// other end of the cable, and as silent after a message that makes no sense. That a measurement runs: an alert about an
// oximeter on the same arm is not held back meanwhile, and no pressure in the cuff is shown. Why a measurement failed: the error
// digits of a HBP-9030 are in no document; each is given as indeterminate, with the digit as its code. What a HBP-9020 sends
// after a failure, and what its last digit means: it may qualify the numbers, and is ignored because the one known line has a
// 3 there. The mean pressure (HBP-9030): it is absent as not measured, and none is computed.
//
// # What is believed
//
// Nothing protects a digit: there is no checksum, and each line comes once. What stands in its place:
//
//	exact length, every separator at its place, digits where digits belong, a date that exists
//	error digit and numbers agree: numbers if and only if it is 0
//	HBP-9030: systolic 60..260, diastolic 30..215, rate 40..180, diastolic below systolic
//	HBP-9020: 30 <= diastolic < mean < systolic <= 300 mmHg, rate 20..300
//
// A well-formed line with other numbers is a cycle without a result, and counted as inconsistent. A line that was told is not
// told again: the last 32 are remembered * while the port is open, because a monitor may send an old result again. So of two
// measurements within one minute of the device's clock that gave the same numbers, one is told. Movement flags the reading;
// it takes no value away. Numbers marked * are our choice.
//
// What gets through is a digit that turns into another digit. Measured by the damage test of this package, 60000
// measurements for each model with a tenth of the lines damaged (70 % a byte changed, 15 % a byte lost, 15 % a byte added):
// 0.2 and 0.3 in a thousand had a wrong number, by up to 200 mmHg; at a measurement every five minutes that is one in twelve
// days without a pause, 0.003 an hour. 9 % of the results were lost. With a fiftieth of the lines lost whole nothing was wrong.
package omron
