package whatif

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// whyRepeated stands where the repetition needs a reason and the record has none.
const whyRepeated = "as recorded"

// repeat does again what somebody did. What the session says by itself it says again by the other profile.
func (r *Replay) repeat(at time.Time, p *wire.Session) error {
	switch p.Event {
	case wire.EventAudioPaused, wire.EventAlarmsPaused:
		return r.pause(at, p)
	case wire.EventResumed:
		r.room.tick(at)
		r.also(at, sessions.Resume{By: p.By}) // refused where only the sound was paused
		r.room.judge(at, alerts.Resume{By: p.By})
		return nil
	case wire.EventAlarmOff:
		r.silence(at, alerts.SwitchOff{Condition: p.Text, By: p.By, Reason: p.Reason, For: time.Duration(p.Seconds) * time.Second})
		return nil
	case wire.EventAlarmOn:
		r.silence(at, alerts.SwitchOn{Condition: p.Text, By: p.By})
		return nil
	case wire.EventLimitsSet:
		return r.limits(at, p)
	}
	switch sessions.Kind(p.Event) {
	case sessions.Dosed:
		return r.dose(at, p)
	case sessions.ReadingTaken:
		if p.Reading != nil && p.Reading.ByHand {
			r.enter(at, p.Reading)
		}
	case sessions.SymptomSeen:
		r.symptom(at, alerts.Symptom{Name: p.Text, By: p.By}, sessions.Symptom{Name: p.Text, By: p.By})
	case sessions.SymptomGone:
		r.symptom(at, alerts.SymptomOver{Name: p.Text}, sessions.SymptomOver{Name: p.Text, By: p.By})
	case sessions.SessionEnded:
		r.end(at, p)
	default:
		if in := staffs(p); in != nil {
			r.room.tick(at)
			r.try(at, p.Event, in)
		}
	}
	return nil
}

// staffs returns what staff did to the session alone, nil for what it said by itself.
func staffs(p *wire.Session) sessions.Input {
	switch sessions.Kind(p.Event) {
	case sessions.PhaseChanged:
		if p.By == "" {
			return nil // by the clock: the other profile has its own
		}
		return sessions.SetPhase{Phase: sessions.Phase(p.Phase), By: p.By, Reason: p.Reason}
	case sessions.InfusionEnded:
		return sessions.InfusionEnd{By: p.By}
	case sessions.Noted:
		return sessions.Note{Text: p.Text, By: p.By}
	case sessions.Answered:
		return sessions.Screen{Screening: p.Screening, By: p.By, Reason: p.Reason}
	case sessions.Confirmed:
		return sessions.Confirm{Tick: p.Text, By: p.By}
	case sessions.Overridden:
		gate, by, _ := strings.Cut(p.Text, " ")
		if gate == sessions.GatePredose {
			return nil // the dose passes the other profile's gate anyway
		}
		return sessions.Override{Gate: gate, By: p.By, Prescriber: strings.HasSuffix(by, "prescriber"), Reason: p.Reason}
	}
	return nil
}

// try does something that the other profile may refuse, and says so then.
func (r *Replay) try(at time.Time, what string, in sessions.Input) {
	if err := r.room.act(at, in); err != nil {
		r.note(at, "%s: not with %s: %v", strings.ReplaceAll(what, "_", " "), r.room.profile.Word(), err)
	}
}

// also tells the session something that it may refuse without any consequence.
func (r *Replay) also(at time.Time, in sessions.Input) { r.room.follow(at, in) }

func (r *Replay) silence(at time.Time, in alerts.Input) {
	r.room.tick(at)
	r.room.judge(at, in)
}

// pause repeats a pause. Whether the sensor was to be moved is not recorded, and concerns technical conditions alone.
func (r *Replay) pause(at time.Time, p *wire.Session) error {
	length, err := time.ParseDuration(p.Text)
	if err != nil {
		return fmt.Errorf("whatif: message %d: %s: %w", p.Seq, p.Event, err)
	}
	r.room.tick(at)
	if p.Event == wire.EventAudioPaused {
		r.room.judge(at, alerts.PauseAudio{For: length, By: p.By})
		return nil
	}
	r.also(at, sessions.Pause{For: length, By: p.By, Reason: p.Reason})
	r.room.judge(at, alerts.PauseAlarms{For: length, By: p.By, Reason: p.Reason})
	return nil
}

func (r *Replay) symptom(at time.Time, in alerts.Input, also sessions.Input) {
	r.room.tick(at)
	r.room.judge(at, in) // ignores what this profile does not watch for
	r.also(at, also)
}

// enter takes a reading by hand: it counts and alarms like one of a cuff.
func (r *Replay) enter(at time.Time, c *sessions.CuffReading) {
	r.room.tick(at)
	r.try(at, "reading", sessions.Enter{
		Systolic: c.Systolic, Diastolic: c.Diastolic, Mean: c.Mean, PulseRate: c.PulseRate, By: c.By,
	})
	reading := &devices.Reading{At: at, Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: c.Systolic}, {Vital: devices.Diastolic, Value: c.Diastolic},
	}}
	if c.Mean != 0 {
		reading.Measurements = append(reading.Measurements, devices.Measurement{Vital: devices.Mean, Value: c.Mean})
	}
	if c.PulseRate != 0 {
		reading.Measurements = append(reading.Measurements, devices.Measurement{Vital: devices.PulseRate, Value: c.PulseRate})
	}
	r.room.judge(at, alerts.Observed{Device: byHand, Reading: reading})
	r.room.settle(at)
}

// dose repeats a dose, through the gate before the first one if need be.
func (r *Replay) dose(at time.Time, p *wire.Session) error {
	if p.Dose == nil {
		return fmt.Errorf("whatif: message %d: a dose without what was given", p.Seq)
	}
	r.room.tick(at)
	if len(r.doses) == 0 {
		if unmet := r.gate(); len(unmet) > 0 {
			r.note(at, "gate before the dose: not met with %s: %s", r.room.profile.Word(), strings.Join(unmet, "; "))
		}
		r.also(at, sessions.Override{Gate: sessions.GatePredose, By: p.By, Prescriber: true, Reason: whyRepeated})
	}
	r.doses = append(r.doses, at)
	r.try(at, "dose", sessions.Dose{Drug: p.Dose.Drug, Amount: p.Dose.Amount, Device: p.Dose.Device, By: p.By})
	return nil
}

// gate returns what is not met of the gate before the dose: all of it, or what rests on measurements where the record does not
// have what was told when the session began.
func (r *Replay) gate() []string {
	s, ok := r.room.session.Status()
	if !ok {
		return nil
	}
	var unmet []string
	measured := []string{"blood_pressure", devices.SpO2.String(), devices.PulseRate.String()}
	for _, i := range s.Gate.Items {
		if !i.Met && !i.Advice && (r.start.Start != nil || slices.Contains(measured, i.Name)) {
			unmet = append(unmet, i.Text)
		}
	}
	return unmet
}

func (r *Replay) end(at time.Time, p *wire.Session) {
	r.room.tick(at)
	r.ended = at
	reason := p.Reason
	if reason == "" {
		reason = whyRepeated // whoever ended it had met another gate
	}
	r.try(at, "end", sessions.End{By: p.By, Reason: reason})
}
