// Package scenario holds stories to tell with the simulated devices: who the patient is, what happens when, and when the
// cuff is asked. They are plain values; [Scenario.Truth] and [Scenario.Faults] turn them into what the patient, the
// devices and the cables do.
//
// Stories run faster than sessions, so that somebody who watches a demonstration sees something, but the vital signs in
// them stay those of a living adult. They teach the product, not medicine.
package scenario
