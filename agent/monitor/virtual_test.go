package monitor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// BenchmarkSession is a session of two hours in virtual time, engine and session machine together: an oximeter and a cuff,
// each heard once a second, the schedule of an infusion, and a restless pulse and pressure.
func BenchmarkSession(b *testing.B) {
	p, ok := profiles.Find("iv-ketamine")
	require.True(b, ok)
	begin := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	steps := 0
	for b.Loop() {
		engine, err := alerts.New(p.Conditions(), alerts.Device{Name: "oximeter"}, alerts.Device{Name: "cuff"})
		require.NoError(b, err)
		engine.SetLadder(p.Steps())
		machine := sessions.New(sessions.Options{Find: func(string) (*profiles.Profile, bool) { return p, true }, AgentStarts: true})
		now, due := begin, time.Time{}
		feed := func(in sessions.Input) {
			out, err := machine.Step(now, in)
			require.NoError(b, err)
			if out.Context != nil {
				engine.Step(now, *out.Context)
			}
			for _, f := range out.Faults {
				engine.Step(now, f)
			}
			if out.Ask != nil {
				due = now.Add(30 * time.Second)
			}
			steps++
		}
		feed(sessions.Start{Code: "K-1", Route: "iv", By: "AK"})
		feed(sessions.Override{Gate: sessions.GatePredose, By: "AK", Reason: "bench"})
		feed(sessions.Dose{Drug: "ketamine", Amount: "35 mg", By: "AK"})
		oximeter, cuff := reading(2), reading(3)
		for s := range 2 * 60 * 60 {
			now = begin.Add(time.Duration(s) * time.Second)
			oximeter.Measurements[0].Value, oximeter.Measurements[1].Value = 72+s%40, 95+s%4
			engine.Step(now, alerts.Observed{Device: "oximeter", Reading: oximeter})
			feed(sessions.Observed{Device: "oximeter", Reading: oximeter})
			phase := devices.CuffIdle
			if !due.IsZero() {
				phase = devices.CuffInflating
			}
			state := devices.CuffState{At: now, Phase: phase}
			engine.Step(now, alerts.CuffChanged{Device: "cuff", State: state})
			feed(sessions.CuffChanged{Device: "cuff", State: state})
			if due.IsZero() || now.Before(due) {
				continue
			}
			due = time.Time{}
			cuff.Measurements[0].Value, cuff.Measurements[1].Value, cuff.Measurements[2].Value = 122+s%60, 78+s%30, 95+s%40
			cuff.Spot = true
			engine.Step(now, alerts.Observed{Device: "cuff", Reading: cuff})
			feed(sessions.Observed{Device: "cuff", Reading: cuff})
			for _, x := range engine.Effects() {
				if x.Kind == alerts.AskCuff {
					feed(sessions.Recheck{Condition: x.Condition, After: x.After})
				}
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/pair")
}

// reading is one with values for an oximeter or a cuff.
func reading(values int) *devices.Reading {
	vitals := []devices.Vital{devices.PulseRate, devices.SpO2}
	if values == 3 {
		vitals = []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean}
	}
	r := &devices.Reading{}
	for _, v := range vitals {
		r.Measurements = append(r.Measurements, devices.Measurement{Vital: v})
	}
	return r
}
