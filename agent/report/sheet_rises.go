package report

import (
	"strconv"
	"strings"

	"bedside/alerts/sessions"
	"bedside/devices"
)

// episodes are the elevations, each with the pressures that belong together.
func (w *writer) episodes() section {
	t := section{
		heading: w.say("Elevations over the baseline"), none: w.say("None."),
		head: []string{
			w.say("Vital sign"), w.say("Class"), w.say("From"), w.say("To"), w.say("Peak"), w.say("At"), w.say("After dose"), w.say("Above baseline"),
			w.say("Area above it"),
		},
		note: w.say("Area: how far above the baseline, times how long; of pressure the systolic one."),
	}
	for i := range w.r.Episodes {
		e := &w.r.Episodes[i]
		to := w.clock(e.Over)
		if e.Over.IsZero() || e.Unfinished {
			to = w.say("to the end")
		}
		after := "–"
		if d := afterDose(w.r, e); d >= 0 {
			after = w.span(d)
		}
		peak, rise, area := w.rise(e)
		t.rows = append(t.rows, []string{w.sentence(e.Vital), w.word(string(e.Class)), w.clock(e.Since), to, peak, w.clock(e.PeakAt), after, rise, area})
	}
	return t
}

// rise writes how high an elevation went, in its unit.
func (w *writer) rise(e *sessions.Episode) (peak, rise, area string) {
	if e.Vital == devices.PulseRate.String() {
		return strconv.Itoa(e.Peak), w.signed(devices.PulseRate, e.Rise), w.say("%s beats", w.decimal(e.Area, 0))
	}
	peak = w.number(devices.Systolic, e.Peak) + "/" + w.number(devices.Diastolic, e.PeakDiastolic)
	rise = w.signed(devices.Systolic, e.Rise)
	if e.BaselineDiastolic > 0 {
		rise += " / " + w.signed(devices.Diastolic, e.RiseDiastolic)
	}
	size, digits := e.Area, 0
	if w.Unit == KPa {
		size, digits = size*kPaOfMmHg, 1
	}
	return peak, rise, w.decimal(size, digits) + " " + string(w.Unit) + "·min"
}

// equipment names what measured.
func (w *writer) equipment() string {
	var list []string
	for i := range w.r.Devices {
		list = append(list, w.r.Devices[i].Name+" ("+w.r.Devices[i].Driver+")")
	}
	return strings.Join(list, ", ")
}
