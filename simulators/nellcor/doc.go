// Package nellcor simulates the instrument side of Nellcor's real-time ASCII output: 9600 baud 8N1, a line of 61 columns
// every two seconds (N-65: every second), free running. It was written from oximeters.md section 5 alone.
//
//	21-Nov-26 09:00:00    97      72      25                     (padded with blanks to 61 columns)
//
// A page is three header lines and 22 data lines. [Models] differ in their headers, the case of the month, the padding of
// the pulse amplitude and the rate of lines. What the host sends is ignored: the menu behind Ctrl-C is not simulated.
//
// Quality of the signal follows the truth: SensorOff and FingerOut print dashes with SD and SO, after which the instrument
// searches, first with 0 for both numbers, then with numbers and PS beside them, as captured lines show; Motion first adds
// MO, then loses the pulse; no pulse at all is LP.
package nellcor
