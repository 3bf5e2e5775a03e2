package rehearsal

import (
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
	"bedside/simulators/scenario"
)

// act does what staff do by now.
func (st *stage) act() {
	for ; st.acts < len(st.story.Actions) && !st.ended; st.acts++ {
		a := st.story.Actions[st.acts]
		if st.start.Add(a.At).After(st.now) {
			return
		}
		if why := st.do(a); why != "" {
			st.result.Refused = append(st.result.Refused, Refusal{a, why})
		}
	}
}

// do carries out an action and returns why it was refused, or nothing.
func (st *stage) do(a scenario.Action) string {
	var err error
	switch a.Do {
	case scenario.CuffStart:
		err = st.bed(a.Device).command(devices.CuffStart)
	case scenario.CuffStop:
		err = st.bed(a.Device).command(devices.CuffStop)
	case scenario.CuffPress:
		st.bed(a.Device).press()
	case scenario.Acknowledge:
		return st.acknowledge(a)
	default:
		st.step(alerts.Tick{}) // what was due by now comes first, as in a room
		return st.order(a.Do.String(), Request(&a))
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// order gives an order as a room gets it, and returns why it was refused, or nothing.
func (st *stage) order(verb string, request wire.Request) string {
	reply := st.judgement.Order(st.now, verb, &request)
	st.settle()
	if reply.OK {
		return ""
	}
	return reply.Text
}

func (st *stage) acknowledge(a scenario.Action) string {
	st.step(alerts.Tick{})
	found := false
	for _, alert := range st.judgement.Active() {
		if alert.Condition == a.Condition && !alert.Acknowledged {
			if why := st.order(wire.VerbAcknowledge, wire.Request{By: a.By, Occurrence: alert.Occurrence}); why != "" {
				return why
			}
			found = true
		}
	}
	if !found {
		return "there is no " + a.Condition + " to acknowledge"
	}
	return ""
}

// sessionCode is what the session of a story is called; our choice, one that no person has.
const sessionCode = "rehearsal"

// Request returns the command of the public contract that an action is. Its verb is the word of the action's.
func Request(a *scenario.Action) wire.Request {
	r := wire.Request{
		By: a.By, Condition: a.Condition, Device: a.Device, Seconds: int(a.For.Seconds()), Sensor: a.Sensor, Reason: a.Reason,
		Text: a.Text, Name: a.Name, Route: a.Route, Profile: a.Profile, Age: a.Age, Screening: a.Screening, Drug: a.Drug,
		Amount: a.Amount, Number: a.Number, Phase: a.Phase, Systolic: a.Systolic, Diastolic: a.Diastolic, Mean: a.Mean,
		PulseRate: a.PulseRate, Gate: a.Gate, Prescriber: a.Prescriber, Tick: a.Tick,
	}
	if a.Do == scenario.SessionStart {
		r.Code = sessionCode
	}
	if a.Do == scenario.LimitsSet {
		return limits(a)
	}
	return r
}

// limits returns the order that changes the limits of one condition.
func limits(a *scenario.Action) wire.Request {
	r := wire.Request{By: a.By, Reason: a.Reason, Beyond: a.Beyond}
	for _, x := range []struct {
		vital devices.Vital
		value int
	}{
		{devices.PulseRate, a.PulseRate}, {devices.SpO2, a.SpO2}, {devices.Systolic, a.Systolic}, {devices.Diastolic, a.Diastolic}, {devices.Mean, a.Mean},
	} {
		if x.value != 0 {
			r.Limits = append(r.Limits, wire.LimitOrder{Condition: a.Condition, Vital: x.vital.String(), Value: new(x.value)})
		}
	}
	if a.Delay > 0 {
		r.Limits = append(r.Limits, wire.LimitOrder{Condition: a.Condition, DelayS: new(int(a.Delay.Seconds()))})
	}
	return r
}
