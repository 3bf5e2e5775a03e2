package sessions

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bedside/alerts"
	"bedside/alerts/profiles"
)

// Bounds on what people write; our choice.
const (
	maxText = 500 // characters of a note or a reason
	maxWord = 64  // of a name, a drug, an amount
	maxDose = 20  // doses of a session
)

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)

// start begins a session. Everything of the one before is forgotten, but for the air in the cuff: no session begins with the
// settings of another person.
func (m *Machine) start(in Start) error {
	if m.s.Running {
		return refuse(CodeState, "session %s is running; end it first", m.s.Code)
	}
	if !codeForm.MatchString(in.Code) {
		return refuse(CodeValue, "a session code is 1 to 32 letters, digits and dashes, and never a name")
	}
	if err := signed(in.By); err != nil {
		return err
	}
	if in.Age < 0 || in.Age > 120 {
		return refuse(CodeValue, "age %d: want 0 to 120 years", in.Age)
	}
	if err := checkAnswers(in.Screening); err != nil {
		return err
	}
	id := in.Profile
	if id == "" {
		var ok bool
		if id, ok = profiles.ForRoute(in.Route); !ok {
			return refuse(CodeValue, "no profile is for route %q; name the route, or a profile", in.Route)
		}
	}
	p, ok := m.o.Find(id)
	if !ok {
		return refuse(CodeValue, "no profile is called %q; there are %s", id, strings.Join(profiles.Names(), ", "))
	}
	if err := m.covered(in); err != nil {
		return err
	}
	m.profile = p
	m.s = state{
		Running: true, Code: in.Code, Route: in.Route, Profile: p.ID, Hash: p.Hash(), By: in.By, Age: in.Age,
		Screening: in.Screening, Since: m.now, Phase: Preparation,
		Cuff:  cuffPlan{Last: m.s.Cuff.Last, Busy: m.s.Cuff.Busy}, // the same cuff
		Reach: m.s.Reach,
	}
	m.out.Profile = p
	text := "Session " + in.Code + " with profile " + p.Word()
	if !p.Approved() {
		text += ", which no clinician has approved"
	}
	m.event(Event{Kind: Started, By: in.By, Text: text, Start: &Beginning{
		Route: in.Route, Age: in.Age, Screening: maps.Clone(in.Screening), By: in.By,
	}})
	if in.Missing != "" {
		m.event(Event{Kind: Uncovered, By: in.By, Text: in.Missing, Reason: in.Uncovered})
	}
	return nil
}

// covered refuses a session of which no nurse would hear, unless somebody says why it must be.
func (m *Machine) covered(in Start) error {
	if in.Missing == "" {
		return nil
	}
	if strings.TrimSpace(in.Uncovered) == "" {
		return refuse(CodeUncovered, "No nurse is reached: %s. Let a nurse open the station and take this room, or say why the session "+
			"begins without one", in.Missing)
	}
	return reasoned(in.Uncovered)
}

func (m *Machine) dose(in Dose) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if in.Drug == "" || in.Amount == "" || longer(in.Drug, maxWord) || longer(in.Amount, maxWord) {
		return refuse(CodeValue, "a dose needs drug and amount, of %d characters at most", maxWord)
	}
	if in.Device < 0 || in.Device > maxDose {
		return refuse(CodeValue, "device number %d: want 0 to %d", in.Device, maxDose)
	}
	if len(m.s.Doses) >= maxDose {
		return refuse(CodeValue, "there are %d doses already", maxDose)
	}
	first := len(m.s.Doses) == 0
	if gate := m.predose(); first && !gate.open() {
		return refuse(CodeGate, "the gate before the first dose is not met: %s", gate.unmet())
	}
	d := GivenDose{At: m.now, Number: len(m.s.Doses) + 1, Drug: in.Drug, Amount: in.Amount, Device: in.Device, By: in.By}
	m.s.Doses = append(m.s.Doses, d)
	m.event(Event{Kind: Dosed, By: in.By, Dose: &d, Text: in.Drug + " " + in.Amount})
	if first {
		m.s.Cuff = cuffPlan{Last: m.s.Cuff.Last, Busy: m.s.Cuff.Busy, Cursor: m.now}
		m.freezeBaseline()
	}
	return nil
}

