// Package masimo reads Masimo pulse oximeters that send serial output ASCII 1.
//
// # Models
//
// Meant for Rad-5 (Radical-5), Rad-8, Rad-87 and Radical-7, old and colour. None of them was tried: this driver was written
// from documents, and tested against a simulator written independently from the same documents and against the lines that
// those quote.
//
// # Document
//
// Masimo, "Rad-8 Signal Extraction Pulse Oximeter Operator's Manual", and other readers of the protocol, as tabulated in
// oximeters.md section 4, which marks what comes from whom. Revision and date of the manual are not known to us. The maker
// does not publish the bits of ALARM; those used here are what others found by experiment.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit, no handshake; a null-modem cable. The instrument talks unasked, one line
// a second; there are no commands, and this driver never writes a byte. The menu of the instrument must say ASCII 1: a
// Rad-8 leaves the factory in ASCII 2, in which nothing streams.
//
// # Frames
//
// A line of text, fields parted by blanks:
//
//	field          form        absent       here
//	date, time     8 digits    -            form checked; the clock is not used
//	SN             10 digits   dashes       ignored; some models have none
//	SPO2           nnn%        ---%         SpO2
//	BPM            nnn         ---          pulse rate
//	PI             nn.nn%      --.--%       perfusion index
//	ALARM          hex         -            10 alarm, 20 silenced, 40 low battery
//	EXC            hex         -            decides, see below
//	SPCO, SPMET, SPHB, SPOC, RESVD, DESAT, PIDELTA, PVI, EXC1 and any other: ignored
//
// Fields are found by their keys, in any order; a per cent sign may be missing; a mask has 1 to 8 digits; CR, LF, or both in
// either order end a line. SPO2, BPM, ALARM and EXC make a line. The bits of EXC:
//
//	unusable    000001 no sensor, 001000 no cable: sensor off. 000020 off patient: finger out. 000002 defective and 000080
//	            unrecognized sensor, 004000, 008000, 010000 cable: sensor fault. 000008: searching. 020000 calibrating:
//	            not measured. No value counts, however plausible it looks.
//	doubtful    000010 interference, 000040 ambient light, 000400 low signal IQ: values stay, flagged.
//	information 000004 low perfusion: flagged. 000800: normal operation. 000100, which is reserved for one source and an
//	            incompatible sensor for another, and all bits not named here change nothing.
//
// # One frame
//
//	12/01/05 11:56:29 SN=0123456789 SPO2=098% BPM=240 PI=20.00% SPCO=01.0% SPMET=00.5% DESAT=01 PIDELTA=-02 PVI=027
//	ALARM=0000 EXC=000820
//
// is one line: 98 %, 240 a minute, a perfusion index of 20 %, and none of it counts, because EXC has 000020, the sensor is
// off the patient. 000800 beside it is no fault.
//
// # After noise
//
// The next line end. The first line after opening, or after 3 s of silence, counts only if it begins with a date: its front
// may be missing. A line of more than 256 bytes is given up in pieces; a session holds no more than that.
//
// # What the device never tells
//
// A waveform, its model, why a value is dashes while EXC is silent (reported as searching; beside a doubtful bit as
// artifact, beside low perfusion as that). The trend text of ASCII 2, with the keys SpO2 and PR, is history: it is
// recognised, counted as unexpected, and never read.
//
// # What is believed
//
// Nothing protects a digit: there is no checksum. What stands in its place; numbers marked * are our choice:
//
//	every known field exactly of its form, once; no byte that is not printable; nothing that is not KEY=value, date or time
//	a line as long as the last one believed, else it waits for the next
//	two lines that agree before the first value, and after every line without values
//	a step of up to 1 point * and 3/min * is believed at once; up to 4 points * and 10/min or an eighth * need two lines
//	    that agree, while the numbers are moving one; more needs three
//	the perfusion index likewise, by itself: a step of more than 0.10 or a quarter * makes it alone absent as artifact
//	range 18..321 and 1..100, never clamped
//
// So a leap that lasts is believed with its third line, and damage never for want of better lines. While bytes arrive but
// nothing is believed for 3.5 s *, a reading says that all values are absent as artifact, and again every 3.5 s.
//
// What gets through is a digit that turns into a near one. Measured by the damage test of this package with 32 seeds, 640
// simulated hours in all, steady and varying truth, a tenth of the lines damaged (70 % a byte changed, 15 % a byte lost,
// 15 % a byte added): 18 readings with a wrong SpO2 or pulse rate, 0.03 an hour, by 2 points or 5/min at most; 67 with a
// wrong perfusion index, 0.10 an hour, by 0.5 at most; none beside an unusable EXC; 89 % of the lines gave values, longest time
// between two of them 10 s. With a fiftieth of the lines lost whole nothing was wrong, longest 8 s; of an undamaged varying
// truth 97 % of the lines gave values, longest 7 s, where it leapt anew before the last leap was believed. Without the
// comparison of lines there were 0.28 wrong SpO2 or pulse rates an hour, by up to 90 points and 200/min. (As committed,
// the test runs two seeds of 10 hours each.)
package masimo
