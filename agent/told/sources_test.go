package told_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/devices/catalog"
	"bedside/devices/detect"
)

// sample makes a sentence out of the expression that says it: a text stays, what is not one becomes a figure, which a name of a
// message stands for.
func sample(t *testing.T, e ast.Expr) string {
	t.Helper()
	const figure = "7"
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil || e.Kind != token.STRING {
			return figure
		}
		return text
	case *ast.BinaryExpr:
		return sample(t, e.X) + sample(t, e.Y)
	case *ast.CallExpr:
		if s, ok := e.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Sprintf" {
			return filled(sample(t, e.Args[0]))
		}
	}
	return figure
}

var verb = regexp.MustCompile(`%[+#]?[dsvqwx]`)

func filled(format string) string {
	return strings.ReplaceAll(verb.ReplaceAllString(format, "7"), "%%", "%")
}

// said finds the sentences in a file: the arguments that a function of this name is called with, and, for "return", what a function
// of this name returns.
func said(t *testing.T, file string, calls map[string]int, returns ...string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var list []string
	add := func(e ast.Expr) {
		if s := filled(sample(t, e)); strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") {
			list = append(list, s)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if at, ok := calls[name]; ok && len(n.Args) > at {
				add(n.Args[at])
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && i < len(n.Rhs) {
					if _, wanted := calls[name.Name+"="]; wanted {
						add(n.Rhs[i])
					}
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				if _, wanted := calls[key.Name+":"]; wanted {
					add(n.Value)
				}
			}
		case *ast.FuncDecl:
			for _, want := range returns {
				if n.Name.Name != want {
					continue
				}
				ast.Inspect(n, func(in ast.Node) bool {
					if r, ok := in.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
						add(r.Results[0])
					}
					return true
				})
			}
		}
		return true
	})
	require.NotEmpty(t, list, "%s says nothing like %v %v", file, calls, returns)
	return list
}

// source is where sentences stand in a file: the arguments of calls, the values of fields (with ":") and of variables (with "="), and what
// functions return.
type source struct {
	file    string
	calls   map[string]int
	returns []string
}

// shown are the sources of what pages show.
func shown() []source {
	refuse := map[string]int{"refuse": 1, "Errorf": 0}
	list := []source{
		{"../../alerts/text.go", nil, []string{"endedText", "raisedText", "sensorText", "signalText", "cuffText"}},
		{"../../alerts/refuse.go", map[string]int{"Errorf": 0}, nil},
		{"../../alerts/adjusting.go", map[string]int{"Errorf": 0}, []string{"protects"}},
		{"../../alerts/sessions/operate.go", refuse, nil},
		{"../../alerts/sessions/screening.go", refuse, nil},
		{"../../alerts/sessions/phase.go", refuse, nil},
		{"../../alerts/sessions/gate.go", map[string]int{"add": 2, "advise": 2}, nil},
		{"../../alerts/sessions/cuff.go", map[string]int{"fault": 2}, nil},
		{"../../alerts/sessions/episode.go", nil, []string{"risen"}},
		{"../recipients/report.go", nil, []string{"unheard", "Missing"}},
		{"../recipients/reach.go", map[string]int{"refuse": 1, "Text:": 0}, []string{"asked"}},
		{"../recipients/trial.go", map[string]int{"refuse": 1}, nil},
		{"../monitor/cuff.go", map[string]int{"Errorf": 0, "New": 0}, nil},
		{"../station/duty/duty.go", refuse, nil},
		{"../station/feed.go", map[string]int{"refusal": 1}, nil},
		{"../station/outside.go", map[string]int{"Text:": 0}, nil},
		{"../station/board/silence.go", map[string]int{"raise": 1}, nil},
		{"../station/board/room.go", map[string]int{"raise": 1}, nil},
		{"../access/signin.go", map[string]int{"refuse": 1, "Text:": 0}, nil},
		{"../access/name.go", refuse, nil},
		{"../access/people.go", refuse, nil},
		{"../access/pin.go", map[string]int{"refuse": 1}, nil},
		{"../parts.go", nil, []string{"brokerText", "recordText"}},
		{"../space.go", nil, []string{"spaceText"}},
		{"../power.go", map[string]int{"raise": 2}, nil},
		{"../serialport/errors.go", map[string]int{"New": 0, "Fix:": 0}, nil},
		{"../link/link.go", map[string]int{"New": 0}, nil},
		{"../link/variant.go", map[string]int{"New": 0, "Errorf": 0}, nil},
		{"../bus/lane.go", map[string]int{"New": 0}, nil},
		{"../bus/ack.go", map[string]int{"New": 0, "Errorf": 0}, nil},
		{"../record/failure.go", map[string]int{"New": 0}, nil},
		{"../record/verify.go", map[string]int{"broken": 2}, nil},
		{"../console/system.go", map[string]int{"Text:": 0}, nil},
		{"../console/history.go", map[string]int{"writeText": 2}, nil},
		{"../scan/scan.go", map[string]int{"Errorf": 0}, nil},
		{"../whatif/limits.go", map[string]int{"note": 1}, nil},
		{"../whatif/repeat.go", map[string]int{"note": 1}, nil},
		{"../setup/fits.go", map[string]int{"Errorf": 0}, nil},
		{"../system/certificate.go", map[string]int{"New": 0}, nil},
		{"../credential/credential.go", map[string]int{"New": 0}, nil},
	}
	for _, file := range []string{"failure.go", "post.go", "mail.go", "files.go"} {
		list = append(list, source{"../notify/" + file, map[string]int{"temporary": 1, "permanent": 1}, nil})
	}
	for _, file := range []string{"clock.go", "disk.go", "sound.go", "ports.go", "nats.go"} {
		list = append(list, source{"../doctor/" + file, map[string]int{"add": 2, "good": 1}, nil}, source{"../doctor/" + file, map[string]int{"add": 4}, nil})
	}
	for _, file := range []string{"disk.go", "ports.go", "nats.go"} {
		list = append(list, source{"../doctor/" + file, map[string]int{"add": 3}, nil})
	}
	return list
}

