package console_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/agent/whatif"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// The page is plain JavaScript without a build step, so nothing but these tests keeps its words and fields with the agent's.

func asset(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("assets", "*", name))
	require.NoError(t, err)
	require.Len(t, found, 1, "%s: the names of modules are unique over all folders", name)
	text, err := os.ReadFile(found[0])
	require.NoError(t, err)
	return string(text)
}

// list returns the words of one list of vocabulary.js, in its order.
func list(t *testing.T, name string) []string {
	t.Helper()
	_, after, found := strings.Cut(asset(t, "vocabulary.js"), "export const "+name+" = ")
	require.True(t, found, "vocabulary.js has no list %s", name)
	_, after, found = strings.Cut(after, "[")
	require.True(t, found)
	body, _, found := strings.Cut(after, "]")
	require.True(t, found)
	var words []string
	for _, m := range regexp.MustCompile(`"([a-z0-9_-]*)"`).FindAllStringSubmatch(body, -1) {
		words = append(words, m[1])
	}
	return words
}

func shipped(t *testing.T) []*profiles.Profile {
	t.Helper()
	var out []*profiles.Profile
	for _, name := range profiles.Names() {
		p, ok := profiles.Find(name)
		require.True(t, ok, name)
		out = append(out, p)
	}
	return out
}

func TestWordsOfThePageAreThoseOfTheAgent(t *testing.T) {
	assert.Equal(t, sessions.Questions(), list(t, "questions"), "screening questions")
	assert.Equal(t, []string{string(sessions.Yes), string(sessions.No)}, list(t, "answers"), "answers to them")
	assert.Equal(t, sessions.Marks(), list(t, "marks"), "what is marked with one press")
	assert.Equal(t, append([]string{""}, profiles.Names()...), list(t, "profiles"), "profiles, and none for the one of the route")
	var routes, ticks, calls []string
	phases := []string{string(sessions.Preparation), string(sessions.BaselineOf)}
	for _, p := range shipped(t) {
		for _, route := range p.Routes {
			if _, ok := profiles.ForRoute(route); ok {
				routes = append(routes, route)
			}
		}
		for _, phase := range p.Phases {
			phases = append(phases, phase.ID)
		}
		for _, rung := range p.Ladder {
			calls = append(calls, rung.Call)
		}
		ticks = append(ticks, p.Discharge.Ticks...)
		limit, ok := p.Limit("symptom")
		require.True(t, ok)
		assert.Equal(t, limit.Names, list(t, "symptoms"), "symptoms of %s", p.ID)
	}
	assert.ElementsMatch(t, unique(routes), list(t, "routes"), "routes")
	assert.ElementsMatch(t, unique(phases), list(t, "phases"), "phases")
	assert.ElementsMatch(t, unique(calls), list(t, "calls"), "whom an alert calls")
	assert.ElementsMatch(t, unique(ticks), list(t, "ticks"), "what a clinician ticks")
}

func unique(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }

// What the page takes for a tick of the clinician is everything that the agent does not say of its own accord.
func TestPageKnowsWhatOnAGateIsMeasured(t *testing.T) {
	m := sessions.New(sessions.Options{Find: profiles.Find})
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, in := range []sessions.Input{
		sessions.Start{Code: "K-1", Route: "im", By: "AK"},
		sessions.Override{Gate: sessions.GatePredose, By: "AK", Reason: "exercise", Prescriber: true},
		sessions.Dose{Drug: "ketamine", Amount: "35 mg", By: "AK"},
	} {
		_, err := m.Step(now, in)
		require.NoError(t, err)
	}
	s, running := m.Status()
	require.True(t, running)
	require.Equal(t, sessions.GateDischarge, s.Gate.Name)
	var names []string
	for _, i := range s.Gate.Items {
		names = append(names, i.Name)
	}
	assert.ElementsMatch(t, names, append(list(t, "measured"), list(t, "ticks")...))
}

