package nonin

import (
	"time"

	"bedside/simulators"
)

// Bits of the status bytes of format 13, oximeters.md section 1.6.
const (
	spotSPA     = 0x02 // first byte
	spotNOMS    = 0x01
	spotMemory  = 0x10 // second byte
	spotBattery = 0x01
)

// How long a spot check takes: not less than it takes for a pulse to be sure (our choice), and 40 s at most (oximeters.md
// section 1.6).
const (
	spotLeast = 8
	spotMost  = 40
)

// spot is what the instrument knows of the spot check under way.
type spot struct {
	seconds int // since the finger was put in
	done    bool
	since   int // seconds since it was done
}

// measure lives through one second of a spot check and sends its packet when it ends.
func (d *Device) measure(truth *simulators.Vitals) {
	s := &d.spot
	if truth.FingerOut || truth.SensorOff {
		*s = spot{}
		return
	}
	if s.done {
		if s.since++; d.options.Repeat == 0 || time.Duration(s.since)*time.Second < d.options.Repeat {
			return
		}
		*s = spot{}
	}
	s.seconds++
	smart := d.smart(truth) && s.seconds >= spotLeast
	if !smart && s.seconds < spotMost {
		return
	}
	s.done = true
	var high byte
	if smart {
		high |= spotSPA
	}
	rate, sat := d.pulse.rate(4), d.pulse.saturation(4)
	if rate == missingRate {
		high |= spotNOMS
	}
	d.packet(d.clock(), high, 0, rate, sat)
}

// replay sends the memory, oldest first: measurements of the days before.
func (d *Device) replay() {
	for n := d.options.Stored; n > 0; n-- {
		at := d.clock().Add(-time.Duration(n) * 26 * time.Hour)
		d.packet(at, spotSPA, spotMemory, 55+d.rng.IntN(60), 90+d.rng.IntN(10))
	}
}

// packet appends a packet of format 13: the rate is a plain number of nine bits here.
func (d *Device) packet(at time.Time, high, low byte, rate, sat int) {
	if d.options.LowBattery {
		low |= spotBattery
	}
	high |= byte(d.rng.Uint32()) &^ (spotSPA | spotNOMS) // the other bits are not defined
	low |= byte(d.rng.Uint32()) &^ (spotMemory | spotBattery)
	bcd := func(n int) byte { return byte(n/10<<4 | n%10) }
	data := []byte{
		bcd(at.Year() / 100), bcd(at.Year() % 100), bcd(int(at.Month())), bcd(at.Day()), bcd(at.Hour()), bcd(at.Minute()),
		bcd(at.Second()), 0, high, low, byte(rate >> 8), byte(rate), byte(d.rng.Uint32()), byte(sat) | byte(d.rng.Uint32())&0x80,
	}
	var sum byte
	for _, b := range data {
		sum += b
	}
	d.buf = append(d.buf, 0, 2, 0, 0x0D, 0, byte(len(data)))
	d.buf = append(d.buf, data...)
	d.buf = append(d.buf, sum, 3)
}
