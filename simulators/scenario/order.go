package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"bedside/alerts/document"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// Verb is what staff do. But for CuffPress, the words are those of the agent's commands.
type Verb uint8

// The verbs.
const (
	CuffStart   Verb = iota + 1 // ask the agent for a measurement
	CuffStop                    // stop it
	CuffPress                   // press the cuff's own start button
	Acknowledge                 // acknowledge what is active or latched of Condition
	PauseAudio
	PauseAlarms
	Resume
	AlarmOff
	AlarmOn
	Symptom
	SymptomOver
	Note
	SessionStart
	SessionScreen
	SessionDose
	InfusionEnd
	SessionPhase
	SessionReading
	SessionOverride
	SessionConfirm
	SessionEnd
	LimitsSet // of Condition, the values that are not 0
)

// verb describes one: its word, what it needs and may have beside a time and a name, and whether only a session can do it.
type verb struct {
	word       string
	needs, may []string
	session    bool
}

var verbs = [...]verb{
	CuffStart:       {word: "cuff-start", may: []string{"device"}},
	CuffStop:        {word: "cuff-stop", may: []string{"device"}},
	CuffPress:       {word: "cuff-press", may: []string{"device"}},
	Acknowledge:     {word: "acknowledge", needs: []string{"condition"}},
	PauseAudio:      {word: "pause-audio", may: []string{"for"}},
	PauseAlarms:     {word: "pause-alarms", needs: []string{"for", "reason"}, may: []string{"sensor"}},
	Resume:          {word: "resume"},
	AlarmOff:        {word: "alarm-off", needs: []string{"condition", "reason"}, may: []string{"for"}},
	AlarmOn:         {word: "alarm-on", needs: []string{"condition"}},
	Symptom:         {word: "symptom", needs: []string{"name"}},
	SymptomOver:     {word: "symptom-over", needs: []string{"name"}},
	Note:            {word: "note", needs: []string{"text"}, session: true},
	SessionStart:    {word: "session-start", may: []string{"route", "profile", "age", "screening"}, session: true},
	SessionScreen:   {word: "session-screening", needs: []string{"screening"}, may: []string{"reason"}, session: true},
	SessionDose:     {word: "session-dose", needs: []string{"drug", "amount"}, may: []string{"number"}, session: true},
	InfusionEnd:     {word: "infusion-end", session: true},
	SessionPhase:    {word: "session-phase", needs: []string{"phase", "reason"}, session: true},
	SessionReading:  {word: "session-reading", needs: []string{"systolic", "diastolic"}, may: []string{"mean", "pulse_rate"}, session: true},
	SessionOverride: {word: "session-override", needs: []string{"gate", "reason"}, may: []string{"prescriber"}, session: true},
	SessionConfirm:  {word: "session-confirm", needs: []string{"tick"}, session: true},
	SessionEnd:      {word: "session-end", may: []string{"reason"}, session: true},
	LimitsSet: {
		word: "limits-set", needs: []string{"condition"},
		may: []string{"pulse_rate", "spo2", "systolic", "diastolic", "mean", "delay", "reason", "beyond"}, session: true,
	},
}

// String returns the word of the file, such as "cuff-start".
func (v Verb) String() string { return verbs[min(int(v), len(verbs)-1)].word }

// Takes returns the keys that an action with this verb needs and may have, beside those that every action has.
func (v Verb) Takes() (needs, may []string) {
	one := verbs[min(int(v), len(verbs)-1)]
	return slices.Clone(one.needs), slices.Clone(one.may)
}

// Verbs returns every verb.
func Verbs() []Verb {
	_, values := verbWords()
	return values
}

func verbWords() (names []string, values []Verb) {
	for i, v := range verbs {
		if v.word != "" {
			names, values = append(names, v.word), append(values, Verb(i))
		}
	}
	return names, values
}

