package profiles

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
)

//go:embed data/*.yaml
var shipped embed.FS

// common is the file of the rules that all shipped profiles begin with. It is no profile by itself.
const common = "common"

// order is how lists show the shipped profiles.
var order = []string{"spravato", "iv-ketamine", "im-ketamine", "sublingual-ketamine", "conservative"}

// rules are the limits of all shipped profiles, sorted, as the files say themselves; a test compares.
var rules = []string{
	"bp_elev", "bp_extreme", "bp_low", "bp_persist", "bp_rise", "bp_severe", "bp_surge", "bp_xlow",
	"hr_high", "hr_low", "hr_rise", "hr_sustained", "hr_xhigh", "hr_xlow",
	"spo2_crit", "spo2_drift", "spo2_low",
	"symptom",
}

// ConditionIDs returns, sorted, what the conditions are called that a shipped profile or the built-in rules know. It reads no
// file: whoever reads a story needs the words alone, and many stories may be read at a time.
func ConditionIDs() []string {
	ids := slices.Clone(rules)
	for _, c := range alerts.TechnicalConditions() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func form() document.Form {
	return document.Form{Package: "profiles", What: "profile", Least: "id, version and extends"}
}

// Shipped returns the profiles that come with the program, in the order in which lists show them. None has been approved by
// a clinician. Each call returns new ones. It panics only if the program was built with a broken file, which a test
// prevents.
func Shipped() []*Profile {
	list := make([]*Profile, len(order))
	for i, id := range order {
		p, err := load(id)
		if err != nil {
			panic(err)
		}
		list[i] = p
	}
	return list
}

// Names returns the ids of the shipped profiles.
func Names() []string { return slices.Clone(order) }

// BuiltInID is the id of the limits that judge while no session runs, unless a site names others.
const BuiltInID = "built-in"

// BuiltIn returns the rules that every shipped profile begins with, as a profile of its own: what is judged while no session
// runs. It has no phases and no schedule, so no session is held with it. Without a session its limits that follow a baseline
// rest. Each call returns a new one. It panics as [Shipped] does.
func BuiltIn() *Profile {
	p, err := load(common)
	if err != nil {
		panic(err)
	}
	p.ID, p.Title = BuiltInID, "Built-in limits for adults"
	p.hash = p.sum()
	return p
}

// Find returns the shipped profile with that id.
func Find(id string) (*Profile, bool) {
	if !slices.Contains(order, id) {
		return nil, false
	}
	p, err := load(id)
	return p, err == nil
}

// ForRoute returns the id of the shipped profile that is meant for a route.
func ForRoute(route string) (string, bool) {
	switch route { // as the files say themselves; a test compares
	case "intranasal":
		return "spravato", true
	case "iv":
		return "iv-ketamine", true
	case "im":
		return "im-ketamine", true
	case "sublingual", "oral":
		return "sublingual-ketamine", true
	default:
		return "", false
	}
}

// load reads an embedded file, on top of the one that it extends.
func load(id string) (*Profile, error) {
	name := path.Join("data", id+".yaml")
	text, err := shipped.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	s := document.New(name, text, form())
	p := &Profile{}
	if id != common {
		if p, err = load(common); err != nil {
			return nil, err
		}
	}
	root := document.Parse(s, text)
	if root == nil {
		return nil, s.Err()
	}
	document.Decode(s, "", root, rootFields(p))
	if id != common {
		check(s, p)
	}
	for _, n := range p.numbers() {
		if n.number && p.Sources[n.tag] == "" {
			s.Fail(s.At[n.path], "%s has no source: write its tag, like %v [ENG], and explain the tag under sources", n.path, n.value)
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	p.hash = p.sum()
	return p, nil
}

// Parse reads a site's profile from text; name stands for the file in messages. It must extend a shipped profile, and today
// decides which leaves to loosen have run out. The error is [document.Errors]: everything that is wrong, each at its place.
// What has run out is no error: those numbers are those of the extended profile again, and expired says which.
func Parse(name string, text []byte, today time.Time) (p *Profile, expired []string, err error) {
	s := document.New(name, text, form())
	root := document.Parse(s, text)
	if root == nil {
		return nil, nil, s.Err()
	}
	base := extended(s, root)
	if base == nil {
		return nil, nil, s.Err()
	}
	p = base.clone()
	p.ApprovedBy, p.ApprovedAt, p.Loosened = "", "", nil // not inherited: what was approved is another file
	document.Decode(s, "", root, rootFields(p))
	if _, ok := s.At["id"]; ok && p.ID == base.ID {
		s.Fail(s.At["id"], "id %q is the id of the shipped profile; a site's profile has its own", p.ID)
	}
	if s.Faults() == 0 { // what was not understood is not also judged
		check(s, p)
	}
	if s.Faults() == 0 {
		expired = loosen(s, base, p, today)
	}
	if len(expired) > 0 {
		check(s, p) // what has come back may contradict what stayed
	}
	if err := s.Err(); err != nil {
		return nil, nil, err
	}
	p.hash = p.sum()
	return p, expired, nil
}

// extended returns the shipped profile that the file names.
func extended(s *document.Source, root *document.Node) *Profile {
	if !document.Expect(s, "", root, document.Mapping, "a section of keys") {
		return nil
	}
	for _, pair := range root.Pairs {
		if pair.Key.Value != "extends" {
			continue
		}
		if p, ok := Find(pair.Value.Value); ok {
			return p
		}
		s.Fail(pair.Value.Place, "no shipped profile is called %q; %s", document.Clip(pair.Value.Value), document.Suggest(pair.Value.Value, order))
		return nil
	}
	s.Fail(root.Place, "extends is missing: a site's profile builds on a shipped one; %s", document.Suggest("", order))
	return nil
}

// sum returns the hash of the content. Maps are written in the order of their keys, so the result is always the same.
func (p *Profile) sum() string {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // a struct of numbers and words can be written
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// clone returns a copy that shares nothing with p.
func (p *Profile) clone() *Profile {
	out := *p
	out.Routes, out.Sources = slices.Clone(p.Routes), maps.Clone(p.Sources)
	out.Phases, out.Rechecks, out.Observe = slices.Clone(p.Phases), slices.Clone(p.Rechecks), slices.Clone(p.Observe)
	out.Ladder, out.Loosened = slices.Clone(p.Ladder), slices.Clone(p.Loosened)
	out.Discharge.Ticks = slices.Clone(p.Discharge.Ticks)
	out.Schedule = slices.Clone(p.Schedule)
	for i := range out.Schedule {
		out.Schedule[i].At = slices.Clone(out.Schedule[i].At)
	}
	out.Limits = slices.Clone(p.Limits)
	for i := range out.Limits {
		l := &out.Limits[i]
		l.Bounds, l.Escalate = slices.Clone(l.Bounds), slices.Clone(l.Escalate)
		l.Of, l.Names, l.Phases = slices.Clone(l.Of), slices.Clone(l.Names), slices.Clone(l.Phases)
	}
	return &out
}
