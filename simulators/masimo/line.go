package masimo

import (
	"strconv"
	"time"
)

// Bits of EXC and ALARM, oximeters.md section 4.2.
const (
	excNoSensor     = 0x001
	excLowPerfusion = 0x004
	excPulseSearch  = 0x008
	excInterference = 0x010
	excSensorOff    = 0x020
	excLowSignalIQ  = 0x400
	excRunning      = 0x800 // SET running: normal

	alarmSatLow     = 0x02
	alarmRateHigh   = 0x04
	alarmRateLow    = 0x08
	alarmActive     = 0x10
	alarmSilenced   = 0x20
	alarmLowBattery = 0x40
)

// layout is what differs between the lines of two models.
type layout struct {
	name       string
	serial     bool   // SN is there
	percent    string // behind PI
	rest       string // what stands between PI and ALARM; nothing of it is simulated
	alarm, exc int    // hexadecimal digits
	exc1       bool   // EXC1 is there
}

// layouts lists them; the first is the usual one.
func layouts() []layout {
	const rainbow = "SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- "
	return []layout{
		{name: "rad-8", serial: true, percent: "%", rest: rainbow, alarm: 4, exc: 6},
		{name: "radical-7", serial: true, percent: "%", rest: rainbow + "PVI=--- ", alarm: 4, exc: 6},
		{
			name: "radical-7-colour", serial: true, alarm: 6, exc: 7, exc1: true,
			rest: "SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ",
		},
		{name: "radical-5", percent: "%", rest: rainbow, alarm: 2, exc: 3},
	}
}

// Models returns the words that Options.Model takes, the usual one first.
func Models() []string {
	var names []string
	for _, l := range layouts() {
		names = append(names, l.name)
	}
	return names
}

func layoutOf(model string) layout {
	all := layouts()
	for _, l := range all {
		if l.name == model {
			return l
		}
	}
	return all[0]
}

// line appends one line. The instrument's clock is the time of day in UTC.
func (d *Device) line(at time.Time, s shown) {
	l := &d.layout
	d.buf = at.UTC().AppendFormat(d.buf, "01/02/06 15:04:05 ")
	if l.serial {
		d.text("SN=")
		d.number(int64(d.serial), 10)
		d.text(" ")
	}
	d.text("SPO2=")
	d.whole(s.sat)
	d.text("% BPM=")
	d.whole(s.rate)
	d.text(" PI=")
	if s.perfusion < 0 {
		d.text("--.--")
	} else {
		d.number(int64(s.perfusion/100), 2)
		d.text(".")
		d.number(int64(s.perfusion%100), 2)
	}
	d.text(l.percent)
	d.text(" ")
	d.text(l.rest)
	d.text("ALARM=")
	d.hex(s.alarm, l.alarm)
	d.text(" EXC=")
	d.hex(s.exc, l.exc)
	if l.exc1 {
		d.text(" EXC1=00000000")
	}
	d.text("\r\n")
}

func (d *Device) text(s string) { d.buf = append(d.buf, s...) }

func (d *Device) whole(v int) {
	if v < 0 {
		d.text("---")
		return
	}
	d.number(int64(v), 3)
}

// number appends v with leading zeros.
func (d *Device) number(v int64, width int) { d.padded(strconv.FormatInt(v, 10), width) }

// hex appends a mask in capitals with leading zeros; a mask that the width cannot hold loses its high bits.
func (d *Device) hex(mask uint32, width int) {
	const digits = "0123456789ABCDEF"
	for i := width - 1; i >= 0; i-- {
		d.buf = append(d.buf, digits[mask>>(4*i)&0xF])
	}
}

func (d *Device) padded(s string, width int) {
	for range width - len(s) {
		d.text("0")
	}
	d.text(s)
}
