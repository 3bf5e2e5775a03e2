package nonin_test

import "math/rand/v2"

// numbers are what a packet carries. Zero fields take the value of the 4-beat average.
type numbers struct {
	rate, sat   int // HR, SpO2
	rate8, sat8 int // E-HR, E-SpO2
	rateD, satD int // HR-D, SpO2-D
	flags       byte
	stat2       byte
}

// oximeter writes packets of format 2 or 7 as oximeters.md sections 1.2 and 1.3 describe them. It is the plainest one
// possible; simulators/nonin is the one that behaves like an instrument.
type oximeter struct {
	format  int
	timer   int
	pleth   int
	noTimer bool
	rng     *rand.Rand // fills the reserved slots; nil leaves them 0

	frames [25][]byte
	room   [25][8]byte // behind frames, with room for a byte that a test adds
}

func or(v, other int) int {
	if v == 0 {
		return other
	}
	return v
}

// packet returns the 25 frames of one packet, which the next one overwrites.
func (o *oximeter) packet(n numbers) [][]byte {
	o.timer = (o.timer + 1) & 0x3FFF
	hi, lo := func(v int) byte { return byte(v >> 7 & 3) }, func(v int) byte { return byte(v & 0x7F) }
	rate8, sat8 := or(n.rate8, n.rate), byte(or(n.sat8, n.sat))
	rateD, satD := or(n.rateD, n.rate), byte(or(n.satD, n.sat))
	var reserved [25]byte
	if o.rng != nil {
		for i := range reserved {
			reserved[i] = byte(o.rng.Uint32())
		}
	}
	r := reserved
	th, tl := hi(0), lo(0)
	if !o.noTimer {
		th, tl = byte(o.timer>>7), byte(o.timer&0x7F)
	}
	floats := [25]byte{
		hi(n.rate), lo(n.rate), byte(n.sat), 0x29, r[4], th, tl, n.stat2, satD, byte(n.sat), byte(n.sat), r[11], r[12],
		hi(rate8), lo(rate8), sat8, sat8, r[17], r[18], hi(rateD), lo(rateD), hi(rate8), lo(rate8), r[23], r[24],
	}
	for i, f := range floats {
		status := 0x80 | n.flags
		if i == 0 {
			status |= 1
		}
		o.pleth = (o.pleth + 7) & 0xFF // passes through the start byte of format 2, too
		if o.pleth < 40 {
			status |= 0x02 // a pulse with good perfusion
		}
		if o.format == 7 {
			msb, lsb := byte(o.pleth), byte(o.pleth*3)
			o.frames[i] = append(o.room[i][:0], status, msb, lsb, f, status+msb+lsb+f)
			continue
		}
		o.frames[i] = append(o.room[i][:0], 1, status, byte(o.pleth), f, 1+status+byte(o.pleth)+f)
	}
	return o.frames[:]
}

// bytes returns the packet as one run of bytes.
func (o *oximeter) bytes(n numbers) []byte {
	var b []byte
	for _, f := range o.packet(n) {
		b = append(b, f...)
	}
	return b
}
