package scenario

import (
	"fmt"
	"slices"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// every is the key of profiles that speaks of all of them.
const every = "any"

// approvalShown is how long after a session's start the notice about a profile that nobody has approved may come; our choice.
const approvalShown = 2 * time.Second

// difference is how the alerts under a profile differ from those without a session.
type difference struct {
	of      string // id of a profile, or every
	like    string // id of a profile whose difference comes first
	expect  []Expectation
	without []string
	forbid  forbidden
}

// differences are those of a story, each profile once.
type differences []difference

func (l differences) of(id string) *difference {
	i := slices.IndexFunc(l, func(d difference) bool { return d.of == id })
	if i < 0 {
		return nil
	}
	return &l[i]
}

// Plays returns how the story can be told: "" for without a session, which is always first, and the ids of the profiles under
// which it says what must follow.
func (s *Scenario) Plays() []string {
	plays := []string{""}
	for _, id := range profiles.Names() {
		if s.differences.of(every) != nil || s.differences.of(id) != nil {
			plays = append(plays, id)
		}
	}
	return plays
}

// Session returns the id of the profile with which staff begin a session in this story, and whether they do.
func (s *Scenario) Session() (profile string, ok bool) {
	i := slices.IndexFunc(s.orders, func(a Action) bool { return a.Do == SessionStart })
	if i < 0 {
		return "", false
	}
	if start := s.orders[i]; start.Profile != "" {
		return start.Profile, true
	}
	id, ok := profiles.ForRoute(s.route(&s.orders[i]))
	return id, ok
}

// route returns the route of a session: its own, or that of the first dose.
func (s *Scenario) route(start *Action) string {
	if start.Route != "" {
		return start.Route
	}
	return route(s.Patient.Route)
}

// Under returns the story as it is told with a session under that profile, or without a session for "": with what staff do
// then, and with what must follow. A story in which nobody begins a session gets one at its start, and the person's doses are
// recorded in it. The scenario itself is as for "".
func (s *Scenario) Under(profile string) *Scenario {
	u := *s
	u.Profile = profile
	u.Actions = s.ordersUnder(profile)
	if profile == "" {
		return &u
	}
	spoken := u.differ(s.chain(profile))
	if p, ok := profiles.Find(profile); ok && !p.Approved() && !spoken["profile_unapproved"] {
		u.Expect = append(slices.Clone(u.Expect), unapproved(u.begins(), u.Length))
	}
	return &u
}

// differ changes what must follow, and returns the conditions that are spoken of.
func (s *Scenario) differ(chain []*difference) map[string]bool {
	spoken := map[string]bool{}
	for _, d := range chain {
		replaced := slices.Clone(d.without)
		for i := range d.expect {
			replaced = append(replaced, d.expect[i].Condition)
		}
		for _, id := range replaced {
			spoken[id] = true
		}
		s.Expect = slices.DeleteFunc(slices.Clone(s.Expect), func(x Expectation) bool { return slices.Contains(replaced, x.Condition) })
		s.Expect = append(s.Expect, d.expect...)
		if d.forbid.others || d.forbid.list != nil {
			s.Forbid, s.ForbidOthers = d.forbid.list, d.forbid.others
		}
	}
	return spoken
}

// unapproved is what every session expects with a profile that nobody has approved: the notice says so.
func unapproved(start, end time.Duration) Expectation {
	low := alerts.Low
	return Expectation{
		Condition: "profile_unapproved", Change: alerts.Raised, Priority: &low, From: start, To: min(start+approvalShown, end),
	}
}

// begins returns when the session begins.
func (s *Scenario) begins() time.Duration {
	i := slices.IndexFunc(s.Actions, func(a Action) bool { return a.Do == SessionStart })
	return s.Actions[i].At
}

// chain returns the differences that make up those of a profile, the more general first.
func (s *Scenario) chain(id string) []*difference {
	var list []*difference
	if id == "" {
		return nil
	}
	add := func(d *difference) {
		if d != nil {
			list = append(list, d)
		}
	}
	add(s.differences.of(every))
	own := s.differences.of(id)
	if own != nil && own.like != "" {
		add(s.differences.of(own.like))
	}
	add(own)
	return list
}

// ordersUnder returns what staff do in a session under a profile, or without a session for "".
func (s *Scenario) ordersUnder(profile string) []Action {
	var list []Action
	begun := false
	for _, a := range s.orders {
		if a.Do == SessionStart {
			begun = true
			a.Profile, a.Route = profile, s.route(&a)
		}
		if profile != "" || !verbs[a.Do].session {
			list = append(list, a)
		}
	}
	if profile == "" || begun {
		return list
	}
	start := Action{Do: SessionStart, By: "RN", Profile: profile, Route: route(s.Patient.Route), Screening: answers{}.complete()}
	if p, ok := profiles.Find(profile); ok && start.Route == "" {
		start.Route = p.Routes[0]
	}
	return append([]Action{start}, list...)
}

func (d *draft) differenceFields(x *difference) []document.Field {
	return []document.Field{
		{
			Name: "like", Fallback: "none", Set: document.OneOf(&x.like, profiles.Names(), profiles.Names()),
			Meaning: "id of a profile whose entry here holds first",
		},
		{
			Name: "expect", Fallback: "no difference", Set: document.Each(&x.expect, d.expectFields), List: true,
			Meaning: "as `expect`; takes the place of all that is expected of the conditions that it names",
		},
		{
			Name: "without", Fallback: "none", Set: d.list(&x.without),
			Meaning: "conditions of which nothing is expected",
		},
		{Name: "forbid", Fallback: "no difference", Set: x.forbid.set(d.ids), Meaning: "as `forbid`, in place of it"},
	}
}

// differing makes the setter of the key profiles.
func (d *draft) differing() document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Mapping, "a section with a key for each profile, or any") {
			return false
		}
		seen, clean := map[string]document.Place{}, true
		list := make(differences, len(profiles.Names())+1)
		fields := make([]document.Field, len(list))
		for i, id := range append([]string{every}, profiles.Names()...) {
			list[i].of = id
			fields[i] = document.Field{Name: id, Set: document.Into(d.differenceFields(&list[i]))}
		}
		for _, p := range n.Pairs {
			clean = document.DecodePair(s, path, p, fields, seen) && clean
		}
		for _, x := range list {
			if _, there := seen[x.of]; there {
				d.differences = append(d.differences, x)
			}
		}
		return clean
	}
}

