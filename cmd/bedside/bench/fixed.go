package bench

import (
	"time"

	"bedside/alerts"
	"bedside/devices"
)

// fixed judges by fixed limits, as the plainest of monitors does.
type fixed struct {
	hold     time.Duration
	channels [4]channel
	alerts   []told
}

// channel is one limit.
type channel struct {
	side   side
	beyond bool
	since  time.Duration
	active int // index of the alert, plus one; 0 for none
}

func newFixed(hold time.Duration) *fixed {
	f := &fixed{hold: hold}
	for i, s := range [...]side{lowOxygen, fastPulse, slowPulse, highPressure} {
		f.channels[i].side = s
	}
	return f
}

// The limits of the comparison.
const (
	fixedOxygen                   = 90
	fixedFast, fixedSlow          = 120, 50
	fixedSystolic, fixedDiastolic = 160, 100
)

func (f *fixed) see(at time.Duration, r *devices.Reading) {
	if r.Spot {
		s, ok := r.Value(devices.Systolic)
		d, ok2 := r.Value(devices.Diastolic)
		if ok && ok2 {
			f.judge(&f.channels[3], at, s >= fixedSystolic || d >= fixedDiastolic, 0)
		}
		return
	}
	if v, ok := r.Value(devices.SpO2); ok {
		f.judge(&f.channels[0], at, v < fixedOxygen, f.hold)
	}
	if v, ok := r.Value(devices.PulseRate); ok {
		f.judge(&f.channels[1], at, v >= fixedFast, f.hold)
		f.judge(&f.channels[2], at, v < fixedSlow, f.hold)
	}
}

func (f *fixed) judge(c *channel, at time.Duration, beyond bool, hold time.Duration) {
	if !beyond {
		if c.active > 0 {
			f.alerts[c.active-1].to = at
		}
		c.beyond, c.active = false, 0
		return
	}
	if !c.beyond {
		c.beyond, c.since = true, at
	}
	if c.active == 0 && at-c.since >= hold {
		f.alerts = append(f.alerts, told{side: c.side, from: at, urgentAt: at, to: forever, priority: alerts.Medium})
		c.active = len(f.alerts)
	}
}