// recorded are the sources of what the record tells, and a report of it.
func recorded() []source {
	return []source{
		{"../../alerts/sessions/operate.go", map[string]int{"Text:": 0}, nil},
		{"../../alerts/sessions/phase.go", map[string]int{"Text:": 0}, nil},
		{"../../alerts/sessions/screening.go", nil, []string{"answerWords"}},
		{"../../alerts/sessions/cuff.go", map[string]int{"attemptFailed": 0, "miss": 0, "why=": 0}, nil},
		{"../monitor/state.go", map[string]int{"origin=": 0, "join": 1, "Text:": 0}, nil},
		{"../monitor/clock.go", map[string]int{"text=": 0}, nil},
		{"../monitor/cuff.go", map[string]int{"text=": 0}, nil},
		{"../recipients/audience.go", map[string]int{"Text:": 0, "refuse": 1}, nil},
		{"../recipients/trial.go", map[string]int{"Text:": 0}, nil},
		{"../configured.go", map[string]int{"Text:": 0, "append": 1}, []string{"since"}},
		{"../rules.go", map[string]int{"notice=": 0}, nil},
		{"../access/event.go", map[string]int{"what=": 0}, nil},
		{"../system/system.go", map[string]int{"how=": 0, "what=": 0}, nil},
		{"../system/record.go", map[string]int{"told": 2}, nil},
	}
}

// apart is why a sentence needs no German: it is to be typed, no page and no record shows it, or it is more than one with its parts, which
// stand in told.json of the pages.
func apart(s string) bool {
	switch {
	case strings.HasPrefix(s, "sudo "): // to be typed
	case strings.Contains(s, "there are 7") && strings.Contains(s, "profile"): // of orders that no page gives
	case strings.HasPrefix(s, `"duty" needs`), strings.HasPrefix(s, `"screens" and`): // of bytes that no page sends
	case strings.HasPrefix(s, "link: Name"), s == "driver 7 has no variant 7", s == "record: the writer has stopped": // of programs
	case s == "7 or 7", strings.HasPrefix(s, "7; "): // names, and what follows another sentence
	default:
		return false
	}
	return true
}

// plain is a sentence as it is shown: without what wraps it, and without the name of the package.
func plain(s string) string {
	s = strings.TrimLeft(s, ": ;")
	for _, name := range []string{"scan: ", "system: certificate: "} {
		s = strings.TrimPrefix(s, name)
	}
	if s == "screening: 7 7" {
		return "screening: mania no" // the answer has its own messages
	}
	return s
}

