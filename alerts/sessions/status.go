package sessions

import (
	"slices"
	"time"
)

// Status is where the session stands, for screens and heartbeats.
type Status struct {
	Code       string            `json:"code"`
	Route      string            `json:"route,omitempty"`
	Profile    string            `json:"profile"`
	Hash       string            `json:"profile_hash"`
	ApprovedBy string            `json:"approved_by,omitempty"`
	By         string            `json:"by"`
	Since      time.Time         `json:"since"`
	Phase      Phase             `json:"phase"`
	Screening  map[string]Answer `json:"screening,omitempty"`
	Doses      []GivenDose       `json:"doses,omitempty"`
	SinceDose  time.Duration     `json:"-"`
	Baseline   Values            `json:"baseline"`
	NoBaseline bool              `json:"no_baseline,omitempty"`

	NextReading time.Time     `json:"next_reading,omitzero"` // zero if none is planned
	ReadingWhy  string        `json:"next_reading_why,omitempty"`
	ReadingDue  bool          `json:"reading_due,omitempty"`
	Overdue     bool          `json:"reading_overdue,omitempty"`
	Last        *CuffReading  `json:"last_reading,omitempty"`
	Elevated    bool          `json:"elevated,omitempty"` // the closer series goes on
	Observe     time.Duration `json:"-"`                  // left of the least time of observation
	Ongoing     []string      `json:"episodes,omitempty"` // in words
	Episodes    []Episode     `json:"past_episodes,omitempty"`
	Extremes    Extremes      `json:"extremes"`
	Gate        Gate          `json:"gate"` // predose before the first dose, discharge after it
	Symptoms    []string      `json:"symptoms,omitempty"`
	PausedUntil time.Time     `json:"paused_until,omitzero"`
	REMS        REMS          `json:"rems"`
}

// REMS are the figures of the outpatient monitoring form for esketamine: profiles.md section 2.1.
type REMS struct {
	Before  *CuffReading `json:"before,omitempty"`
	At40    *CuffReading `json:"at_40_min,omitempty"` // nearest to 40 min after the first device, within 35 to 45
	Leaving *CuffReading `json:"before_leaving,omitempty"`
	Minutes int          `json:"minutes"` // from the first device to the end, or to now
}

// Status returns where the session stands at a moment that is not before the last Step; false if none runs.
func (m *Machine) Status() (Status, bool) {
	if !m.s.Running {
		return Status{}, false
	}
	s := Status{
		Code: m.s.Code, Route: m.s.Route, Profile: m.profile.Word(), Hash: m.s.Hash, ApprovedBy: m.profile.ApprovedBy, By: m.s.By,
		Since: m.s.Since, Phase: m.s.Phase, Screening: m.s.Screening, Doses: slices.Clone(m.s.Doses), Baseline: m.s.Baseline,
		NoBaseline: m.s.Cuff.NoBaseline, ReadingDue: m.s.Cuff.Open, Overdue: m.s.Cuff.Overdue, Last: m.lastReading(),
		Elevated: m.s.Cuff.Elevated, Episodes: slices.Clone(m.s.Episodes), Extremes: m.s.Most,
		Symptoms: slices.Clone(m.s.Symptoms), PausedUntil: m.s.PausedTil, REMS: m.rems(),
	}
	if m.s.Cuff.Open {
		s.NextReading, s.ReadingWhy = m.s.Cuff.Since, m.s.Cuff.Why
	} else if d, why, ok := m.nextReading(); ok {
		s.NextReading, s.ReadingWhy = d.At, why
		if d.At.Before(m.now) {
			s.NextReading = m.now
		}
	}
	for _, e := range []*Episode{m.s.Pressure, m.s.Pulse} {
		if e != nil {
			s.Ongoing = append(s.Ongoing, m.EpisodeText(e))
		}
	}
	if len(m.s.Doses) == 0 {
		s.Baseline, _ = m.baselineNow()
		s.Gate = m.predose()
		return s, true
	}
	s.SinceDose = m.now.Sub(m.s.Doses[0].At)
	s.Observe = max(m.observedAt().Sub(m.now), 0)
	s.Gate = m.discharge()
	return s, true
}

// rems picks the readings of the form.
func (m *Machine) rems() REMS {
	var out REMS
	if len(m.s.Doses) == 0 {
		return out
	}
	const target, tolerance = 40 * time.Minute, 5 * time.Minute
	first := m.s.Doses[0].At
	out.Minutes = int(m.now.Sub(first).Minutes())
	nearest := tolerance + 1
	for _, r := range m.s.Readings {
		since := r.At.Sub(first)
		if since < 0 {
			out.Before = &r
			continue
		}
		if off := (since - target).Abs(); off < nearest && off <= tolerance {
			out.At40, nearest = &r, off
		}
		if m.s.Observed {
			out.Leaving = &r
		}
	}
	return out
}

// Phase returns where the session that runs stands, or "".
func (m *Machine) Phase() Phase {
	if !m.s.Running {
		return ""
	}
	return m.s.Phase
}

// Brief is what a list of sessions says of one.
type Brief struct {
	Code, By string
	Since    time.Time
	Doses    int
}

// Last returns the session that runs, or else the last one that did.
func (m *Machine) Last() Brief {
	return Brief{Code: m.s.Code, By: m.s.By, Since: m.s.Since, Doses: len(m.s.Doses)}
}
