// Package scenario holds stories to tell with the simulated devices: who the patient is, what happens to them, to the
// devices and to the cables, what staff do, and which alerts must and must not follow. A story is a file; [Parse] reads
// one, or says everything that is wrong with it. Those in stories/ come with the program, each named for what it teaches.
//
// [Scenario.Truth] and [Scenario.Windows] turn a story into what the patient, the devices and the cables do. Who plays it,
// in real time on pseudo-terminals or in virtual time without I/O, and who compares the alerts, is not known here.
//
// Stories run faster than sessions, so that somebody who watches a demonstration sees something, but the vital signs in
// them stay those of a living adult. They teach the product, not medicine.
package scenario