func (m *Machine) infusionEnd(in InfusionEnd) error {
	switch {
	case m.profile.Infusion.Value == 0:
		return refuse(CodeState, "profile %s has no infusion", m.profile.ID)
	case len(m.s.Doses) == 0:
		return refuse(CodeState, "no infusion has begun")
	case !m.s.Infusion.IsZero():
		return refuse(CodeState, "the infusion has ended already")
	}
	if err := signed(in.By); err != nil {
		return err
	}
	m.s.Infusion = m.now
	m.event(Event{Kind: InfusionEnded, By: in.By})
	return nil
}

func (m *Machine) note(in Note) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if in.Mark != "" {
		if !slices.Contains(Marks(), in.Mark) {
			return refuse(CodeValue, "no mark is called %q; there are %s", in.Mark, strings.Join(Marks(), ", "))
		}
		in.Text = cmp.Or(strings.TrimSpace(in.Text), markWords(in.Mark))
	}
	if strings.TrimSpace(in.Text) == "" || longer(in.Text, maxText) {
		return refuse(CodeValue, "a note has 1 to %d characters", maxText)
	}
	if in.ID != "" {
		m.forgetNotes()
		m.s.Notes = append(m.s.Notes, openNote{At: m.now, ID: in.ID, Mark: in.Mark, Text: in.Text})
	}
	m.event(Event{Kind: Noted, By: in.By, Text: in.Text, Mark: in.Mark, Note: in.ID})
	return nil
}

// takeBack takes a note back while that is a slip of the finger and no second thought.
func (m *Machine) takeBack(in TakeBack) error {
	if err := signed(in.By); err != nil {
		return err
	}
	m.forgetNotes()
	i := slices.IndexFunc(m.s.Notes, func(n openNote) bool { return n.ID == in.Note })
	if i < 0 {
		return refuse(CodeState, "there is no such note of the last %v to take back; it stays as it is, and another note can say so", m.undo())
	}
	n := m.s.Notes[i]
	m.s.Notes = slices.Delete(m.s.Notes, i, i+1)
	m.event(Event{Kind: NoteTakenBack, By: in.By, Text: n.Text, Mark: n.Mark, Note: n.ID})
	return nil
}

// openNote is a note that can be taken back.
type openNote struct {
	At   time.Time `json:"at"`
	ID   string    `json:"id"`
	Mark string    `json:"mark,omitempty"`
	Text string    `json:"text"`
}

// undo returns how long a note can be taken back.
func (m *Machine) undo() time.Duration { return cmp.Or(m.o.Undo, DefaultUndo) }

// forgetNotes drops those that stay.
func (m *Machine) forgetNotes() {
	m.s.Notes = slices.DeleteFunc(m.s.Notes, func(n openNote) bool { return m.now.Sub(n.At) > m.undo() })
}

// Marks are what staff mark with one press, as words of the contract. Each call returns a new slice.
func Marks() []string {
	return []string{"position", "sensor_moved", "patient_spoke", "nausea", "other"}
}

// markWords are the words of a mark in the list of a session.
func markWords(mark string) string {
	words := strings.ReplaceAll(mark, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func (m *Machine) symptom(in Symptom) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if in.Name == "" || longer(in.Name, maxWord) {
		return refuse(CodeValue, "a symptom needs a name of %d characters at most", maxWord)
	}
	if !slices.Contains(m.s.Symptoms, in.Name) {
		m.s.Symptoms = append(m.s.Symptoms, in.Name)
	}
	m.event(Event{Kind: SymptomSeen, By: in.By, Text: in.Name})
	return nil
}

func (m *Machine) symptomOver(in SymptomOver) error {
	i := slices.Index(m.s.Symptoms, in.Name)
	if i < 0 {
		return refuse(CodeState, "symptom %q is not reported", in.Name)
	}
	if err := signed(in.By); err != nil {
		return err
	}
	m.s.Symptoms = slices.Delete(m.s.Symptoms, i, i+1)
	m.event(Event{Kind: SymptomGone, By: in.By, Text: in.Name})
	return nil
}

func (m *Machine) override(in Override) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if err := reasoned(in.Reason); err != nil {
		return err
	}
	switch in.Gate {
	case GatePredose:
		if len(m.s.Doses) > 0 {
			return refuse(CodeState, "the first dose was given already")
		}
		if m.profile.Predose.Hard && !in.Prescriber {
			return refuse(CodeGate, "this gate is hard: only the prescriber overrides it")
		}
	case GateDischarge:
		if len(m.s.Doses) == 0 {
			return refuse(CodeState, "no dose was given")
		}
	default:
		return refuse(CodeValue, "no gate is called %q; there are %s and %s", in.Gate, GatePredose, GateDischarge)
	}
	if slices.Contains(m.s.Overrides, in.Gate) {
		return refuse(CodeState, "this gate is overridden already")
	}
	m.s.Overrides = append(m.s.Overrides, in.Gate)
	who := "clinician"
	if in.Prescriber {
		who = "prescriber"
	}
	m.event(Event{Kind: Overridden, By: in.By, Reason: in.Reason, Text: in.Gate + " gate, by the " + who})
	return nil
}

