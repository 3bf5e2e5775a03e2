// Package lines holds what the drivers of line-oriented devices without a checksum share: a [Reader] that cuts the stream
// into lines whatever ends them, a [Listener] that does for a whole session what does not depend on what the lines say,
// a [Judge] that compares the numbers of a line with those of the lines before, and a [Track] that does so for one number.
//
// No check protects a digit of such a protocol. What is left is the shape of the line, which each driver knows, and the
// fact that averaged vital signs move little from one line to the next, which is here.
package lines