// Action is something that staff do. Which fields count is told by [Verb.Takes].
type Action struct {
	Do        Verb
	At        time.Duration
	Device    string // the cuff
	Condition string // of Acknowledge, AlarmOff, AlarmOn and LimitsSet
	By        string // initials

	For    time.Duration // of a pause; of AlarmOff, 0 until the session ends
	Sensor bool          // the pause is for moving the sensor
	Reason string
	Text   string // of Note
	Name   string // of a symptom

	Route     string // of SessionStart, a word of the profiles
	Profile   string // its id
	Age       int    // years
	Screening map[string]sessions.Answer

	Drug, Amount string // of SessionDose
	Number       int    // of the nasal device, from 1
	Phase        string // of SessionPhase

	Systolic, Diastolic, Mean int // of SessionReading, mmHg; of LimitsSet, 0 for no change
	PulseRate                 int // 1/min
	SpO2                      int // of LimitsSet, %
	Delay                     time.Duration
	Beyond                    bool // somebody orders it who may go beyond the profile's bounds

	Gate       string // of SessionOverride
	Prescriber bool   // the prescriber does it
	Tick       string // of SessionConfirm
}

// repeated is an action that may happen several times.
type repeated struct {
	Action
	every, until time.Duration
	answers      answers
	written      map[string]bool // keys, whatever their values
}

// answers are those to the screening questions.
type answers map[string]sessions.Answer

