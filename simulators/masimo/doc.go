// Package masimo simulates the instrument side of Masimo's serial output ASCII 1: 9600 baud 8N1, a line of KEY=value
// fields a second, free running, deaf to the host. It was written from oximeters.md section 4 alone.
//
//	11/21/26 09:00:00 SN=0000070986 SPO2=097% BPM=072 PI=02.50% ... ALARM=0000 EXC=000800
//
// The layouts differ by model in what a reader must not rely on: a serial number or none, per cent signs or none, PVI or
// none, masks of 2 to 8 digits, dashes of two widths. They are given in [Models].
//
// Quality of the signal follows the truth: SensorOff and FingerOut empty the numbers and set their bit of EXC, after which
// the instrument searches for its pulse for some seconds; Motion first sets interference and low signal IQ beside numbers,
// then makes it search. Options.Linger leaves the last numbers on the line for a while after the finger has gone, as a
// captured line shows: the bit in EXC is then all that says so.
package masimo
