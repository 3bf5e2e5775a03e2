// Package fivebyte simulates the instrument side of the five-byte frames of older Contec and of Berry oximeters. It was
// written from oximeters.md section 3 alone. The instrument streams unasked, and ignores what it is sent.
//
// Only the first byte of a frame has bit 7. There is no checksum:
//
//	byte  1                        2            3                   4           5
//	      0-3 strength 0..8        0-6 pleth    0-3 bar graph       0-6 rate    0-6 SpO2
//	      4 search takes long (C)               4 finger out
//	        no signal (B)                       5 searching
//	      5 low SpO2 (C)                        6 bit 7 of the rate
//	        probe unplugged (B)
//	      6 beat
//
// C is Contec, 60 frames a second at 19200 or 4800 baud 8O1, pleth 0..127; B is Berry, 100 a second at 115200 8N1, pleth
// 1..100, where 0 is none. A missing rate is FF, a missing saturation 7F; some instruments send zeros.
//
// Beats, averages and searches are those of simulators/internal/pulse. That a Contec with its sensor unplugged says the
// same as with the finger out is our choice: the page has no flag for it.
package fivebyte
