package nonin

import (
	"math"

	"bedside/simulators"
)

// Markers for a missing value, oximeters.md section 1.2.
const (
	missingRate = 511
	missingSat  = 127
)

// Bits of STATUS in formats 2 and 7, oximeters.md section 1.2.
const (
	statusBit  = 0x80
	statusSNSD = 0x40
	statusARTF = 0x20
	statusOOT  = 0x10
	statusSNSA = 0x08
	statusSYNC = 0x01
)

// Bits of the two status bytes of format 8, oximeters.md section 1.4.
const (
	numbersSNSD = 0x40
	numbersOOT  = 0x20
	numbersLPRF = 0x10
	numbersMPRF = 0x08
	numbersARTF = 0x04
	numbersSNSA = 0x08 // second status byte
)

// Bits of STAT2, which format 8 shares for SPA and the battery.
const (
	stat2SPA        = 0x20
	stat2LowBattery = 0x01
)

// firmware is the SREV byte of the worked example in oximeters.md section 1.2.
const firmware = 0x29

// fill sets the FLOAT bytes of the packet that begins now. All numbers of a packet belong together.
func (d *Device) fill(truth simulators.Vitals) {
	for i := range d.slots {
		d.slots[i] = byte(d.rng.Uint32()) // reserved slots carry anything
	}
	p := &d.pulse
	rate4, rate8, sat4, sat8 := d.display.values()
	d.setRate(1, p.rate(4))
	d.slot(3, p.saturation(4))
	d.slot(4, firmware)
	tmr := int(d.sent / packetFrames) // thirds of a second, 14 bits
	d.slot(6, tmr>>7&0x7F)
	d.slot(7, tmr&0x7F)
	d.slot(8, int(d.stat2(&truth)))
	d.slot(9, sat4)
	d.slot(10, p.fastSaturation())
	d.slot(11, p.saturation(1))
	d.setRate(14, p.rate(8))
	d.slot(16, p.saturation(8))
	d.slot(17, sat8)
	d.setRate(20, rate4)
	d.setRate(22, rate8)
}

// slot sets the FLOAT byte of frame n, counted from 1 as the documents do.
func (d *Device) slot(n, value int) { d.slots[n-1] = byte(value) }

// setRate puts a nine-bit rate into frames n and n+1; bits 6..2 of the first are undefined.
func (d *Device) setRate(n, rate int) {
	d.slot(n, rate>>7&3|int(d.rng.Uint32())&0x7C)
	d.slot(n+1, rate&0x7F)
}

// stat2 returns the defined bits; SmartPoint is claimed for a full set of eight good beats without motion (our choice).
func (d *Device) stat2(truth *simulators.Vitals) byte {
	var b byte
	if d.smart(truth) {
		b |= stat2SPA
	}
	if d.options.LowBattery || truth.BatteryLow {
		b |= stat2LowBattery
	}
	return b
}

func (d *Device) smart(truth *simulators.Vitals) bool {
	return d.pulse.tracking && d.pulse.good >= len(d.pulse.rates) && truth.PerfusionIndex >= piMarginal
}

// appendFrame appends one frame of format 2 or 7.
func (d *Device) appendFrame(to []byte, slot int, truth *simulators.Vitals) []byte {
	status := d.status(truth)
	if slot == 0 {
		status |= statusSYNC
	}
	wave := d.wave(truth)
	float := d.slots[slot]
	if d.options.Format == 7 {
		scaled := uint16(math.Round(wave * 65535))
		high, low := byte(scaled>>8), byte(scaled)
		return append(to, status, high, low, float, status+high+low+float)
	}
	pleth := byte(math.Round(wave * 255))
	return append(to, 1, status, pleth, float, 1+status+pleth+float)
}

func (d *Device) status(truth *simulators.Vitals) byte {
	status := byte(statusBit)
	if truth.SensorOff {
		status |= statusSNSD | statusSNSA
	}
	if truth.FingerOut {
		status |= statusSNSA
	}
	if d.pulse.artifact {
		status |= statusARTF
	}
	if !d.pulse.tracking {
		status |= statusOOT
	}
	if d.pulse.flag > 0 {
		status |= d.pulse.bits
	}
	return status
}

// wave returns the plethysmogram 0..1 as the instrument scales it: a steady middle without a finger (the captured
// finger-out frame has 99 of 255), else the pulse with some headroom, and noise that grows with motion.
func (d *Device) wave(truth *simulators.Vitals) float64 {
	if truth.FingerOut || truth.SensorOff {
		return 99.0 / 255
	}
	noise := (d.rng.Float64() - 0.5) * (0.01 + clamp(truth.Motion))
	return clamp(0.1 + 0.8*clamp(truth.Pleth) + noise)
}

// clamp limits v to 0..1; what is no number becomes 0.
func clamp(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	return min(v, 1)
}

// appendNumbers appends the four bytes of format 8, made of the values for display, or the first three of them, which are
// format 1.
func (d *Device) appendNumbers(to []byte, truth *simulators.Vitals) []byte {
	rate, _, sat, _ := d.display.values()
	first := byte(statusBit | rate>>7)
	second := d.stat2(truth) | byte(d.rng.Uint32())&0x50 // bits 6 and 4 are reserved
	if truth.SensorOff {
		first |= numbersSNSD
	}
	if truth.SensorOff || truth.FingerOut {
		second |= numbersSNSA
	}
	if !d.pulse.tracking {
		first |= numbersOOT
	}
	if d.pulse.artifact {
		first |= numbersARTF
	}
	if d.pulse.tracking {
		switch d.pulse.bits {
		case red:
			first |= numbersLPRF
		case yellow:
			first |= numbersMPRF
		}
	}
	to = append(to, first, byte(rate&0x7F), byte(sat))
	if d.options.Format == 1 {
		return to
	}
	return append(to, second)
}