func holds(t *testing.T, sources []source, least int) {
	t.Helper()
	teller := german(t)
	var sentences []string
	for _, x := range sources {
		for _, s := range said(t, x.file, x.calls, x.returns...) {
			sentences = append(sentences, plain(s))
		}
	}
	slices.Sort(sentences)
	sentences = slices.Compact(sentences)
	detail := regexp.MustCompile(`([a-z.])7`) // what follows a sentence only where there is more to say
	for _, s := range sentences {
		if !apart(s) {
			assert.True(t, teller.Knows(s) || teller.Knows(detail.ReplaceAllString(s, "$1")) || teller.Knows(strings.TrimPrefix(s, "7: ")),
				"no message of the area told says: %s", s)
		}
	}
	require.Greater(t, len(sentences), least)
}

// What the agent and the station say to people is known, so that pages and reports can say it in German.
func TestSentencesOfTheAgentAreKnown(t *testing.T) { holds(t, shown(), 200) }

func TestSentencesOfTheRecordAreKnown(t *testing.T) { holds(t, recorded(), 40) }

// Titles are known as sentences are, and so are the words that the record has for a condition.
func TestTitlesAreKnown(t *testing.T) {
	var titles []string
	for _, c := range alerts.TechnicalConditions() {
		titles = append(titles, c.Title)
	}
	for _, p := range profiles.Shipped() {
		for i := range p.Limits {
			titles = append(titles, p.Limits[i].Title, p.Limits[i].Rule)
		}
		for _, tick := range p.Discharge.Ticks {
			titles = append(titles, strings.ReplaceAll(tick, "_", " "))
		}
		symptom, ok := p.Limit("symptom")
		require.True(t, ok)
		for _, name := range symptom.Names {
			titles = append(titles, strings.ReplaceAll(name, "_", " "))
		}
		if len(p.Phases) > 0 {
			titles = append(titles, p.Title)
		}
	}
	for v := devices.Vital(1); v.Title() != ""; v++ {
		if v != devices.CuffPressure && v != devices.Pleth { // no limit is about these
			titles = append(titles, v.Title())
		}
	}
	for _, k := range []devices.Kind{devices.Oximeter, devices.Cuff, 0} {
		titles = append(titles, k.Title())
	}
	for _, d := range catalog.All() {
		titles = append(titles, d.Title)
	}
	for _, mark := range sessions.Marks() {
		if mark != "dose" {
			titles = append(titles, strings.ReplaceAll(mark, "_", " "))
		}
	}
	teller := german(t)
	for _, title := range titles {
		assert.True(t, teller.Knows(title), "no message of the area told says: %s", title)
	}
	for c := devices.CuffClass(1); c.String() != "unknown"; c++ {
		assert.True(t, teller.Knows(c.String()), "no message of the area told says: %s", c)
	}
}

// What a search for devices says is put together from its evidence: each kind of it is known.
func TestWhatASearchFindsIsKnown(t *testing.T) {
	teller := german(t)
	know := func(s string) {
		t.Helper()
		assert.True(t, teller.Knows(s), "no message of the area told says: %s", s)
		assert.NotRegexp(t, `(?i)\b(nobody|one|second|seconds|bytes at|and|intact|out|off|no|held|stale|searching|artifact|low)\b`, teller.Say(s), "a part of it has no message: %s", s)
	}
	for _, frames := range []int{1, 3, 180} {
		for _, asked := range []bool{false, true} {
			for _, lasted := range []time.Duration{time.Millisecond, 3 * time.Second, 180 * time.Second, time.Hour} {
				m := detect.Match{Frames: frames, Asked: asked, Lasted: lasted, Share: 98}
				know(m.Says() + "; " + m.Evidence())
			}
		}
	}
	for _, m := range []detect.Match{{Values: true}, {Silent: true}, {}} {
		know(m.Says() + "; " + m.Evidence())
	}
	for why := devices.Reason(1); why.String() != "unknown"; why++ {
		m := detect.Match{Frames: 2, Why: why}
		know(m.Says() + "; " + m.Evidence())
	}
	asked := func(names ...string) (list []detect.Question) {
		for _, name := range names {
			list = append(list, detect.Question{Candidate: detect.Candidate{Driver: devices.Driver{Name: name}}})
		}
		return list
	}
	for _, r := range []detect.Report{
		{Echo: true},
		{Heard: []detect.Heard{{}}},
		{Heard: []detect.Heard{{Bytes: 9000}}},
		{Heard: []detect.Heard{{}, {}, {}}, Asked: asked("a", "b", "c")},
		{Heard: []detect.Heard{{Bytes: 9000}, {Bytes: 7000}}, Asked: asked("a")},
	} {
		know(r.Words())
	}
}