func (m *Machine) confirm(in Confirm) error {
	if !slices.Contains(m.profile.Discharge.Ticks, in.Tick) {
		return refuse(CodeValue, "there is nothing called %q to confirm; there are %s", in.Tick, strings.Join(m.profile.Discharge.Ticks, ", "))
	}
	if err := signed(in.By); err != nil {
		return err
	}
	if slices.Contains(m.s.Ticks, in.Tick) {
		return refuse(CodeState, "%s is confirmed already", in.Tick)
	}
	m.s.Ticks = append(m.s.Ticks, in.Tick)
	m.event(Event{Kind: Confirmed, By: in.By, Text: in.Tick})
	return nil
}

// enter takes a reading by hand, which counts like one of a cuff.
func (m *Machine) enter(in Enter) error {
	if err := signed(in.By); err != nil {
		return err
	}
	plausible := in.Diastolic >= 30 && in.Systolic > in.Diastolic && in.Systolic <= 300 // cuffs.md section 14.2
	if !plausible || in.Mean != 0 && (in.Mean <= in.Diastolic || in.Mean >= in.Systolic) {
		return refuse(CodeValue, "%d/%d is not a blood pressure: want 30 to 300 mmHg, diastolic below mean below systolic", in.Systolic, in.Diastolic)
	}
	if in.PulseRate != 0 && (in.PulseRate < 20 || in.PulseRate > 300) {
		return refuse(CodeValue, "%d is not a pulse rate: want 20 to 300 a minute", in.PulseRate)
	}
	m.measured(CuffReading{
		At: m.now, Systolic: in.Systolic, Diastolic: in.Diastolic, Mean: in.Mean, PulseRate: in.PulseRate, ByHand: true, By: in.By,
	})
	return nil
}

func (m *Machine) pause(in Pause) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if err := reasoned(in.Reason); err != nil {
		return err
	}
	if in.For < time.Second || in.For > alerts.MaxAlarmPause {
		return refuse(CodeValue, "a pause lasts 1s to %v, not %v", alerts.MaxAlarmPause, in.For)
	}
	m.s.PausedTil = m.now.Add(in.For)
	m.event(Event{Kind: Paused, By: in.By, Reason: in.Reason, Text: in.For.String()})
	return nil
}

func (m *Machine) resume(in Resume) error {
	if m.s.PausedTil.IsZero() {
		return refuse(CodeState, "nothing is paused")
	}
	if err := signed(in.By); err != nil {
		return err
	}
	m.s.PausedTil = time.Time{}
	m.event(Event{Kind: PauseEnded, By: in.By})
	return nil
}

// end ends the session. Ending early needs a reason, so that the report can say it.
func (m *Machine) end(in End) error {
	if err := signed(in.By); err != nil {
		return err
	}
	if longer(in.Reason, maxText) {
		return refuse(CodeValue, "a reason has at most %d characters", maxText)
	}
	gate := m.discharge()
	if len(m.s.Doses) > 0 && !gate.open() && strings.TrimSpace(in.Reason) == "" {
		return refuse(CodeGate, "not everything before leaving is met (%s): say why the session ends", gate.unmet())
	}
	m.finishEpisodes()
	m.clearFaults()
	m.s.Phase = Ended
	m.s.EndedAt = m.now
	m.event(Event{Kind: SessionEnded, By: in.By, Reason: in.Reason, Gate: &gate})
	m.s.Running = false
	m.out.Over = true
	return nil
}

// longer reports whether a text has more characters than that, as whoever has typed it counts them: an umlaut is one.
func longer(text string, most int) bool { return utf8.RuneCountInString(text) > most }

func signed(by string) error {
	if strings.TrimSpace(by) == "" || longer(by, maxWord) {
		return refuse(CodeValue, "say who does it, in %d characters at most", maxWord)
	}
	return nil
}

func reasoned(reason string) error {
	if strings.TrimSpace(reason) == "" || longer(reason, maxText) {
		return refuse(CodeValue, "say why, in %d characters at most", maxText)
	}
	return nil
}