// fields returns the names of what t has as JSON, and whether each may be left out.
func fields(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for inner, optional := range fields(f.Type) {
				if _, nearer := out[inner]; !nearer {
					out[inner] = optional
				}
			}
		case name != "" && name != "-":
			out[name] = strings.HasPrefix(options, "omit")
		}
	}
	return out
}

func TestFieldsOfThePageAreThoseOfTheAgent(t *testing.T) {
	types := map[string]reflect.Type{
		"Latest": reflect.TypeFor[wire.Latest](), "Cuff": reflect.TypeFor[wire.Cuff](), "Device": reflect.TypeFor[wire.Device](),
		"Alert": reflect.TypeFor[wire.Alert](), "Limit": reflect.TypeFor[wire.Limit](), "Setting": reflect.TypeFor[wire.Setting](), "Trend": reflect.TypeFor[wire.Trend](),
		"TrendCuff": reflect.TypeFor[wire.TrendCuff](), "TrendMark": reflect.TypeFor[wire.TrendMark](), "TrendAlert": reflect.TypeFor[wire.TrendAlert](),
		"Switched": reflect.TypeFor[alerts.Switched](), "Silence": reflect.TypeFor[wire.Silence](),
		"Values": reflect.TypeFor[sessions.Values](), "GivenDose": reflect.TypeFor[sessions.GivenDose](),
		"CuffReading": reflect.TypeFor[sessions.CuffReading](), "Item": reflect.TypeFor[sessions.Item](),
		"Gate": reflect.TypeFor[sessions.Gate](), "Episode": reflect.TypeFor[sessions.Episode](), "REMS": reflect.TypeFor[sessions.REMS](),
		"Session": reflect.TypeFor[wire.SessionStatus](), "Status": reflect.TypeFor[wire.Status](), "Wave": reflect.TypeFor[wire.Wave](),
		"Reply": reflect.TypeFor[wire.Reply](), "Duty": reflect.TypeFor[wire.Duty](), "Reach": reflect.TypeFor[wire.Reach](),
		"Watching": reflect.TypeFor[wire.Watching](), "Recipients": reflect.TypeFor[wire.Recipients](), "RoomSound": reflect.TypeFor[wire.RoomSound](),
		"DeviceLine": reflect.TypeFor[wire.DeviceLine](), "Tile": reflect.TypeFor[wire.Tile](), "Peer": reflect.TypeFor[wire.Peer](),
		"ChannelState": reflect.TypeFor[wire.ChannelState](), "Board": reflect.TypeFor[wire.Board](),
		"Recorded": reflect.TypeFor[record.Session](), "Summary": reflect.TypeFor[report.Summary](),
		"SummaryDose": reflect.TypeFor[report.SummaryDose](), "SummaryPeak": reflect.TypeFor[report.SummaryPeak](),
		"Choice": reflect.TypeFor[console.Choice](), "Occurrence": reflect.TypeFor[whatif.Occurrence](),
		"AlertPair": reflect.TypeFor[whatif.Pair](), "Judged": reflect.TypeFor[whatif.Judge](), "Asked": reflect.TypeFor[whatif.Ask](),
		"Noted": reflect.TypeFor[whatif.Note](), "Comparison": reflect.TypeFor[whatif.Comparison](),
		"RoomsEvent": reflect.TypeFor[console.RoomsEvent](), "AlarmEvent": reflect.TypeFor[console.AlarmEvent](),
	}
	definition := regexp.MustCompile(`(?s)@typedef \{\{(.*?)\}\} ([A-Za-z]+)`)
	field := regexp.MustCompile(`(?:^|[ ,])([a-z_0-9]+)(\??):`)
	var seen []string
	for _, m := range definition.FindAllStringSubmatch(asset(t, "types.js"), -1) {
		body, name := m[1], m[2]
		if name == "Desk" { // of the page alone
			continue
		}
		require.Contains(t, types, name, "which type of the agent is it?")
		seen = append(seen, name)
		there := fields(types[name])
		for _, f := range field.FindAllStringSubmatch(body, -1) {
			optional, ok := there[f[1]]
			if assert.True(t, ok, "%s.%s: the agent sends no such field", name, f[1]) {
				assert.Equal(t, optional, f[2] == "?", "%s.%s: may the agent leave it out?", name, f[1])
			}
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(types)), seen)
}

