// Package site measures how large a site one NATS server and one station carry: simulated rooms, all in one process of load,
// publish the real payloads of the contract as agents do, and the processor time and memory of the server and the station are
// read while alerts travel to a witness and to the station's screens.
//
// The rooms share the computer with what is measured, so the figures are an upper bound of what a site needs. What they were
// on which computer: DESIGN.md.
package site
