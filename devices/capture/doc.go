// Package capture is the text format in which conversations with devices are kept: golden cases of drivers, what
// bedside capture writes, and the segments of the agent's ring are the same format, read by the same parser. It also
// plays a capture through a driver.
//
// A capture is ASCII text. A number sign begins a comment that goes to the end of the line; blank lines count for
// nothing. What a line is, its first character says:
//
//	01 81 64 01 E7          bytes from the device, hexadecimal; one line is one read
//	@+13.3ms                time passes, written as Go writes durations; a program writes tenths of a millisecond
//	> 3A 79 05 00 48        bytes to the device
//	.                       the session of the driver was called without bytes, as it had asked to be
//	! cuff-start            an order is given, before the bytes that the driver writes because of it
//	^ open 19200-8O1 old    the port was opened, with these line settings and this variant of the driver, which may lack
//	^ close                 the port was closed, or lost
//	= driver nonin          a fact about the whole, only before the first of the lines above
//
// The facts:
//
//	= capture 1                         version of the format; programs write it, in captures written by hand it may lack
//	= driver nonin                      word of the driver
//	= line 9600-8N1                     line settings: baud, data bits, parity (N, O, E), stop bits
//	= variant old                       variant of the driver
//	= from 2026-11-22T09:40:12.1203Z    wall clock at the beginning
//	= by v1.2.0                         version of the program that wrote it
//	= continues                         the port was open already: this goes on where an earlier capture ended
//	= allow-start                       the agent was allowed to start measurements
//	= initial-pressure 160              first inflation target of a cuff, mmHg
//	= wakes                             every such call is there, see below
//	= unchecked                         no check protects the numbers; for the conformance suite alone
//
// A driver's session asks to be called at moments of its own, and what it does next depends on when that was. A program
// notes each call, because a machine is always a little late, and 200 questions later a little is an answer. In a capture
// with "wakes" a wake is therefore covered by the first event that comes within a second after it; otherwise, and always
// in a capture without, it is served at its own moment.
//
// A capture without "continues" begins with a port that was just opened, whether its first line says so or not. Facts and
// lines that this version does not know are errors: guessing could turn bytes into other numbers. A capture with a
// version ends with the end of a line; one that does not was cut off. There is no checksum over the whole: a digit that
// was changed into another is not noticed here, but by the check of the device's own protocol, where it has one.
//
// Captures hold what devices measured, so they are data about a person, though they name nobody.
package capture