// checkProfiles reports what is wrong with the meaning of the key profiles.
func (d *draft) checkProfiles(s *document.Source) {
	for i := range d.differences {
		x := &d.differences[i]
		path := "profiles." + x.of
		for j := range x.expect {
			d.checkExpectation(s, fmt.Sprintf("%s.expect[%d]", path, j), &x.expect[j])
		}
		if at, ok := s.At[path+".like"]; ok && (d.differences.of(x.like) == nil || d.differences.of(x.like).like != "" || x.like == x.of) {
			s.Fail(at, "like names another profile of this section, one that is like none itself")
		}
	}
	if s.Faults() > 0 {
		return // what follows looks at all of it
	}
	for _, id := range d.Plays() {
		u := *d.Scenario
		u.differ(d.chain(id))
		for _, x := range u.Expect {
			if slices.Contains(u.Forbid, x.Condition) {
				s.Fail(d.place(s, id), "%s is expected and forbidden%s", x.Condition, under(id))
			}
		}
	}
}

func under(id string) string {
	if id == "" {
		return ""
	}
	return " under " + id
}

// place returns where a profile's difference begins.
func (d *draft) place(s *document.Source, id string) document.Place {
	for _, path := range []string{"profiles." + id, "profiles." + every, "expect"} {
		if at, ok := s.At[path]; ok {
			return at
		}
	}
	return document.Place{}
}

// screening makes the setter of answers to the screening questions.
func screening(to *answers) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		*to = answers{}
		given := make([]sessions.Answer, len(sessions.Questions()))
		fields := make([]document.Field, len(given))
		for i, q := range sessions.Questions() {
			fields[i] = document.Field{
				Name: q,
				Set:  document.OneOf(&given[i], []string{"yes", "no"}, []sessions.Answer{sessions.Yes, sessions.No}),
			}
		}
		clean := document.Decode(s, path, n, fields)
		for i, q := range sessions.Questions() {
			if given[i] != "" {
				(*to)[q] = given[i]
			}
		}
		return clean
	}
}