func TestOrdersOfThePageAreVerbsOfTheAgent(t *testing.T) {
	verbs := []string{"forget"} // the station's own, which no room answers
	for _, v := range wire.Verbs() {
		verbs = append(verbs, v.Name)
	}
	modules, err := filepath.Glob("assets/*/*.js")
	require.NoError(t, err)
	pages, err := filepath.Glob("assets/*.html")
	require.NoError(t, err)
	given := regexp.MustCompile(`(?:order\(|data-verb=)"([a-z-]+)"`)
	var orders []string
	for _, file := range append(pages, modules...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range given.FindAllStringSubmatch(string(text), -1) {
			assert.Contains(t, verbs, m[1], file)
			orders = append(orders, m[1])
		}
	}
	for _, verb := range []string{
		wire.VerbAcknowledge, wire.VerbPauseAudio, wire.VerbPauseAlarms, wire.VerbResume, wire.VerbSymptom, wire.VerbSymptomOver,
		wire.VerbNote, wire.VerbSessionStart, wire.VerbSessionScreen, wire.VerbSessionDose, wire.VerbInfusionEnd, wire.VerbSessionPhase, wire.VerbSessionEnd,
		wire.VerbSessionReading, wire.VerbSessionOverride, wire.VerbSessionConfirm, wire.VerbAlarmOff, wire.VerbAlarmOn, wire.VerbCuffStart, wire.VerbCuffStop,
		wire.VerbReachTest, wire.VerbNoteUndo, wire.VerbLimitsSet,
	} {
		assert.Contains(t, orders, verb, "the page has no way to give this order")
	}
}

// An order about duty is refused if a field of it is misspelt, but not by the page.
func TestDutyFormsAskForFieldsOfADutyOrder(t *testing.T) {
	there := fields(reflect.TypeFor[wire.DutyOrder]())
	for _, m := range regexp.MustCompile(`\{ name: "([a-z_]+)"`).FindAllStringSubmatch(asset(t, "duty.js"), -1) {
		if m[1] != "initials" { // who orders it
			assert.Contains(t, there, m[1])
		}
	}
	for _, action := range []string{wire.DutyTake, wire.DutyHandover, wire.DutyRelease, wire.DutyBackup} {
		assert.Contains(t, asset(t, "duty.js"), `action: "`+action+`"`)
	}
}

// What the panel of limits orders has the fields of an order.
func TestPanelOfLimitsOrdersFieldsOfALimitOrder(t *testing.T) {
	there := fields(reflect.TypeFor[wire.LimitOrder]())
	text := asset(t, "adjust.js")
	_, text, found := strings.Cut(text, "export function order(")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "\n}\n")
	asked := regexp.MustCompile(`[{ ]([a-z_]+): (?:true|to|r\.)`).FindAllStringSubmatch(text, -1)
	require.GreaterOrEqual(t, len(asked), 6)
	for _, m := range asked {
		assert.Contains(t, there, m[1])
	}
	for _, name := range []string{"limits:", "reason:", "beyond:"} {
		assert.Contains(t, asset(t, "adjust.js"), name)
		assert.Contains(t, fields(reflect.TypeFor[wire.Request]()), strings.TrimSuffix(name, ":"))
	}
}

// What a form asks for travels under the name that it has in the form, but for what the form itself turns into something else.
func TestFormsAskForFieldsOfARequest(t *testing.T) {
	there := fields(reflect.TypeFor[wire.Request]())
	own := []string{"initials", "minutes"} // by, seconds
	asked := regexp.MustCompile(`\{ name: "([a-z_]+)"`)
	for _, file := range []string{"start.js", "actions.js", "gate.js"} {
		found := asked.FindAllStringSubmatch(asset(t, file), -1)
		require.NotEmpty(t, found, file)
		for _, m := range found {
			if !slices.Contains(own, m[1]) {
				assert.Contains(t, there, m[1], file)
			}
		}
	}
}
