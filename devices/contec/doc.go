// Package contec reads Contec pulse oximeters that speak V7 packets: asks for live data, keeps it alive, and believes what
// several packets agree on.
//
// # Models
//
// Meant for CMS50D+ from version 4 on, CMS50E, CMS50EW, CMS50F, CMS50FW, CMS50I and CMS50IW (also over Bluetooth SPP,
// which carries the same bytes). None of them was tried: this driver was written from documents, and tested against a
// simulator written independently from the same documents and against packets that others captured. Devices sold under
// one name differ: older hardware sends five-byte packets, the newest speaks over HID or Bluetooth; neither is read here.
//
// # Document
//
// Contec's communication protocol for these models, called V7 by its readers, as tabulated in oximeters.md section 2,
// which marks what comes from the maker and what from captures or other readers. Its revision and date are not known to
// us.
//
// # Line
//
// 115200 baud, 8 data bits, no parity, 1 stop bit, no flow control: types 11 and 13 are the characters XON and XOFF. The
// socket on the device is a 3.3 V serial line, not USB; the maker's cable has the bridge.
//
// The device is silent until asked. Commands have nine bytes, 7D 81 CMD and six times 80. This driver knows three:
//
//	AC  is there a perfusion index in live data?  at the start, until it is answered, and again after a yes *; the
//	                                              start waits 200 ms * for both answers
//	A1  start live data                           then, and after each second without live data
//	AF  keep-alive                                every 5 s
//
// It never stops the stream: a session does not learn that it ends. The device itself ends it about 30 s after the last
// A1 or AF. Commands that set the clock, delete, or download are not in the code, and a test says so. Numbers marked *
// are our choice.
//
// # Frames
//
// Byte 0 of a packet is its type and has bit 7 clear, all others have it set. Bit k of byte 1 is bit 7 of byte 2+k.
// There is no checksum. The length follows from the type:
//
//	type            length  meaning
//	01              9       live data, 60 a second, give or take 2
//	0E              3       perfusion index in live data: 0 yes, 1 no
//	0B              4       command, reason; a reason other than 0 is counted as an error of the device
//	0D              3       the device disconnects, reason; counted likewise
//	0C              2       skipped, like all that follow
//	10              3
//	06 0A           4
//	09              6
//	07 08 0F 12     8
//	02 to 05 11     9
//	13 14 15        9
//
//	live data, byte
//	2     7 probe error or finger out  6 beat  5 low SpO2  4 search takes too long  0-3 signal strength 0..8
//	3     7 searching  0-6 pleth
//	4     4 perfusion index invalid  0-3 bar graph
//	5     pulse rate, FF missing
//	6     SpO2, 7F missing
//	7, 8  perfusion index in hundredths of a per cent, low byte first, FFFF missing
//
// The bar graph, the beat and the device's own flag for low SpO2 are ignored.
//
// # One frame
//
// 01 E8 C5 DA 9C 96 E1 FF FF: 01 live data; E8 = 1110 1000, so that bytes 5, 7 and 8 have their bit 7; C5 is 45, a beat
// and strength 5; DA is 5A, pleth 90; 9C is 1C, no perfusion index and bar 12; 96 is 16 and with its bit 7 96, pulse rate
// 150; E1 is 61, SpO2 97; FF FF stay FFFF.
//
// # After noise
//
// Any byte with bit 7 clear begins a packet, whatever came before it. A packet that ends too early is given up and so is
// live data that goes on too long: it counts as whole only when the next type follows its ninth byte. So a session holds
// 9 bytes at most, and what it says is one packet old; the last packet before a silence is given up. After a second
// without live data all that was seen is forgotten.
//
// # What the device never tells
//
// Its model (unless asked, which documents do not explain), motion, a low battery, whether the finger is out or the probe
// is broken (reported as finger out), a number of the packet: one that is lost whole leaves no gap in the pleth.
//
// # What is believed
//
//	check                                               catches
//	bit 7 and the length of each packet                 every byte lost; every byte added; half of the changed bytes
//	six of the last eight packets say the same: rate,   single wrong values and flags; the perfusion index and the
//	saturation, and the flags that take them away *     weak signal are counted apart, so that they spoil no pulse
//	a jump of the rate by 8/min and 1/8, or of the      values that come and go
//	saturation by 3 points, lasts 20 packets more *
//	finger out and searching take both values away,     plausible numbers beside a flag
//	whatever the numbers are
//	FF, 7F and 0 are missing values, with or without    zeros beside finger out, 127 without any flag: both were seen
//	a flag                                              in captures
//	range 18..254 and 1..100, never clamped             what no patient has
//	two packets 0E, asked for and exact, that both say  perfusion indexes on devices that have none
//	yes *, and byte 4 agree; 0.00 to 22.00 %
//
// A value missing without any flag is reported as searching. Signal strength 2 or less in most of the last eight packets
// is a weak signal; it takes no value away.
//
// A reading comes with every twentieth packet, three a second *, and at once (0.1 s) when a value goes, comes or is
// absent for another reason. While bytes arrive but nothing is believed for 2 s *, a reading says that all values are
// absent as artifact, and says so again every 2 s; then the values before it are forgotten, so that a device that jumps
// for ever is read.
//
// Given up: what six packets of eight have wrong in the same way, such as a line or a device on which one bit is stuck:
// nothing in this protocol can show it. A single pleth sample may be wrong. A damaged answer to the question for the
// perfusion index may say no where there is one; then it is absent.
//
// Measured by the damage test of this package: 10 simulated hours of a varying truth, 2 of a steady one. With a tenth
// of the packets damaged (70 % a byte changed, 15 % a byte lost, 15 % a byte added) 2883 packets an hour look whole
// and say something false about pulse, saturation or finger; of the readings 0 an hour were wrong, none was absent for
// a false reason, every second had a value, and the longest gap was 0.5 s, or 1.2 s where the truth jumped. With a
// fiftieth of the packets lost, 0 an hour wrong, longest gap 0.8 s. Over four seeds and 80 hours with damage, measured
// once, still 0. With fewer packets that must agree, and without the doubt of jumps, wrong readings an hour: four of
// eight 0, three 0.01, two 0.3, one 140.
package contec
