// Package tap keeps the raw bytes of serial ports, both ways and with their times, in the format of devices/capture.
//
// A [Tap] is one device's: it wraps each port that is opened for it, copies what passes into memory, and knows nothing of
// drivers. A [Recorder] writes what its taps have copied into rings on disk, one folder for each device; [ToFile] writes
// one tap's into a file.
//
// What is measured must never wait for a disk. The goroutine that reads a port appends to memory under a short lock and
// goes on; another one writes, a quarter of a second later, so that is what a killed process loses. A disk that is full,
// slow or gone costs bytes of the capture and nothing else: they are counted, the log says so once, and writing is tried
// again every few seconds. On a full disk the ring gives its own oldest segments up first: the record needs the space
// more. See DESIGN.md.
package tap