// actionFields are the keys of an action. It stays whole, as a table is read.
func (d *draft) actionFields(a *repeated) []document.Field {
	list, values := verbWords()
	fields := []document.Field{
		when("at", &a.At),
		{
			Name: "do", Required: true, Set: document.OneOf(&a.Do, list, values),
			Meaning: "`cuff-press` (the cuff's own button), or a command of the agent: `cuff-start`, `cuff-stop`, `acknowledge`, " +
				"`pause-audio`, `pause-alarms`, `resume`, `alarm-off`, `alarm-on`, `symptom`, `symptom-over`; those of a session: " +
				"`session-start`, `session-screening`, `session-phase`, `session-dose`, `infusion-end`, `session-reading`, " +
				"`session-override`, `session-confirm`, `session-end`, `note`, `limits-set`",
		},
		{Name: "every", Fallback: "once", Set: document.Duration(&a.every, minEvery, maxLength), Meaning: "again, that often"},
		{Name: "until", Fallback: "the end", Set: document.Duration(&a.until, 0, maxLength), Meaning: "of `every`: no later than that"},
		{Name: "device", Fallback: "the only cuff", Set: word(&a.Device), Meaning: "of the cuff's: its name"},
		{
			Name: "condition", Fallback: "required for these",
			Set:     document.OneOf(&a.Condition, d.ids, d.ids),
			Meaning: "of `acknowledge`, `alarm-off`, `alarm-on` and `limits-set`: the condition that is meant",
		},
		{Name: "by", Fallback: "RN", Set: document.Text(&a.By), Meaning: "initials"},
		{
			Name: "for", Fallback: "required for `pause-alarms`", Set: document.Duration(&a.For, time.Second, time.Hour),
			Meaning: "of a pause, and of `alarm-off`: how long",
		},
		{Name: "sensor", Fallback: "false", Set: flag(&a.Sensor), Meaning: "of `pause-alarms`: the sensor is moved"},
		{Name: "reason", Fallback: "required for most", Set: document.Text(&a.Reason), Meaning: "why"},
		{Name: "text", Fallback: "required for it", Set: document.Text(&a.Text), Meaning: "of `note`"},
		{Name: "name", Fallback: "required for it", Set: document.Text(&a.Name), Meaning: "of a symptom, such as `chest_pain`"},
		{
			Name: "route", Fallback: "that of the first dose", Set: document.OneOf(&a.Route, routeWords(), routeWords()),
			Meaning: "of `session-start`: `intranasal`, `iv`, `im`, `sublingual` or `oral`",
		},
		{
			Name: "profile", Fallback: "the one for the route", Set: document.OneOf(&a.Profile, profiles.Names(), profiles.Names()),
			Meaning: "of `session-start`: id of a shipped profile; that of a comparison takes its place",
		},
		{Name: "age", Fallback: "not told", Set: document.Whole(&a.Age, 18, 120, "years"), Meaning: "of `session-start`, years"},
		{
			Name: "screening", Fallback: "of `session-start`: nothing speaks against the session", Set: screening(&a.answers),
			Meaning: "of `session-start` and `session-screening`: `yes` or `no` by question, such as `{escort_present: no}`",
		},
		{Name: "drug", Fallback: "required for it", Set: document.Text(&a.Drug), Meaning: "of `session-dose`"},
		{Name: "amount", Fallback: "required for it", Set: document.Text(&a.Amount), Meaning: "of `session-dose`, with its unit"},
		{
			Name: "number", Fallback: "none", Set: document.Whole(&a.Number, 1, 20, ""),
			Meaning: "of `session-dose`: of the nasal device",
		},
		{
			Name: "phase", Fallback: "required for it", Set: document.OneOf(&a.Phase, phaseWords(), phaseWords()),
			Meaning: "of `session-phase`: `baseline`, or one of the profile; in `baseline` the session asks for its readings",
		},
		{
			Name: "systolic", Fallback: "required for it", Set: document.Whole(&a.Systolic, 30, 300, "mmHg"),
			Meaning: "of `session-reading`, which staff measured by hand, and of `limits-set`, where it is a limit: mmHg",
		},
		{Name: "diastolic", Fallback: "required for it", Set: document.Whole(&a.Diastolic, 30, 300, "mmHg"), Meaning: "the same"},
		{Name: "mean", Fallback: "none", Set: document.Whole(&a.Mean, 30, 300, "mmHg"), Meaning: "the same"},
		{Name: "pulse_rate", Fallback: "none", Set: document.Whole(&a.PulseRate, 20, 300, "/min"), Meaning: "the same, /min"},
		{Name: "spo2", Fallback: "none", Set: document.Whole(&a.SpO2, 50, 100, "%"), Meaning: "of `limits-set`: the limit, %"},
		{Name: "delay", Fallback: "none", Set: document.Duration(&a.Delay, time.Second, time.Hour), Meaning: "of `limits-set`: how long the condition holds before it is an alert"},
		{Name: "beyond", Fallback: "false", Set: flag(&a.Beyond), Meaning: "of `limits-set`: somebody does it who may go beyond the profile's bounds"},
		{
			Name: "gate", Fallback: "required for it", Set: document.OneOf(&a.Gate, gates(), gates()),
			Meaning: "of `session-override`: `predose` or `discharge`",
		},
		{Name: "prescriber", Fallback: "false", Set: flag(&a.Prescriber), Meaning: "of `session-override`: the prescriber does it"},
		{Name: "tick", Fallback: "required for it", Set: document.Text(&a.Tick), Meaning: "of `session-confirm`: what is confirmed"},
	}
	a.written = map[string]bool{}
	for i := range fields {
		name, set := fields[i].Name, fields[i].Set
		fields[i].Set = func(s *document.Source, path string, n *document.Node) bool {
			a.written[name] = true
			return set(s, path, n)
		}
	}
	return fields
}

// checkAction reports what an action lacks or has too much of, and gives the cuff its name.
func (d *draft) checkAction(s *document.Source, path string, a *repeated) {
	if at, ok := s.At[path+".until"]; ok && (a.every == 0 || a.until < a.At) {
		s.Fail(at, "until ends what every repeats, and is not before at")
	}
	at, ok := s.At[path+".do"]
	if !ok {
		return
	}
	needs, may := a.Do.Takes()
	for _, f := range d.actionFields(new(repeated)) {
		switch place, clean := s.At[path+"."+f.Name]; {
		case slices.Contains([]string{"at", "do", "every", "until", "by"}, f.Name), slices.Contains(may, f.Name):
		case slices.Contains(needs, f.Name):
			if !a.written[f.Name] {
				s.Fail(at, "%v needs the key %s", a.Do, f.Name)
			}
		case clean:
			s.Fail(place, "%v has no %s", a.Do, f.Name)
		}
	}
	if slices.Contains(may, "device") {
		d.checkCuff(s, path, a)
	}
}

