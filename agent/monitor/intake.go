package monitor

import (
	"slices"
	"time"

	"bedside/agent/link"
	"bedside/alerts"
	"bedside/devices"
)

// Intake turns what a link tells about one device into what the alerts engine is fed with, in the order in which it must
// be fed. It has no clock and publishes nothing, so that a rehearsal in virtual time judges exactly as a room does. It is
// not safe for concurrent use.
type Intake struct {
	device string
	wave   bool // the device has a pleth, which may stand still

	heard string    // the reason that the engine knows
	told  time.Time // when the engine heard state and reason last

	good, bad int // frames since the engine last heard of the line's quality
	quality   time.Time
	lastPleth int32
	moving    bool
}

// NewIntake returns the intake of the device with that name and driver.
func NewIntake(name string, driver *devices.Driver) Intake {
	return Intake{device: name, wave: slices.Contains(driver.Vitals, devices.Pleth)}
}

// Take feeds everything that an update has.
func (i *Intake) Take(now time.Time, u *link.Update, step func(alerts.Input)) {
	for n := range u.Readings {
		step(i.reading(&u.Readings[n]))
	}
	i.rest(now, u, step)
}

func (i *Intake) reading(r *devices.Reading) alerts.Observed {
	return alerts.Observed{Device: i.device, Reading: r}
}

// rest feeds what an update has beside readings. The state comes after readings and cuff states: what a device said
// before it was lost was said in time.
func (i *Intake) rest(now time.Time, u *link.Update, step func(alerts.Input)) {
	for _, s := range u.Cuff {
		step(alerts.CuffChanged{Device: i.device, State: s})
	}
	if in := i.state(now, u); in != nil {
		step(in)
	}
	for n := range u.Waves {
		i.watch(&u.Waves[n])
	}
	if in := i.line(now, u); in != nil {
		step(in)
	}
}

// state returns what the engine must hear of the connection, nil for nothing.
func (i *Intake) state(now time.Time, u *link.Update) alerts.Input {
	otherwise := !u.StateChanged && u.Why != i.heard && now.Sub(i.told) >= whyEvery
	if !u.StateChanged && !otherwise {
		return nil
	}
	i.heard, i.told = u.Why, now
	switch u.State {
	case link.Lost:
		return alerts.SourceLost{Device: i.device, Cause: alerts.PortLost, Reason: u.Why}
	case link.Silent:
		return alerts.SourceLost{Device: i.device, Cause: alerts.DeviceSilent, Reason: u.Why}
	case link.Connected:
		return alerts.SourceBack{Device: i.device}
	}
	return nil
}

// watch notices whether the pleth moves.
func (i *Intake) watch(w *devices.Wave) {
	for _, s := range w.Samples {
		if s != devices.MissingSample && s != i.lastPleth {
			i.lastPleth, i.moving = s, true
		}
	}
}

// line returns what the engine must hear of the line's quality, nil for nothing yet.
func (i *Intake) line(now time.Time, u *link.Update) alerts.Input {
	for _, f := range u.Faults {
		if f.Kind == devices.BadChecksum || f.Kind == devices.BadFrame {
			i.bad++ // an answer that did not come is no damaged frame
		}
	}
	i.good += u.Frames
	if now.Sub(i.quality) < qualityEvery {
		return nil
	}
	in := alerts.LineQuality{Device: i.device, Good: i.good, Bad: i.bad, PlethMoving: i.moving || !i.wave}
	i.good, i.bad, i.quality, i.moving = 0, 0, now, false
	return in
}
