// Package terumo simulates a Terumo BP-500, which sends a frame after each measurement. It was written from cuffs.md section
// 11 alone. The monitor ignores what it is sent: a request is said to exist, but not what it means.
//
//	02 "R1,000000000,261121,094000,120,093,080,072,0000,0000,00000,000" 03 BCC
//
// Identity, date, time, systolic, mean, diastolic, rate, and four fields whose meaning is not known; BCC is the sum of all
// bytes before it, modulo 256.
//
// A cycle begins when staff press the button, or by itself at an interval (our choice, for demonstrations). What the monitor
// sends when a cycle failed is not known: this one sends nothing.
package terumo
