// Package nellcor reads Nellcor pulse oximeters that print real-time ASCII.
//
// # Models
//
// Meant for NPB-290, NPB-295, N-395, N-560, N-595, N-600, N-600x and N-65. None of them was tried: this driver was written
// from documents, and tested against a simulator written independently from the same documents and against the line forms
// that those quote from a captured N-560.
//
// # Document
//
// Excerpts of the operator's and service manuals of NPB-290/295, NPB-195 and N-395, and other readers of the protocol, as
// tabulated in oximeters.md section 5, which marks what comes from whom. Revisions and dates are not known to us.
//
// # Line
//
// 9600 baud, 8 data bits, no parity, 1 stop bit; the speed can be changed in the instrument's menu and is to be read there.
// The data port must be set to ASCII. The instrument talks unasked. This driver never writes a byte: Ctrl-C would open a menu
// and stop the output. An NPB-290 sends nothing on battery.
//
// # Frames
//
// A line of text every two seconds, from an N-65 every second; CR, LF, or both in either order end it. Three header lines
// precede 22 data lines, or come when a limit was changed; they are recognised and skipped. A data line is tokens parted by
// blanks; in which column one stands means nothing:
//
//	token        form                             here
//	1, 2         DD-Mon-YY HH:MM:SS               form checked; the clock is not used
//	3            SpO2, 1 to 3 digits or ---       0 is missing, too; * behind it: the instrument's limit crossed
//	4            pulse rate                       likewise
//	5            PA, pulse amplitude              form checked; it has no unit and is not a perfusion index
//	6 and on     codes of two letters             see below
//
//	SD sensor disconnected, SO off patient, LP loss of pulse, LM the same with interference: no value counts, even if
//	   numbers stand there; absent as sensor off, finger out, low perfusion, artifact.
//	PS pulse search: numbers are kept and flagged; 0 and dashes are absent as searching.
//	MO motion: flagged. SH SL PH PL limits: device alarm. AS silenced, AO off: device alarm silenced. LB: low battery.
//	BU on battery, and two capitals that no document explains, change nothing.
//
// # One frame
//
//	21-Nov-26 09:00:04    96      63     ---    PS
//
// is 96 % and 63 a minute, no amplitude, and the instrument searches: both values stay, with the flag. With 0 and 0 in
// their place both are absent. In bytes, behind the time: 20 20 20 20 "96", 20 six times, "63", blanks, 2D 2D 2D, blanks,
// 50 53, blanks up to column 61, 0D 0A.
//
// # After noise
//
// The next line end. A line without its beginning has no date and is none. A line of more than 256 bytes is given up in
// pieces; a session holds no more than that. After 5 s of silence the proof begins anew.
//
// # What the device never tells
//
// A waveform, a perfusion index, that perfusion is low (its amplitude has no scale), why a value is missing without any
// code (reported as searching). Its alarm state is that of its own limits.
//
// # What is believed
//
// Nothing protects a digit: there is no checksum. What stands in its place; numbers marked * are our choice:
//
//	every token exactly of its form and in its order; no byte that is not printable
//	a line as long as the last one believed, else it waits for the next
//	two lines that agree before the first value, and after every line whose code took the numbers away
//	a step of up to 1 point * and 3/min * is believed at once; up to 4 points * and 10/min or an eighth * need two lines
//	    that agree, while the numbers are moving one; more needs three
//	range 18..321 and 1..100, never clamped
//
// So a leap that lasts is believed with its third line, four seconds after its first, and damage never for want of better
// lines. While bytes arrive but nothing is believed for 7 s *, a reading says that both values are absent as artifact, and
// again.
//
// What gets through is a digit that turns into a near one. Measured by the damage test of this package with 32 seeds, 640
// simulated hours in all, steady and varying truth, a tenth of the lines damaged (70 % a byte changed, 15 % a byte lost,
// 15 % a byte added): 52 readings with a wrong SpO2 or pulse rate, 0.08 an hour, with a steady truth by 1 point or 3/min at
// most, with a varying one by 4 points or 7/min; none beside SO; 89 % of the lines gave values, longest time between two of
// them 20 s. With a fiftieth of the lines lost whole nothing was wrong, longest 16 s; of an undamaged varying truth 97 % of
// the lines gave values, longest 14 s, where it leapt anew before the last leap was believed. Without the comparison of lines
// there were 1.4 an hour, by up to 90 points and 210/min. (As committed, the test runs two seeds of 10 hours each.)
package nellcor
