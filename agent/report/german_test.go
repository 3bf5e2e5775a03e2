package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// said returns every text that the package says, as it stands in its source.
func said(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var list []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); !ok || s.Sel.Name != "say" {
				return true
			}
			if text, ok := call.Args[0].(*ast.BasicLit); ok {
				words, err := strconv.Unquote(text.Value)
				require.NoError(t, err)
				list = append(list, words)
			}
			return true
		})
	}
	require.Greater(t, len(list), 90)
	return list
}

// published returns the words of the contract that a report shows.
func published(t *testing.T) []string {
	t.Helper()
	var list []string
	for v := devices.PulseRate; v <= devices.CuffPressure; v++ {
		list = append(list, v.Title())
	}
	for r := devices.SensorOff; r <= devices.NotMeasured; r++ {
		list = append(list, r.String())
	}
	for s := devices.Status(1); len(s.Names()) > 0; s <<= 1 {
		list = append(list, s.Names()...)
	}
	for _, c := range alerts.TechnicalConditions() {
		list = append(list, c.Title)
	}
	list = append(list, sessions.Questions()...)
	for _, p := range profiles.Shipped() {
		for _, c := range p.Conditions() {
			list = append(list, c.Title)
		}
		for _, phase := range p.Phases {
			list = append(list, phase.ID)
		}
		for _, rung := range p.Ladder {
			list = append(list, rung.Call)
		}
	}
	for _, p := range []alerts.Priority{alerts.Information, alerts.Low, alerts.Medium, alerts.High} {
		list = append(list, p.String())
	}
	for _, c := range []sessions.Class{sessions.Transient, sessions.Sustained, sessions.Persistent} {
		list = append(list, string(c))
	}
	return append(list, "iv", "im", "oral", "sublingual", "intranasal", "blood_pressure", "pulse_rate", NotReceived, string(sessions.Yes),
		string(sessions.No), string(sessions.Preparation), string(sessions.BaselineOf), string(sessions.Recovery), string(sessions.Ended),
		sessions.GatePredose, sessions.GateDischarge, "schedule", wire.ViaPage, wire.ViaNATS, wire.ViaDemo)
}

// events returns the words of the constants of events, as they stand in the source of these packages.
func events(t *testing.T) []string {
	t.Helper()
	var list []string
	for file, form := range map[string]string{
		"../../alerts/sessions/event.go": `Kind = "([a-z_]+)"`, "../wire/session.go": `Event[A-Za-z]+ += "([a-z_]+)"`,
	} {
		for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(read(t, file), -1) {
			list = append(list, m[1])
		}
	}
	// The first Kind of a block of constants has the type, the others too.
	require.Greater(t, len(list), 30)
	return list
}

// german is the style of German readers.
func german(t *testing.T) Style {
	t.Helper()
	s, err := Style{Language: German}.withWords()
	require.NoError(t, err)
	return s
}

func TestEveryWordOfAReportHasGermanOnes(t *testing.T) {
	german := german(t)
	for _, text := range said(t) {
		other, ok := german.inGerman(text)
		if assert.True(t, ok, "no German for %q", text) {
			assert.Equal(t, verbs(text), verbs(other), "%q: the same figures in the same order", text)
		}
	}
	for _, word := range slices.Concat(published(t), events(t)) {
		english := Style{}.word(word)
		_, ok := german.inGerman(english)
		assert.True(t, ok, "no German for the word %q", english)
		assert.NotContains(t, german.word(word), "_")
	}
}

// A report's own table has what the pages' table has not, or has in other words: nothing stands in both.
func TestNoWordStandsTwice(t *testing.T) {
	teller := german(t).teller
	own := 0
	for _, file := range []string{"german.go", "german_words.go"} {
		for _, m := range regexp.MustCompile(`case ("[^\n]*"):\n\t\treturn ("[^\n]*")`).FindAllStringSubmatch(read(t, file), -1) {
			english, err := strconv.Unquote(m[1])
			require.NoError(t, err)
			other, err := strconv.Unquote(m[2])
			require.NoError(t, err)
			own++
			if teller.Knows(english) {
				assert.NotEqual(t, other, teller.Say(english), "%q", english)
			}
		}
	}
	require.Greater(t, own, 150)
}

// The foot of a printed page has one line for what is quoted and the whole hash, in either language.
func TestFootOfAPageHasRoom(t *testing.T) {
	for _, language := range []Language{English, German} {
		s, err := newSheet(&Report{Proof: strings.Repeat("d", 64), Phases: []Phase{{}}}, Style{Language: language})
		require.NoError(t, err)
		p, err := newPrinted(s)
		require.NoError(t, err)
		p.font("", pdfSmall)
		assert.Less(t, p.GetStringWidth(p.clean(s.quoted+" "+s.proof)), float64(pdfWidth), language)
	}
}

func verbs(text string) []string { return regexp.MustCompile(`%[a-z]`).FindAllString(text, -1) }

func TestNumbersInTheStyleOfTheReader(t *testing.T) {
	s := german(t)
	s.Unit = KPa
	assert.Equal(t, "16,0", s.number(devices.Systolic, 120))
	assert.Equal(t, "97", s.number(devices.SpO2, 97))
	assert.Equal(t, "3,25", s.number(devices.PerfusionIndex, 325))
	assert.Equal(t, "kPa", s.unit(devices.Mean))
	assert.Equal(t, "kein Finger im Sensor", s.word("finger_out"))
	assert.Equal(t, "a_word_of_later", strings.ReplaceAll(s.word("a_word_of_later"), " ", "_"), "an unknown word is shown as it is")
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}