// checkCuff gives an action of a cuff the name of the cuff.
func (d *draft) checkCuff(s *document.Source, path string, a *repeated) {
	named, isNamed := s.At[path+".device"]
	cuffs := d.names(devices.Cuff)
	switch at := s.At[path+".do"]; {
	case isNamed && !slices.Contains(cuffs, a.Device):
		s.Fail(named, "no cuff is called %q; %s", a.Device, document.Suggest(a.Device, cuffs))
	case isNamed:
	case len(cuffs) == 1:
		a.Device = cuffs[0]
	case len(cuffs) == 0:
		s.Fail(at, "%v needs a cuff, and there is none", a.Do)
	default:
		s.Fail(at, "%v needs the device: there are several cuffs", a.Do)
	}
}

// expand writes repeated actions out, and the doses that a session records.
func (d *draft) expand() {
	for _, a := range d.actions {
		if a.By == "" {
			a.By = "RN"
		}
		a.Screening = a.answers
		if a.Do == SessionStart {
			a.Screening = a.answers.complete()
		}
		last := a.At
		if a.every > 0 {
			if last = a.until; last == 0 {
				last = d.Length
			}
		}
		for at := a.At; at <= last; at += max(a.every, minEvery) {
			one := a.Action
			one.At = at
			d.orders = append(d.orders, one)
		}
	}
	sprays := 0
	for i := range d.doses {
		if o := d.doses[i].order(&sprays); !d.doses[i].Unrecorded {
			d.orders = append(d.orders, o)
		}
	}
	slices.SortStableFunc(d.orders, func(a, b Action) int { return cmp.Compare(a.At, b.At) })
	d.Actions = d.ordersUnder("")
}

// checkSession reports orders of a session that has not begun, and a session that begins twice.
func (d *draft) checkSession(s *document.Source) {
	var start *repeated
	for i := range d.actions {
		a := &d.actions[i]
		if at, ok := s.At[fmt.Sprintf("actions[%d].do", i)]; ok && a.Do == SessionStart {
			if start != nil || a.every > 0 {
				s.Fail(at, "a scenario has one session")
			}
			start = a
		}
	}
	for i := range d.actions {
		a := &d.actions[i]
		at, ok := s.At[fmt.Sprintf("actions[%d].do", i)]
		if ok && a.Do != SessionStart && verbs[a.Do].session && start != nil && a.At < start.At {
			s.Fail(at, "%v comes before session-start", a.Do)
		}
	}
	if start != nil && start.Route == "" && start.Profile == "" && len(d.doses) == 0 {
		s.Fail(s.At[fmt.Sprintf("actions[%d].do", slices.IndexFunc(d.actions, func(a repeated) bool { return a.Do == SessionStart }))],
			"session-start needs a route or a profile: no dose tells it")
	}
}

func gates() []string { return []string{sessions.GatePredose, sessions.GateDischarge} }

func phaseWords() []string {
	return []string{
		string(sessions.BaselineOf), string(sessions.Dosing), string(sessions.Onset), string(sessions.Peak),
		string(sessions.Return), string(sessions.Recovery),
	}
}

func routeWords() []string { return []string{"intranasal", "iv", "im", "sublingual", "oral"} }

// complete returns the answers with harmless ones to every question that the story leaves open.
func (a answers) complete() map[string]sessions.Answer {
	out := map[string]sessions.Answer{}
	for _, q := range sessions.Questions() {
		out[q] = sessions.No
		if q == sessions.EscortPresent {
			out[q] = sessions.Yes
		}
		if given, ok := a[q]; ok {
			out[q] = given
		}
	}
	return out
}
