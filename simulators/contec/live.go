package contec

import (
	"math"

	"bedside/simulators"
	"bedside/simulators/internal/pulse"
)

// What the device can show, oximeters.md sections 0 and 2.3.
const (
	highestIndex = 2200
)

// lowSat is the saturation below which the device raises its own flag; our choice.
const lowSat = 90

// appendLive appends one real-time packet.
func (d *Device) appendLive(to []byte, truth *simulators.Vitals) []byte {
	p := &d.pulse
	if truth.FingerOut || truth.SensorOff {
		if d.options.Documented {
			return appendPacket(to, 0x01, 0x80, 0x40, indexFlag(false), pulse.MissingRate, pulse.MissingSat, 0xFF, 0xFF)
		}
		return appendPacket(to, 0x01, 0x84, 0x40, indexFlag(false), 0, 0, 0xFF, 0xFF)
	}
	wave := pulse.Volume(truth, d.rng)
	first, second := byte(pulse.Strength(truth.PerfusionIndex)), byte(math.Round(wave*127))
	third := byte(math.Round(wave * 15))
	if p.Beat() {
		first |= 0x40
	}
	if !p.Tracking() {
		second |= 0x80
		if p.Long() {
			first |= 0x10
		}
		return appendPacket(to, 0x01, first, second, third|indexFlag(false), pulse.MissingRate, pulse.MissingSat, 0xFF, 0xFF)
	}
	rate, sat := p.Values()
	if sat < lowSat {
		first |= 0x20
	}
	low, high, valid := byte(0xFF), byte(0xFF), false
	if pi := math.Round(truth.PerfusionIndex * 100); d.options.PerfusionIndex && pi >= 0 && pi <= highestIndex {
		// Refreshed as rarely as a value that people read: in steps of a twentieth of a per cent.
		pi := int(pi) / 5 * 5
		low, high, valid = byte(pi), byte(pi>>8), true
	}
	return appendPacket(to, 0x01, first, second, third|indexFlag(valid), rate, sat, low, high)
}

// indexFlag returns the bit of byte 4 that says that there is no perfusion index.
func indexFlag(valid bool) byte {
	if valid {
		return 0
	}
	return 0x10
}
