// Package suntech drives the SunTech Advantage family of blood-pressure modules: it asks, starts, stops, follows the
// pressure in the cuff, and fetches the result.
//
// # Models
//
// Advantage (version text begins LX) and Advantage A+ (SB). The driver was tried against a simulated module that was
// written from the same page and not from this code; it was tried on no real module. Mini, Cyclone, Tango and other
// families are not covered: a version text that begins otherwise is asked for again and again, and the module never
// becomes ready.
//
// # Documents
//
// cuffs.md sections 1, 14 and 15. The maker's manual was not at hand: the frames come from third-party tests whose
// comments read like it, without revision or date. Wherever the page and not a device is the witness, a bench check is
// due before clinical use.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. The host speaks first, at most every 100 ms, and not
// within 500 ms after an abort. The module says nothing unasked but the later part of the answer to a start or an abort.
//
// # Frames
//
//	host to module   3A cmd [data…] CK       sum of all bytes = 0 (mod 256)
//	module to host   3E LEN data… CK         LEN counts the whole frame, 4..67; same check
//
//	3A 00 C6         get module data         K
//	3A 79 02 40 0B   return string           LEN 43, text
//	3A 79 10 03 3A   self-test, Advantage    LEN 05, [2] 0 or error code
//	3A 79 11 00 3C   self-test, A+           the same
//	3A 79 05 00 48   get cuff pressure       LEN 05, [2-3] mmHg, signed, low byte first; -1 not available
//	3A 79 03 00 4A   get BP data             LEN 18, see below
//	3A 17 lo hi CK   initial inflation       K or O; only if configured
//	3A 20 A6         start, adult            O, and K when it is over, well or not
//	3A 79 01 00 4C   abort                   A, then K
//
// Any request may be answered by B busy, E error, N undefined, D unrecognisable, S sleeping, T too late. The two answers
// of LEN 05 look alike: what was asked tells them apart. Nothing else is ever written: no pneumatics, calibration, sleep,
// reset or venous stasis, and no start for a child.
//
// # One result, byte by byte
//
//	3E 18               start, LEN 24
//	73 00               systolic 115 mmHg
//	4A 00               diastolic 74 mmHg
//	1E                  30 beats
//	01                  status, not used
//	00 00 00 00 00 00 31 07   test codes, not used
//	55 00               pulse rate 85 /min
//	58 00               mean 88 mmHg, the device's own; it is never computed
//	00                  error code: 0. It alone says whether there is a result
//	00 00               spare
//	E9                  check
//
// # After noise
//
// Everything up to a 3E is given up. A LEN outside 4..67 or a wrong sum costs one byte, and the search goes on with the
// next. A false start can claim up to 67 bytes; when the request runs out of time, what waits is searched again for the
// answer it hides.
//
// # What is believed
//
// An 8-bit sum lets one damaged frame in 256 through. So a result is read until two replies in a row are equal (at most
// five times), and its numbers are reported only if the measurement was begun by this session and ended with a K at
// least 5 s after the start, the error code is 0, 30 <= diastolic < mean < systolic <= 300 mmHg, the rate is 20..300
// /min, and two pressures in a row were at least the mean (unless the module never told any). Given up for that: a
// measurement whose K was lost has no result, though the module may have one. Momentary pressures are single frames and
// are protected by the sum alone; they are shown, and judged only towards safety.
//
// # Safety
//
// The rules are in devices/internal/cuff. A start needs the permission of the configuration, a module that answered and is
// healthy, an empty cuff (asked for just before), and 60 s since air was last in it. It is sent once. Only B, which
// proves that nothing began, is followed by another, at most twice, after 500 ms and another look at the cuff. If no
// answer comes, the pressure is asked for: air says that it began; none within 2 s, and an abort makes certain.
//
// An abort is sent 180 s after the start, above 300 mmHg, after six polls without an answer (about 3 s), when a cuff has
// been empty for 10 s without a K, and on CuffStop, within 100 ms (500 ms after an initial inflation or another abort).
// It is repeated up to five times until A and K have come; if they do not, the outcome is no_answer and the conversation
// begins anew, which aborts whatever it finds.
//
// A session that opens finds out first whether the module is busy or air is in the cuff, and aborts if so. If the agent
// dies in mid-measurement nobody sends anything: the safety processor of the module ends the cycle (about 130 s and 300
// mmHg for an adult), or the next session does. On an orderly shutdown the shell sends the driver's stop through
// Command(CuffStop).
//
// # What the device never tells
//
// That someone else has started it: nothing is sent unasked. Air seen in the cuff while idle is shown, forbids a start
// and runs the watchdog, but such a measurement gives no reading. Nor does it tell direction (a turn is believed after
// 10 mmHg), the time of a result, the number of the measurement it belongs to, the size of the cuff, or that it has lost
// its power: hence a poll every 2 s, and [devices.Driver].MaxSilence of 7 s.
package suntech
