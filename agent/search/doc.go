// Package search finds out what is connected to a port of which nobody said what it is. It opens the port at one line
// setting after the other and lets devices/detect judge what is heard.
//
// First it only listens, at every line setting at which a driver is met. Only if nothing speaks there, and only as far as
// its caller allows, it lets one driver after the other ask its questions; every byte that goes out is in the report. What speaks
// and is not understood is not written to. The search ends at the first line setting at which any driver fits.
package search
