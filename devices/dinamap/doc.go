// Package dinamap drives GE Dinamap monitors through their host port: it reads the last result, starts a determination,
// cancels it, and tells a new result from an old one.
//
// # Models
//
// Dinamap PRO 100 to 400, ProCare, Carescape V100. The driver was tried against a simulated monitor that was written from
// the same page and not from this code; it was tried on no real monitor. The PRO 1000 speaks another protocol by itself
// and is not covered. Some models need a null-modem cable (inference).
//
// # Documents
//
// cuffs.md sections 5, 14 and 15, which rest on two unrelated open drivers and published literals. The maker's host manual
// was not at hand. So these are not known and not guessed: the text of the answers to a start and a cancel; the bytes that
// set interval, patient mode and target pressure (none is sent, and the monitor keeps its own); every status but "good";
// the two characters after the status; whether an age beyond 9999 s stands still or begins again; what a monitor answers
// to a wrong check.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. The host asks and the monitor answers; it says nothing
// by itself. A message ends with CR; a line feed behind it is accepted, and never sent.
//
// # Messages
//
//	20 P C [data] k1 k2 0D     P the parameter, N for blood pressure; C the command
//
//	 NA!2    read              answered as below
//	 NC0!E   start             answered by a message of unknown text; any with a right check counts
//	 ND!5    cancel            likewise
//
// The check is the sum of (character - 1Fh) from the leading space on: k1 = (sum >> 6) + 20h, k2 = (sum & 3Fh) + 20h.
// Nothing else is ever written. The pulse rate command RA is not used: the two drivers disagree on which characters of its
// answer hold the rate, and one of their readings takes in a character of the check.
//
// # One reply to NA, byte by byte
//
//	20 4E 41            " NA"
//	31                  status 1: the numbers are valid. Anything else: they are not looked at
//	30 30               not identified, ignored
//	30 30 31 32         age: 12 s since the determination
//	31 32 30            systolic 120 mmHg
//	30 38 30            diastolic 80 mmHg
//	30 39 33            mean 93 mmHg, the monitor's own; it is never computed
//	25 5D               check: 381 = 5 * 64 + 61, so 05 + 20 and 3D + 20
//	0D                  CR
//
// # After noise
//
// A line that is no message is searched from its end for the longest part that begins with " N" and whose check is right;
// what stands before it is given up. A line without an end is forgotten when the request that it might answer times out.
//
// # What is believed
//
// An old result is never published as a new one. A result is new if by its own age it ended after the last reply that
// still told of the one before, if that age is no more than 15 s, and if it jumped back by 5 s or more. What is read first
// is old. A start is answered only by a result that ended at least 10 s after it. Whatever is different is asked for again
// at once, and only two replies in a row that agree (the same numbers, and an age that fits) are believed. When the age
// reaches its four digits with the same numbers, it is the same result. Numbers that no adult has (cuffs.md section 14.2)
// are a failure without numbers.
//
// Measurements that staff start at the monitor are found within 2 s of their end by reading on, and published once.
//
// A status above 2 is a failed determination, as one of the two drivers has it. What the codes mean is not known: the class
// is indeterminate, and the code travels beside it, a digit by its value, any other character by its number.
//
// Over ten simulated hours with 10 % of all messages damaged in both directions, twice, no reading was wrong and
// none was given twice; 88 % of the starts gave a result, because the one in ten that is damaged on its way is not
// repeated. With 2 % lost it was 98 %.
//
// # Safety
//
// The rules are in devices/internal/cuff and devices/internal/blind. The monitor never tells its pressure, so air is presumed
// from the moment at which NC0 is written until a result of it, a failure status, or a confirmed ND and 10 s more. NC0 is
// sent once. If nothing confirms it, its result is still awaited for 75 s. ND is sent 180 s after the start, after eight
// reads without an answer (about 8 s), when a start stays unconfirmed, and on CuffStop, within 100 ms; it is repeated
// until it is confirmed.
//
// If the agent dies in mid-measurement nobody sends anything: the determination is the monitor's own and ends, with its
// valve open, without a host. A session that opens with the permission to start, and without knowing that the cuff was
// empty for three minutes, writes ND before anything else, presumes air until that is confirmed, and keeps a minute of
// rest after it.
//
// # What the device never tells
//
// The pressure in the cuff; that it measures; that somebody pressed its button or that a start was refused; the time of
// a result but for its age; which start it belongs to; its error in words; the pulse rate, as far as this driver is concerned.
package dinamap
