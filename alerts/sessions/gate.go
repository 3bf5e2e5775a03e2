package sessions

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The gates.
const (
	GatePredose   = "predose"   // before the first dose
	GateDischarge = "discharge" // before leaving
)

// Gate is a list of what is met and what is not. It supports a decision that people take.
type Gate struct {
	Name       string `json:"name"`
	Met        bool   `json:"met"`
	Overridden bool   `json:"overridden,omitempty"`
	Hard       bool   `json:"hard,omitempty"` // only the prescriber overrides it
	Items      []Item `json:"items"`
}

// Item is one condition of a gate. An advice is not needed for the gate to be met.
type Item struct {
	Name   string `json:"name"`
	Met    bool   `json:"met"`
	Advice bool   `json:"advice,omitempty"`
	Text   string `json:"text"`
}

// open reports whether the session may go on.
func (g *Gate) open() bool { return g.Met || g.Overridden }

// unmet names what is not met.
func (g *Gate) unmet() string {
	var texts []string
	for _, i := range g.Items {
		if !i.Met && !i.Advice {
			texts = append(texts, i.Text)
		}
	}
	return strings.Join(texts, "; ")
}

func (g *Gate) add(name string, met bool, format string, args ...any) {
	g.Items = append(g.Items, Item{Name: name, Met: met, Text: fmt.Sprintf(format, args...)})
}

func (g *Gate) advise(name string, met bool, format string, args ...any) {
	g.Items = append(g.Items, Item{Name: name, Met: met, Advice: true, Text: fmt.Sprintf(format, args...)})
}

func (g *Gate) close(overrides []string) Gate {
	g.Met = !slices.ContainsFunc(g.Items, func(i Item) bool { return !i.Met && !i.Advice })
	g.Overridden = slices.Contains(overrides, g.Name)
	return *g
}

// predose returns the gate before the first dose as it stands now.
func (m *Machine) predose() Gate {
	p := &m.profile.Predose
	g := Gate{Name: GatePredose, Hard: p.Hard}
	over, line := m.overLine()
	if last := m.lastReading(); last == nil {
		g.add("blood_pressure", false, "no blood pressure was measured")
	} else {
		g.add("blood_pressure", !over, "blood pressure %d/%d, at most %s", last.Systolic, last.Diastolic, line)
	}
	_, missing := m.baselineNow()
	g.advise("baseline", len(missing) == 0, "baseline: %s", wordsOr(missing, "known"))
	m.predoseStream(&g)
	m.predoseReach(&g)
	for _, q := range Questions() {
		m.screened(&g, q)
	}
	if m.s.Age >= 65 && m.profile.ID != "conservative" { // profiles.md section 5.5
		g.advise("age", false, "age %d: consider the conservative profile", m.s.Age)
	}
	return g.close(m.s.Overrides)
}

// predoseStream judges the last values of the oximeter; older than ten seconds they are stale (alarms.md section 5).
func (m *Machine) predoseStream(g *Gate) {
	const fresh = 10 * time.Second
	p := &m.profile.Predose
	newest := func(series []int16) int {
		known, _ := m.s.Stream.window(series, m.now, fresh)
		if len(known) == 0 {
			return 0
		}
		return known[len(known)-1]
	}
	if oxygen := newest(m.s.Stream.Oxygen); oxygen == 0 {
		g.add("spo2", false, "SpO2 is not known")
	} else {
		g.add("spo2", oxygen >= p.MinSpO2.Value, "SpO2 %d %%, at least %d %%", oxygen, p.MinSpO2.Value)
	}
	if pulse := newest(m.s.Stream.Pulse); pulse == 0 {
		g.add("pulse_rate", false, "pulse rate is not known")
	} else {
		g.add("pulse_rate", pulse >= p.MinPulse.Value && pulse <= p.MaxPulse.Value, "pulse rate %d, between %d and %d",
			pulse, p.MinPulse.Value, p.MaxPulse.Value)
	}
}

// predoseReach judges whether the way to the nurse was tried, within the session or not long before it.
func (m *Machine) predoseReach(g *Gate) {
	const before = time.Hour // our choice
	r := &m.s.Reach
	switch {
	case !r.Required:
	case r.OK && !r.At.Before(m.s.Since.Add(-before)):
		g.add("nurse_reached", true, "nurse reached: %s answered the test alert", r.By)
	case r.OK:
		g.add("nurse_reached", false, "the last test alert is too old: send one")
	default:
		g.add("nurse_reached", false, "no nurse has answered a test alert: send one")
	}
}

// screened judges one answer. Uncontrolled hypertension, psychosis and mania are stops; what only raises the risk is told.
func (m *Machine) screened(g *Gate, question string) {
	answer, answered := m.s.Screening[question]
	if !answered {
		if m.profile.Predose.UnansweredStop {
			g.add(question, false, "screening: %s was not asked", questionWords(question))
		} else {
			g.advise(question, false, "screening: %s was not asked", questionWords(question))
		}
		return
	}
	words := answerWords(question, answer)
	switch question {
	case EscortPresent:
		g.add(question, answer == Yes, "%s", words)
	case UncontrolledHypertension, Psychosis, Mania:
		g.add(question, answer == No, "%s", words)
	default:
		if answer == Yes {
			words += "; consider the conservative profile"
		}
		g.advise(question, answer == No, "%s", words)
	}
}

// overLine reports whether the last pressure is over the line before the dose, and the line in words.
func (m *Machine) overLine() (over bool, line string) {
	p := &m.profile.Predose
	systolic := p.MaxSystolic.Value
	if p.OlderAge.Value > 0 && m.s.Age >= p.OlderAge.Value {
		systolic = p.OlderSystolic.Value
	}
	last := m.lastReading()
	over = last != nil && (last.Systolic > systolic || last.Diastolic > p.MaxDiastolic.Value)
	return over, fmt.Sprintf("%d/%d", systolic, p.MaxDiastolic.Value)
}

