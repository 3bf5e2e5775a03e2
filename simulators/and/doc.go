// Package and simulates the monitor side of the A&D TM-2655 and TM-2657 serial port: 2400 or 9600 baud 8N1. It was written
// from cuffs.md section 2a alone.
//
//	frame         16 16 01 30 30 02 text 03 BCC     BCC: XOR of the text
//	acknowledge   16 16 01 30 30 06                 refuse: last byte 15
//	ST SP RB      start, stop, read the last result
//
// A start is acknowledged; 25 to 45 s of silence follow, and the result, which is sent by itself unless the options say
// otherwise, and again on RB. Its text is the one real frame of the page with new digits and a new check. A cycle that was
// stopped leaves no result: the page does not know what a monitor sends then.
//
// A frame arrives when its last byte does: 138 bytes take 575 ms at 2400 baud. The monitor lets its air out by itself,
// host or no host: see package simulators/cuff.
package and
