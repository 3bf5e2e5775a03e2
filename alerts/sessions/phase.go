package sessions

import (
	"slices"
	"strings"
	"time"

	"bedside/alerts/profiles"
)

// moments returns when the anchors of the profile were.
func (m *Machine) moments() profiles.Moments {
	var out profiles.Moments
	if len(m.s.Doses) == 0 {
		return out
	}
	out.FirstDose, out.LastDose = m.s.Doses[0].At, m.s.Doses[len(m.s.Doses)-1].At
	switch {
	case !m.s.Infusion.IsZero():
		out.InfusionEnd = m.s.Infusion
	case m.profile.Infusion.Value > 0:
		out.InfusionEnd = out.FirstDose.Add(m.profile.Infusion.Value)
	default:
		out.InfusionEnd = out.LastDose
	}
	return out
}

// advancePhase moves the session to the phase that the clock of the doses says.
func (m *Machine) advancePhase() {
	if len(m.s.Doses) == 0 {
		return
	}
	if phase := m.phaseAt(m.now); phase != m.s.Phase {
		m.s.Phase = phase
		m.event(Event{Kind: PhaseChanged, Text: "by time since the dose"})
	}
}

// phaseAt returns the phase of a moment after the first dose.
func (m *Machine) phaseAt(now time.Time) Phase {
	moments := m.moments()
	phase := Phase(m.profile.Phases[0].ID)
	for _, p := range m.profile.Phases {
		if !now.Before(moments.Of(p.Anchor).Add(p.From.Value + m.s.Shift)) {
			phase = Phase(p.ID)
		}
	}
	return phase
}

func (m *Machine) phaseDue(consider func(time.Time)) {
	if len(m.s.Doses) == 0 {
		return
	}
	moments := m.moments()
	for _, p := range m.profile.Phases {
		consider(moments.Of(p.Anchor).Add(p.From.Value + m.s.Shift))
	}
}

// setPhase moves by hand. Before the dose only between preparation and baseline; after it to a phase of the profile, and the
// later ones follow at their distances. The clocks of observation and of the cuff do not move: they count what happened.
func (m *Machine) setPhase(in SetPhase) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if in.Phase == m.s.Phase {
		return refuse(CodeState, "the session is in phase %s already", in.Phase)
	}
	if len(m.s.Doses) == 0 {
		if in.Phase != Preparation && in.Phase != BaselineOf {
			return refuse(CodeState, "no dose was given: before it there are preparation and baseline, not %q", in.Phase)
		}
		m.s.Phase = in.Phase
		m.event(Event{Kind: PhaseChanged, By: in.By, Reason: in.Reason, Text: "by hand"})
		return nil
	}
	if err := reasoned(in.Reason); err != nil {
		return err
	}
	i := slices.IndexFunc(m.profile.Phases, func(p profiles.Phase) bool { return Phase(p.ID) == in.Phase })
	if i < 0 {
		var words []string
		for _, p := range m.profile.Phases {
			words = append(words, p.ID)
		}
		return refuse(CodeValue, "profile %s has no phase %q; there are %s", m.profile.ID, in.Phase, strings.Join(words, ", "))
	}
	p := m.profile.Phases[i]
	m.s.Shift = m.now.Sub(m.moments().Of(p.Anchor)) - p.From.Value
	m.s.Phase = in.Phase
	m.event(Event{Kind: PhaseChanged, By: in.By, Reason: in.Reason, Text: "by hand"})
	return nil
}

// advanceClocks does what is due by the clocks of observation, of persistence and of a pause.
func (m *Machine) advanceClocks() {
	if !m.s.PausedTil.IsZero() && !m.now.Before(m.s.PausedTil) {
		m.s.PausedTil = time.Time{}
		m.event(Event{Kind: PauseEnded, Text: "by itself"})
	}
	if len(m.s.Doses) == 0 {
		return
	}
	if at := m.persistAt(); !m.s.Persist && !at.IsZero() && !m.now.Before(at) {
		m.s.Persist = true
		m.persistEpisodes()
	}
	if reached := !m.now.Before(m.observedAt()); reached != m.s.Observed { // a further dose may take it back
		m.s.Observed = reached
		if reached {
			m.event(Event{Kind: ObservationReached, Text: "The least time of observation is over"})
		}
	}
}

func (m *Machine) clocksDue(consider func(time.Time)) {
	consider(m.s.PausedTil)
	if len(m.s.Doses) > 0 {
		consider(m.persistAt())
		consider(m.observedAt())
	}
}

func (m *Machine) persistAt() time.Time {
	if m.profile.Persist.At.Value == 0 {
		return time.Time{}
	}
	return m.moments().Of(m.profile.Persist.Anchor).Add(m.profile.Persist.At.Value)
}

// observedAt returns when the least time of observation is over: the last of its parts to end.
func (m *Machine) observedAt() time.Time {
	var last time.Time
	moments := m.moments()
	for _, o := range m.profile.Observe {
		if at := moments.Of(o.Anchor).Add(o.Least.Value); at.After(last) {
			last = at
		}
	}
	return last
}
