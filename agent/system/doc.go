// Package system gathers what whoever looks after a computer of Bedside wants to know of it: devices and what their lines carried,
// program, disk, clock, record, channels, certificates, and the findings of the doctor that can be had from inside. On request it
// looks for devices on ports that nobody uses, proves the record, and sends a test through a channel.
//
// Nothing of it is secret, and nothing is about a person: names of files, never what is in them.
package system
