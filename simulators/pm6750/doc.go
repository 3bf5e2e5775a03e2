// Package pm6750 simulates the Berry PM6750 board with an oximeter and a cuff on one port: 115200 baud 8N1, or a USB
// virtual port. It was written from oximeters.md section 6 and cuffs.md sections 9a and 14 alone.
//
//	both ways   55 AA N type data… SUM     N counts from itself to SUM; SUM is the complement of the sum of N, type and data
//
// The board is silent until packets are enabled: SpO2 parameters once a second, the SpO2 wave 50 times a second. Once a
// measurement of blood pressure was begun, its packet comes twice a second, and goes on for a while after the end. The
// initial pressure is forgotten with each start, as the real board does. All other functions of the board are absent;
// their enable commands are taken and ignored. Factory commands (pressure test, calibrations, leak test) and the command
// that no manual has are counted, see [Device.Counts], and do nothing.
//
// The board guards its cuff: it vents above 300 mmHg and when a measurement takes too long, host or no host.
package pm6750
