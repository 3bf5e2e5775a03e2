// Package omron simulates Omron monitors that send a line after each measurement: HBP-9030 in format 5 and HBP-9020 in mode
// 5, F3. It was written from cuffs.md sections 3a and 3b alone. The monitor ignores what it is sent.
//
//	2026,11,21,09,40,                    ,0,120,080,072,0     HBP-9030: error, systolic, diastolic, rate, movement
//	bp,99999999999999999999,2026/11/21,09:40,120,093,080,072,3   HBP-9020: systolic, mean, diastolic, rate, unknown
//
// A cycle begins when staff press the button, or by itself at an interval (our choice, for demonstrations). What a HBP-9020
// sends when a cycle failed is not known: this one sends nothing. Nor are the error digits of a HBP-9030: this one sends 1.
package omron
