package report

import (
	"encoding/json"
	"strings"

	"bedside/agent/wire"
	"bedside/devices"
)

// LimitChange is a limit or a delay that somebody changed for the session, as the order said it. The session was judged by it
// from At on.
type LimitChange struct {
	Act
	wire.LimitChanged
}

// limits keeps what an order changed.
func (b *Builder) limits(p *wire.Session, act Act) {
	if p.Event != wire.EventLimitsSet {
		return
	}
	for _, x := range p.Limits {
		b.report.Limits = append(b.report.Limits, LimitChange{Act: act, LimitChanged: x})
	}
}

// limitsChanged are the numbers that somebody changed, each from what it was to what it became.
func (w *writer) limitsChanged() section {
	t := section{
		heading: w.say("Limits changed for the session"), none: w.say("None: the limits of the profile held all the time."),
		head: []string{w.say("At"), w.say("Condition"), w.say("Line"), w.say("From"), w.say("To"), w.say("Profile's own"), w.say("By"), w.say("Reason")},
	}
	for i := range w.r.Limits {
		x := &w.r.Limits[i]
		who := w.who(&x.Act)
		if x.Beyond {
			who = join(who, w.say("beyond the profile's bounds"))
		}
		t.rows = append(t.rows, []string{
			w.clock(x.At), w.say(x.Title), w.limitName(x), w.limitNumber(x, x.Old), w.limitNumber(x, x.New), w.limitNumber(x, x.Default), who, x.Reason,
		})
	}
	if len(t.rows) > 0 {
		t.note = w.say("Lines and times beyond them in this report are those of the profile itself.")
	}
	return t
}

// limitName says which number of the condition it is: "SpO2 <", or its delay.
func (w *writer) limitName(x *LimitChange) string {
	v, known := devices.ParseVital(x.Vital)
	switch {
	case x.Vital == "":
		return w.say("Delay")
	case !known:
		return x.Vital
	case x.Side == "below":
		return w.title(v) + " <"
	default:
		return w.title(v) + " ≥"
	}
}

// limitNumber writes a limit in the unit of the reader, a delay in seconds.
func (w *writer) limitNumber(x *LimitChange, n json.Number) string {
	v, known := devices.ParseVital(x.Vital)
	if value, err := wire.Whole(v, n); known && err == nil {
		return w.number(v, value) + " " + w.unit(v)
	}
	text := n.String()
	if w.Language == German {
		text = strings.Replace(text, ".", ",", 1)
	}
	return strings.TrimSpace(text + " " + x.Unit)
}

func (c *collector) limitChanged(x *LimitChange) {
	c.begin("limit_changed")
	c.at("at", x.At)
	c.said("condition", x.Condition)
	c.text("vital", x.Vital)
	c.text("side", x.Side)
	for _, n := range []struct {
		name  string
		value json.Number
	}{{"from", x.Old}, {"to", x.New}, {"profile", x.Default}} {
		c.add(entry{name: n.name, quantity: n.value.String(), unit: x.Unit})
	}
	c.yes("beyond", x.Beyond)
	c.said("by", x.By)
	c.text("via", x.Via)
	c.text("reason", x.Reason)
}
