package monitor

import (
	"errors"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// byHand stands for the device of a reading that staff measured themselves. No device of a room can be called so.
const byHand = "by hand"

// Order does what somebody ordered, or refuses and changes nothing: a verb of the public contract that is about alerts or the
// session. What was due by now comes before it, by a Step with a Tick.
func (j *Judgement) Order(now time.Time, verb string, req *wire.Request) wire.Reply {
	switch verb {
	case wire.VerbAcknowledge:
		return j.acknowledge(now, req)
	case wire.VerbPauseAudio:
		in := alerts.PauseAudio{For: seconds(req.Seconds), By: req.By}
		length := in.For
		if length == 0 {
			length = alerts.DefaultAudioPause
		}
		return j.silence(now, in, wire.Session{Event: wire.EventAudioPaused, By: req.By, Text: length.String()}, nil)
	case wire.VerbPauseAlarms:
		return j.pauseAlarms(now, req)
	case wire.VerbResume:
		return j.resumeAlarms(now, req)
	case wire.VerbAlarmOff:
		in := alerts.SwitchOff{Condition: req.Condition, By: req.By, Reason: req.Reason, For: seconds(req.Seconds)}
		return j.silence(now, in, wire.Session{
			Event: wire.EventAlarmOff, By: req.By, Text: req.Condition, Reason: req.Reason, Seconds: req.Seconds,
		}, nil)
	case wire.VerbAlarmOn:
		in := alerts.SwitchOn{Condition: req.Condition, By: req.By}
		return j.silence(now, in, wire.Session{Event: wire.EventAlarmOn, By: req.By, Text: req.Condition}, nil)
	case wire.VerbLimitsSet:
		return j.setLimits(now, req)
	case wire.VerbSymptom:
		return j.symptom(now, alerts.Symptom{Name: req.Name, By: req.By}, sessions.Symptom{Name: req.Name, By: req.By})
	case wire.VerbSymptomOver:
		return j.symptom(now, alerts.SymptomOver{Name: req.Name}, sessions.SymptomOver{Name: req.Name, By: req.By})
	case wire.VerbSessionReading:
		return j.enter(now, req)
	default:
		return j.inSession(now, j.sessionInput(verb, req))
	}
}

// sessionInput returns what a verb that is the session's alone says to it.
func (j *Judgement) sessionInput(verb string, req *wire.Request) sessions.Input {
	switch verb {
	case wire.VerbNote:
		return sessions.Note{Text: req.Text, Mark: req.Mark, ID: req.ID, By: req.By}
	case wire.VerbNoteUndo:
		return sessions.TakeBack{Note: req.Note, By: req.By}
	case wire.VerbSessionStart:
		in := sessions.Start{
			Code: req.Code, Route: req.Route, Profile: req.Profile, By: req.By, Age: req.Age, Screening: req.Screening,
			Uncovered: req.Uncovered,
		}
		if j.o.Missing != nil {
			in.Missing = j.o.Missing()
		}
		if in.Profile == "" {
			in.Profile = j.o.Profiles.forRoute(req.Route)
		}
		return in
	case wire.VerbSessionScreen:
		return sessions.Screen{Screening: req.Screening, By: req.By, Reason: req.Reason}
	case wire.VerbSessionDose:
		return sessions.Dose{Drug: req.Drug, Amount: req.Amount, Device: req.Number, By: req.By}
	case wire.VerbInfusionEnd:
		return sessions.InfusionEnd{By: req.By}
	case wire.VerbSessionPhase:
		return sessions.SetPhase{Phase: sessions.Phase(req.Phase), By: req.By, Reason: req.Reason}
	case wire.VerbSessionOverride:
		return sessions.Override{Gate: req.Gate, By: req.By, Prescriber: req.Prescriber, Reason: req.Reason}
	case wire.VerbSessionConfirm:
		return sessions.Confirm{Tick: req.Tick, By: req.By}
	case wire.VerbSessionEnd:
		return sessions.End{By: req.By, Reason: req.Reason}
	default: // not the session's, which refuses it
		return nil
	}
}

// inSession gives an order to the session alone.
func (j *Judgement) inSession(now time.Time, in sessions.Input) wire.Reply {
	err := j.feed(now, in)
	j.consequences(now)
	return answerTo(err)
}

func (j *Judgement) acknowledge(now time.Time, req *wire.Request) wire.Reply {
	if req.Occurrence == "" {
		return refuse(codeBadRequest, `"occurrence" is missing: say which alert, such as "spo2_low-3"`)
	}
	alert, ok := j.engine.Find(req.Occurrence)
	switch {
	case !ok:
		return refuse(codeNotFound, "no active or latched alert %q; it may have ended", req.Occurrence)
	case alert.Acknowledged:
		return wire.Reply{OK: true, Text: "already acknowledged by " + alert.AcknowledgedBy}
	}
	j.judge(now, alerts.Acknowledge{Occurrence: req.Occurrence, By: req.By})
	if alert.Condition == "restarted" { // the notice is for being seen
		j.judge(now, alerts.Fault{Condition: alert.Condition})
	}
	j.consequences(now)
	return wire.Reply{OK: true}
}

// silence changes what people perceive, and lets a session that runs know if it must.
func (j *Judgement) silence(now time.Time, in alerts.Input, act wire.Session, also sessions.Input) wire.Reply {
	if err := j.engine.Refuse(in); err != nil {
		return answerTo(err)
	}
	if also != nil {
		if err := j.feed(now, also); err != nil {
			j.consequences(now)
			return answerTo(err)
		}
	}
	j.judge(now, in)
	j.out.Acts = append(j.out.Acts, act)
	j.consequences(now)
	return wire.Reply{OK: true}
}

// setLimits changes limits and delays for the session that runs.
func (j *Judgement) setLimits(now time.Time, req *wire.Request) wire.Reply {
	in := alerts.SetLimits{By: req.By, Reason: strings.TrimSpace(req.Reason), Beyond: req.Beyond}
	for i := range req.Limits {
		list, err := req.Limits[i].Inputs()
		if err != nil {
			return refuse(codeBadRequest, "%v", err)
		}
		in.Changes = append(in.Changes, list...)
	}
	list, err := j.engine.Changes(in)
	if err != nil {
		return answerTo(err)
	}
	act := wire.Session{Event: wire.EventLimitsSet, By: in.By, Reason: in.Reason, Limits: wire.NewLimitsChanged(list)}
	var words []string
	for _, x := range list {
		words, act.Beyond = append(words, x.String()), act.Beyond || x.Beyond
	}
	act.Text = strings.Join(words, "; ")
	return j.silence(now, in, act, nil)
}

func (j *Judgement) pauseAlarms(now time.Time, req *wire.Request) wire.Reply {
	length := seconds(req.Seconds)
	var also sessions.Input
	if j.session.Running() {
		also = sessions.Pause{For: length, By: req.By, Reason: req.Reason}
	}
	return j.silence(now, alerts.PauseAlarms{For: length, Sensor: req.Sensor, By: req.By, Reason: req.Reason},
		wire.Session{Event: wire.EventAlarmsPaused, By: req.By, Text: length.String(), Reason: req.Reason}, also)
}

func (j *Judgement) resumeAlarms(now time.Time, req *wire.Request) wire.Reply {
	var also sessions.Input
	if s, ok := j.session.Status(); ok && !s.PausedUntil.IsZero() {
		also = sessions.Resume{By: req.By}
	}
	return j.silence(now, alerts.Resume{By: req.By}, wire.Session{Event: wire.EventResumed, By: req.By}, also)
}

// symptom tells a symptom to the engine, if it is one that the profile watches for, and to the session, if one runs. One of
// them must want to know.
func (j *Judgement) symptom(now time.Time, in alerts.Input, also sessions.Input) wire.Reply {
	alarm := j.engine.Refuse(in)
	if alarm != nil && !j.session.Running() {
		return answerTo(alarm)
	}
	if alarm == nil {
		j.judge(now, in)
	}
	var err error
	if j.session.Running() {
		err = j.feed(now, also)
	}
	j.consequences(now)
	if alarm == nil {
		return wire.Reply{OK: true}
	}
	return answerTo(err)
}

// enter takes a reading by hand: it counts and alarms like one of a cuff.
func (j *Judgement) enter(now time.Time, req *wire.Request) wire.Reply {
	err := j.feed(now, sessions.Enter{
		Systolic: req.Systolic, Diastolic: req.Diastolic, Mean: req.Mean, PulseRate: req.PulseRate, By: req.By,
	})
	if err == nil {
		j.judge(now, alerts.Observed{Device: byHand, Reading: &devices.Reading{
			At: now, Spot: true, Measurements: measurements(req),
		}})
	}
	j.consequences(now)
	return answerTo(err)
}

func measurements(req *wire.Request) []devices.Measurement {
	list := []devices.Measurement{
		{Vital: devices.Systolic, Value: req.Systolic}, {Vital: devices.Diastolic, Value: req.Diastolic},
	}
	if req.Mean != 0 {
		list = append(list, devices.Measurement{Vital: devices.Mean, Value: req.Mean})
	}
	if req.PulseRate != 0 {
		list = append(list, devices.Measurement{Vital: devices.PulseRate, Value: req.PulseRate})
	}
	return list
}

// seconds returns a number of seconds as a duration; one that no pause can have stays refused, whatever its size.
func seconds(n int) time.Duration {
	return time.Duration(max(-1, min(n, 1<<20))) * time.Second
}

// answerTo puts a refusal into the words of the contract.
func answerTo(err error) wire.Reply {
	if err == nil {
		return wire.Reply{OK: true}
	}
	if refusal, ok := errors.AsType[*sessions.Refusal](err); ok {
		return wire.Reply{Code: refusal.Code, Text: refusal.Text}
	}
	code := codeRefused
	if errors.Is(err, alerts.ErrNotThere) {
		code = codeNotFound
	}
	if errors.Is(err, alerts.ErrBeyond) {
		code = codeBeyond
	}
	return wire.Reply{Code: code, Text: alerts.Words(err)}
}
