// Package dinamap simulates the monitor side of the Dinamap host port: 9600 baud 8N1, the host asks and the monitor
// answers. It was written from cuffs.md section 5 alone.
//
//	message   20 P C [data] k1 k2 0D     k1 k2: 12-bit check over all before it
//	 NA       read the last result       status, age in seconds, systolic, diastolic, mean
//	 NC0      start a determination      answered by a message whose text the page does not know: ours is " NC"
//	 ND       cancel it                  likewise, " ND"
//
// During a determination the last result stays in place and its age grows; a new one begins at age 0. A cancelled one
// leaves the last result as it was. A failed one shows in the status; the page knows no code but that those above 2 mean
// failure, so it is 3 here unless the options say otherwise.
//
// The monitor lets its air out by itself, host or no host: see package simulators/cuff.
package dinamap