func (m *Machine) lastReading() *CuffReading {
	if n := len(m.s.Readings); n > 0 {
		last := m.s.Readings[n-1]
		return &last
	}
	return nil
}

// leavingLine returns the pressures that the discharge gate allows: the profile's, or the person's own if that is more.
func (m *Machine) leavingLine() (systolic, diastolic int) {
	d := &m.profile.Discharge
	systolic, diastolic = d.Systolic.Value, d.Diastolic.Value
	if b := m.s.Baseline.Systolic; b > 0 {
		systolic = max(systolic, b+d.SystolicDelta.Value)
	}
	if b := m.s.Baseline.Diastolic; b > 0 {
		diastolic = max(diastolic, b+d.DiastolicDelta.Value)
	}
	return systolic, diastolic
}

// discharge returns the gate before leaving as it stands now.
func (m *Machine) discharge() Gate {
	g := Gate{Name: GateDischarge}
	if len(m.s.Doses) == 0 {
		return g.close(m.s.Overrides)
	}
	left := m.observedAt().Sub(m.now)
	if left > 0 {
		g.add("observation", false, "observation: %d min left", int((left+time.Minute-1)/time.Minute))
	} else {
		g.add("observation", true, "least time of observation is over")
	}
	m.leavingPressure(&g)
	m.leavingStream(&g)
	g.add("alarms", m.s.Alarms.Urgent == 0 && m.s.Alarms.Latched == 0, "alerts: %d active, %d waiting to be acknowledged",
		m.s.Alarms.Urgent, m.s.Alarms.Latched)
	for _, tick := range m.profile.Discharge.Ticks {
		g.add(tick, slices.Contains(m.s.Ticks, tick), "%s", strings.ReplaceAll(tick, "_", " "))
	}
	return g.close(m.s.Overrides)
}

func (m *Machine) leavingPressure(g *Gate) {
	d := &m.profile.Discharge
	systolic, diastolic := m.leavingLine()
	var pair []CuffReading // the last, and the last one before it that is far enough away
	for i := len(m.s.Readings) - 1; i >= 0 && len(pair) < 2; i-- {
		r := m.s.Readings[i]
		if r.At.Before(m.s.Doses[0].At) {
			break
		}
		if len(pair) == 0 || pair[0].At.Sub(r.At) >= d.Apart.Value {
			pair = append(pair, r)
		}
	}
	if len(pair) < 2 {
		g.add("blood_pressure", false, "two blood pressures %d min apart are needed", int(d.Apart.Value.Minutes()))
		return
	}
	met := pair[0].Systolic-pair[1].Systolic <= d.Rising.Value
	for _, r := range pair {
		met = met && r.Systolic <= systolic && r.Diastolic <= diastolic
	}
	g.add("blood_pressure", met, "blood pressure %d/%d then %d/%d, at most %d/%d and not rising", pair[1].Systolic, pair[1].Diastolic,
		pair[0].Systolic, pair[0].Diastolic, systolic, diastolic)
}

// leavingStream judges pulse and SpO2 over their time. Every known value counts, and enough of them must be known.
func (m *Machine) leavingStream(g *Gate) {
	d := &m.profile.Discharge
	needed := m.profile.Baseline.Coverage.Value
	pulse, coverage := m.s.Stream.window(m.s.Stream.Pulse, m.now, d.For.Value)
	if coverage < needed {
		g.add("pulse_rate", false, "pulse rate is not known for %d min", int(d.For.Value.Minutes()))
	} else {
		low, high := slices.Min(pulse), slices.Max(pulse)
		base, share := m.s.Baseline.PulseRate, d.PulsePercent.Value
		near := base > 0 && low*100 >= base*(100-share) && high*100 <= base*(100+share)
		g.add("pulse_rate", near || low >= d.PulseLow.Value && high <= d.PulseHigh.Value, "pulse rate %d to %d", low, high)
	}
	oxygen, coverage := m.s.Stream.window(m.s.Stream.Oxygen, m.now, d.For.Value)
	if coverage < needed {
		g.add("spo2", false, "SpO2 is not known for %d min", int(d.For.Value.Minutes()))
		return
	}
	line := d.SpO2.Value
	if base := m.s.Baseline.SpO2; base > 0 {
		line = min(line, base-d.SpO2Delta.Value)
	}
	low := slices.Min(oxygen)
	g.add("spo2", low >= line, "SpO2 not below %d %%, at least %d %%", low, line)
}

// advanceGates tells when a gate has changed. Before the dose only what somebody did or a cuff measured is told: a pulse that
// swings about its line, or a finger that comes out, is seen on the screen.
func (m *Machine) advanceGates() {
	if len(m.s.Doses) == 0 {
		if m.acted {
			m.tellGate(m.predose(), &m.s.Predose)
		}
		return
	}
	if m.acted {
		m.tellGate(m.discharge(), &m.s.Leaving)
		return
	}
	m.flowGate()
}

// flowGate looks every ten seconds at the part of the discharge gate that only flows. Before the least time of observation the
// gate cannot be met.
func (m *Machine) flowGate() {
	if (m.s.Observed || m.s.Leaving) && m.now.Unix()%10 == 0 {
		m.tellGate(m.discharge(), &m.s.Leaving)
	}
}

func (m *Machine) tellGate(g Gate, was *bool) {
	if g.Met == *was {
		return
	}
	*was = g.Met
	text := "met"
	if !g.Met {
		text = "not met: " + g.unmet()
	}
	m.event(Event{Kind: GateChanged, Gate: &g, Text: g.Name + " gate " + text})
}

func wordsOr(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, "; ")
}
