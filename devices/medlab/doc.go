// Package medlab drives the Medlab family of ASCII blood-pressure modules: it asks, starts, stops, follows the pressure
// that the module pushes, and fetches the result.
//
// # Models
//
// SINNOR N6 and UN300C (ABATON), two modules for which third-party drivers exist that agree on start, abort, live packets
// and result. The numbering of the commands matches the contents list of Medlab NIBP2010 and NIBP2020, which were not
// seen otherwise and are not claimed. The driver was tried against a simulated module that was written from the same page
// and not from this code; it was tried on no real module.
//
// # Documents
//
// cuffs.md sections 8, 14 and 15. No maker's manual was at hand, so there is no revision and no date. What the messages
// (M) mean is the family's published convention, not verified on a unit; the values of the fields S, A, C and T in a result are
// not established. Wherever the page and not a device is the witness, a bench check is due before clinical use.
//
// # Line
//
// 4800 baud, 8 data bits, no parity, 1 stop bit, no flow control. The host begins; a busy module pushes packets unasked.
//
// # Packets
//
//	host to module   02 c1 c2 3B 3B s1 s2 03   c1 c2 number of the command, decimal; s1 s2 the low byte of the sum of the
//	                                           four bytes before them, upper-case hex. No carriage return follows.
//	module to host   02 … 03                   ASCII, no check; a carriage return may follow
//
//	02 30 31 3B 3B 44 37 03   01 start                     live packets
//	02 31 38 3B 3B 44 46 03   18 return result or status   a result
//	19 20 21 22 23            initial inflation 100 120 140 160 180 mmHg; only if configured; no answer is documented
//	58                        X, abort                     the end marker
//
//	pppCeSs   live: ppp mmHg; e 0 right cuff, 1 neonatal cuff in adult mode, 2 adult cuff in neonatal mode; s 3 measuring,
//	          4 manometer, 5 watchdog test, 7 pneumatic test
//	999       end marker: the whole packet
//	Sn;An;Cnn;Mnn;Psssdddmmm;Rrrr;Ttttt…   result: status, patient and cycle mode, message, systolic, diastolic and mean
//	          pressure, rate, time; a number that was not measured is 999 or dashes
//
// Nothing else is ever written: no manometer, no tests, no reset, no patient mode. The bytes of the automatic cycles are
// unconfirmed and not used: the agent's schedule asks for each measurement.
//
// # One result, byte by byte
//
//	02                              start
//	53 31 3B                        S1; at rest: none of the states of a live packet
//	41 30 3B 43 30 31 3B            A0;C01; modes, not used
//	4D 30 30 3B                     M00; message 0. It alone says whether there is a result
//	50 31 31 35 30 37 34 30 38 38 3B   P115074088; 115/74 mmHg, mean 88, the device's own; it is never computed
//	52 30 38 35 3B                  R085; 85 /min
//	54 30 30 32 35 3B               T0025; not used
//	03                              end
//	0D                              may be missing
//
// # After noise
//
// Everything up to a 02 is given up. Behind it only printable characters may come until the 03; any other byte, or a 95th
// character, gives up the packet, and that byte may be the next 02. A whole packet whose content is not exactly one of
// the three patterns is given up, too.
//
// # What is believed
//
// No check protects what the module says, so each thing must be said twice, alike, or be said by several. A result is
// asked for until two replies in a row say the same (at most six times). Its numbers are reported only if the measurement
// was begun by this session and ended with the marker at least 5 s after the start, the message is 0, 30 <= diastolic <
// mean < systolic <= 300 mmHg, the rate is 20..300 /min or not measured, and two live pressures in a row were at least the
// mean. Given up for that: a measurement whose marker was lost has no result, though the module may have one. A live pressure
// is shown if it is within 40 mmHg of the last one; one that is not waits for the next packet to confirm it.
//
// Measured over ten simulated hours, three times, with a measurement every two minutes, another truth each time, and harm
// in both directions:
//
//	10 % of packets damaged   0 wrong values an hour, a result for 81 % of the orders
//	2 % of packets lost       0 wrong values an hour, a result for 95 % of the orders
//
// # Safety
//
// The rules are in devices/internal/cuff. A start needs the permission of the configuration, a module that answered and
// is at rest (asked just before), and 60 s since air was last in the cuff. It is sent once, whatever comes of it: only a
// live packet proves that it began, and without one within 3 s an abort makes certain.
//
// An abort is sent 180 s after the start; when two packets in a row give more than 300 mmHg, a cuff that does not fit the
// patient mode, or a state other than measuring; when no packet came for 3 s; when air goes in again after the marker; and
// on CuffStop, within 100 ms. It is repeated up to five times until the end marker comes or the module, asked, is at rest;
// if neither happens, the outcome is no_answer and the conversation begins anew, which aborts whatever it finds.
//
// A session that opens listens for a second before it asks. If live packets come, it aborts. If the agent dies in
// mid-measurement nobody sends anything: the module's own limit ends the cycle, about which the page says nothing beyond the
// general standard (180 s and 300 mmHg for an adult), or the next session does. On an orderly shutdown the shell sends
// the driver's stop through Command(CuffStop).
//
// # What the device never tells
//
// That it took a command, or refused it. Whether a busy module answers command 18, or one at rest an abort: neither is
// relied on. Who started it: live packets that nobody here asked for are shown, forbid a start and run the watchdog, but
// such a measurement gives no reading. Nor does it tell direction (a turn is believed after 10 mmHg), the pressure while at
// rest, the size of the cuff, which measurement a result belongs to, or that it has lost its power: hence a question
// every 2 s, and [devices.Driver].MaxSilence of 7 s.
package medlab
