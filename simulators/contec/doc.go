// Package contec simulates the instrument side of Contec's V7 packets, as a CMS50D+, E or F sends them: 115200 baud 8N1,
// silent until it is asked. It was written from oximeters.md section 2 alone.
//
// A packet begins with its type, the only byte below 80; byte 1 collects the high bits of the bytes after it. A real-time
// packet has nine bytes:
//
//	byte  2                      3            4                5   6     7, 8
//	      0-3 strength 0..8      0-6 pleth    0-3 bar          PR  SpO2  PI low, high
//	      4 search takes long    7 searching  4 PI invalid
//	      5 low SpO2
//	      6 beat, two packets
//	      7 finger out
//
// Command A1 starts the stream, 60 packets a second give or take two; it ends by A2, or 30 s after the last A1 or AF.
// Commands that tell about the device are answered; those that set a clock, delete or change something are answered as
// done, do nothing, and are counted, so that a test can show that nobody sends them. Stored data there is none.
//
// Quality of the signal follows the truth: FingerOut and SensorOff raise the one flag that there is for both, and a pulse
// is searched for when there was none for a while, when it is outside what the device can show, and while the hand moves
// much. What the documents do not say is our choice: four beats are averaged, a search takes long after 10 s.
package contec
