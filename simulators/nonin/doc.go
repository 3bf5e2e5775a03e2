// Package nonin simulates the instrument side of the Nonin serial data formats 1, 2, 7, 8 and 13 and of the lines of text,
// as an Xpod or OEM III module, a WristOx2, an Onyx II and the bench-top models send them: 9600 baud 8N1, free running,
// deaf to the host. It was written from oximeters.md section 1 alone.
//
//	format  frame                              rate          check
//	1       STATUS HR SPO2                     1 a second    none
//	2       01 STATUS PLETH FLOAT CK           75 a second   sum of the first four bytes
//	7       STATUS PLETH-MSB -LSB FLOAT CK     75 a second   sum of the first four bytes
//	8       STATUS HR SPO2 STATUS2             1 a second    none
//	13      00 02 00 0D 00 0E data CK 03       a spot check  sum of the data
//	ASCII   SPO2=XXX HR=YYY CR LF              1 a second    none
//
// Twenty-five frames make a packet; the FLOAT bytes of a packet carry the numbers. Everything that the documents leave
// open (reserved slots, undefined bits) carries arbitrary values, so that a reader which relies on them is found out.
//
// Quality of the signal follows the truth: FingerOut and SensorOff raise the sensor alarm and empty the numbers, Motion
// spoils single pulses and, if it lasts, the track. Numbers averaged for recording vanish at once; numbers averaged for
// display are refreshed every 1.5 s and held for 10 s after the signal is gone, as the documents say. Format 1 has no
// sensor alarm: a finger that is out is out of track there. A spot check begins when a finger is put in, and ends as soon
// as the measurement is good, or after 40 s with what there is; the memory is sent at power-up.
package nonin
