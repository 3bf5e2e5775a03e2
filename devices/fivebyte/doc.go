// Package fivebyte reads pulse oximeters that stream frames of five bytes: older ones of Contec, and those of Berry.
//
// # Models
//
// Meant for Contec CMS50C, CMS50D, CMS50D+ and CMS50E as sold before V7 packets, and for Berry oximeters that speak what
// their maker calls the BCI protocol, over USB or Bluetooth SPP. None of them was tried: this driver was written from
// documents, and tested against a simulator written independently from the same page. Devices sold under one name differ:
// newer hardware speaks V7 packets (driver contec). The instruments of Smiths and BCI from which the family has its name
// are said to stream the same; no table of their bytes was found, and nothing is claimed for them.
//
// # Document
//
// Contec's "Communication protocol V5.0A" and Berry's "BCI Protocol v1.2" and other readers of both, as tabulated in
// oximeters.md section 3, which marks what comes from whom. Their dates are not known to us.
//
// # Line
//
// Three variants, tried in turn by the agent until one is understood, unless the configuration names one:
//
//	contec-19200   19200 baud, 8 data bits, odd parity, 1 stop bit   as sold with the maker's cable; from other readers
//	contec-4800     4800 baud, 8 data bits, odd parity, 1 stop bit   the maker's document
//	berry-115200  115200 baud, 8 data bits, no parity, 1 stop bit    the rate is in no document of the maker; low confidence
//
// The instrument streams unasked. This driver never writes a byte; the download of stored data is not in the code.
//
// # Frames
//
// The first byte has bit 7 set, the four others have it clear. There is no checksum. Bytes are counted from 1:
//
//	byte  bits  Contec, 60 a second         Berry, 100 a second
//	1     0-3   signal strength 0..8        the same
//	1     4     search takes too long       no signal
//	1     5     SpO2 dropping               probe unplugged
//	1     6     beat                        the same
//	2     0-6   pleth 0..127                pleth 1..100, 0 is none
//	3     0-3   bar graph                   the same
//	3     4     probe error or finger out   no finger
//	3     5     searching                   the same
//	3     6     bit 7 of the pulse rate     the same
//	4     0-6   pulse rate                  the same
//	5     0-6   SpO2                        the same
//
// A missing rate is FF (bit 6 of byte 3, and 7F), a missing SpO2 7F; some instruments send zeros. The beat, the bar graph
// and Contec's own flag for a falling SpO2 are ignored.
//
// What bits 4 and 5 of byte 1 mean is told apart by variant alone. Other readers take bit 4 for finger out; byte 3 says
// that for both makers, and is what counts here. Berry's "no signal" is given as low perfusion, flagged as a weak signal
// (our choice).
//
// # One frame
//
// 86 50 49 16 61: 86 begins a frame, strength 6; 50 is pleth 80; 49 is bar graph 9 and bit 7 of the rate; 16 is 22, and with
// that bit 150, the pulse rate; 61 is 97, SpO2.
//
// # After noise
//
// The next byte with bit 7 begins a frame, whatever came before. A frame that ends too early is given up and so is one that
// goes on too long: it counts as whole only when the next begins after its fifth byte. So what a session says is one frame
// old, and the last frame before a silence is given up.
//
// Of the noise that a wrong speed or parity makes, one place in sixty looks like a frame. Hence frames count from eight in
// a row on *, until 40 bytes * were given up without two frames in a row between them; a session holds 40 bytes at most.
// A test samples streams at each wrong speed, and random bytes: none of it is ever counted as a frame. After a second of
// silence all that was seen is forgotten. Numbers marked * are our choice.
//
// # What the device never tells
//
// A perfusion index, its model, motion, a low battery; whether the finger is out or the probe is broken (Contec; reported as
// finger out); a number of the frame: one that is lost whole leaves no gap in the pleth.
//
// # What is believed
//
//	check                                              catches
//	bit 7 and the length of each frame                 every byte lost; every byte added; half of the changed bytes
//	six of the last eight frames say the same: rate,   single wrong values and flags
//	saturation, and the flags that take them away *
//	a jump of the rate by 8/min and 1/8, or of the     values that come and go
//	saturation by 3 points, lasts a third of a second
//	more *
//	finger out, unplugged, searching and no signal     plausible numbers beside a flag
//	take both values away, whatever the numbers are
//	FF, 7F and 0 are missing values, with or without   what third parties saw
//	a flag; then they are absent as searching
//	range 18..254 and 1..100, never clamped            what no patient has
//
// These are the rules of driver contec, and the same code. Signal strength 2 or less in most of the last eight frames is a
// weak signal; it takes no value away. A reading comes three times a second *, and at once (0.1 s) when a value goes, comes
// or is absent for another reason. While bytes arrive but nothing is believed for 2 s *, a reading says that both values are
// absent as artifact, and says so again every 2 s.
//
// Given up: what six frames of eight have wrong in the same way, such as a line on which one bit is stuck. A single pleth
// sample may be wrong.
//
// Measured by the damage test of this package: 10 simulated hours of a varying truth, 2 of a steady one. With a tenth of the
// frames damaged (70 % a byte changed, 15 % a byte lost, 15 % a byte added) 4331 frames an hour look whole and say something
// false about pulse, saturation or finger; of the readings 0 an hour were wrong, every second had a value, and the longest
// gap was 0.6 s, or 1.3 s where the truth jumped. With a fiftieth of the frames lost, 0 an hour wrong, longest gap 0.8 s.
// Over four more seeds and 80 hours, measured once, still 0.
package fivebyte
