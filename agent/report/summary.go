package report

import (
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// Summary is a session in one line of a list. Its numbers are those of the [Report] that it is of.
type Summary struct {
	Session  string         `json:"session"`
	Mode     wire.Mode      `json:"mode"`
	From     time.Time      `json:"from"`
	To       time.Time      `json:"to"` // its end, or the last message of one that goes on
	Route    string         `json:"route,omitempty"`
	Profile  string         `json:"profile"`
	Approved string         `json:"approved_by,omitempty"`
	Doses    []SummaryDose  `json:"doses"`
	Peaks    []SummaryPeak  `json:"peaks"`    // systolic, pulse rate and SpO2 after the first dose, those that were measured
	Alerts   map[string]int `json:"alerts"`   // by the highest priority that each reached
	Ended    bool           `json:"ended"`    // its end is in the record
	Unread   int            `json:"unread"`   // messages that are not as they were sent
	Complete bool           `json:"complete"` // it has ended and every message could be read
}

// SummaryDose is what was given.
type SummaryDose struct {
	At     time.Time `json:"at"`
	Drug   string    `json:"drug"`
	Amount string    `json:"amount"`
}

// SummaryPeak is the highest value, of SpO2 the lowest.
type SummaryPeak struct {
	Vital string    `json:"vital"`
	Value int       `json:"value"`
	Unit  string    `json:"unit"`
	At    time.Time `json:"at"`
}

// Summary returns the report in one line.
func (r *Report) Summary() Summary {
	s := Summary{
		Session: r.Session, Mode: r.Mode, From: r.From, To: r.To, Route: r.Start.Route, Profile: r.Profile.Word,
		Approved: r.Profile.ApprovedBy, Doses: []SummaryDose{}, Peaks: []SummaryPeak{}, Alerts: map[string]int{},
		Ended: r.Ended, Unread: r.Unread, Complete: r.Ended && r.Unread == 0,
	}
	for i := range r.Doses {
		s.Doses = append(s.Doses, summaryDose(&r.Doses[i]))
	}
	for _, p := range r.Peaks {
		switch p.Vital {
		case devices.Systolic, devices.PulseRate, devices.SpO2:
			s.Peaks = append(s.Peaks, SummaryPeak{Vital: p.Vital.String(), Value: p.Value, Unit: p.Vital.Unit(), At: p.At})
		}
	}
	for i := range r.Alerts {
		s.Alerts[r.Alerts[i].Priority]++
	}
	return s
}

func summaryDose(d *sessions.GivenDose) SummaryDose {
	return SummaryDose{At: d.At, Drug: d.Drug, Amount: d.Amount}
}
