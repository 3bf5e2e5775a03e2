package rehearsal_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/cmd/bedside/rehearsal"
	drivers "bedside/devices/catalog"
	"bedside/devices/devicetest/brevity"
	simulated "bedside/simulators/catalog"
	"bedside/simulators/scenario"
)

// seeds are how many people each scenario is played with.
func seeds() uint64 {
	if brevity.Asked() {
		return 1
	}
	return 3
}

// Every scenario that comes with the program is as it expects, whoever the person is, without a session and under every
// profile.
func TestShippedScenariosAreAsExpected(t *testing.T) {
	for _, name := range scenario.Names() {
		s, err := scenario.Find(name)
		require.NoError(t, err)
		assert.Equal(t, append([]string{""}, profiles.Names()...), s.Plays(), "%s says nothing of some profile", name)
		for _, id := range plays(s) {
			t.Run(name+"/"+cmp.Or(id, "none"), func(t *testing.T) {
				t.Parallel()
				people := seeds()
				if id != "" {
					people = 1 // six plays of one story are enough of a spread
				}
				u := s.Under(id)
				for seed := s.Seed; seed < s.Seed+people; seed++ {
					r, err := rehearsal.Play(u, seed)
					require.NoError(t, err)
					knownInGerman(t, r)
					v := rehearsal.Judge(u, r)
					assert.True(t, v.OK(), "seed %d:\n%s", seed, tell(v, r))
				}
			})
		}
	}
}

// long is the length of the scenarios that are not played under the race detector: one goroutine does in
// them what it does in the shorter ones.
const long = 10 * time.Minute

// plays are the profiles under which a scenario is played here.
func plays(s *scenario.Scenario) []string {
	if own, ok := s.Session(); brevity.Asked() {
		if s.Length > long {
			return nil // `bedside check scenario`, which the gate runs too, plays it
		}
		if !ok {
			return []string{""}
		}
		return []string{own}
	}
	return s.Plays()
}

// What staff do in a scenario are the commands of the public contract, with the same needs. A scenario names an alert by its
// condition, tells how long a pause lasts in words, and lets the code, and a route that a dose tells, be left out.
func TestVerbsAreTheCommandsOfTheContract(t *testing.T) {
	words := map[string]scenario.Verb{}
	for _, v := range scenario.Verbs() {
		words[v.String()] = v
	}
	delete(words, scenario.CuffPress.String()) // a button, not a command
	same := strings.NewReplacer("occurrence", "condition", "seconds", "for")
	for _, v := range wire.Verbs() {
		switch v.Name {
		case wire.VerbSnapshot, wire.VerbSessionList, wire.VerbTrend: // they ask, and do nothing
			continue
		case wire.VerbNoteUndo: // a slip of the finger within seconds
			continue
		case wire.VerbWatch, wire.VerbReceipt, wire.VerbReachTest: // no station belongs to the room of a scenario
			continue
		case wire.VerbAlarmTest: // nor anybody's pocket
			continue
		}
		verb, ok := words[v.Name]
		require.True(t, ok, v.Name)
		delete(words, v.Name)
		needs, may := verb.Takes()
		if verb == scenario.Note { // a mark is a press on a page
			v.May = nil
		}
		if verb == scenario.SessionStart {
			without := slices.DeleteFunc(slices.Clone(v.May), func(s string) bool { return s == "uncovered" })
			assert.Equal(t, append([]string{"route"}, without...), may)
			continue
		}
		if verb == scenario.LimitsSet { // one condition, and of its numbers those that change
			assert.Equal(t, []string{"condition"}, needs)
			assert.Equal(t, append([]string{"pulse_rate", "spo2", "systolic", "diastolic", "mean", "delay"}, v.May...), may)
			continue
		}
		assert.Equal(t, same.Replace(strings.Join(v.Needs, " ")), strings.Join(needs, " "), v.Name)
		assert.Equal(t, same.Replace(strings.Join(v.May, " ")), strings.Join(may, " "), v.Name)
	}
	assert.Empty(t, words)
}

// Everything that an action says arrives in the command.
func TestRequestHoldsEveryField(t *testing.T) {
	a := scenario.Action{
		Do: scenario.SessionStart, By: "AK", Device: "arm", Condition: "hr_low", For: time.Minute, Sensor: true, Reason: "r", Text: "t",
		Name: "n", Route: "iv", Profile: "p", Age: 40, Screening: map[string]sessions.Answer{sessions.Mania: sessions.No}, Drug: "d",
		Amount: "a", Number: 1, Phase: "peak", Systolic: 1, Diastolic: 2, Mean: 3, PulseRate: 4, Gate: "g", Prescriber: true, Tick: "x",
	}
	r := reflect.ValueOf(rehearsal.Request(&a))
	for i := range r.NumField() {
		switch name := r.Type().Field(i).Name; name {
		case "ID", "Occurrence", "Screens", "Sound", "Duty", "Shown", "Uncovered", "Mark", "Note", "Since", "Limits", "Beyond", "Priority":
			assert.True(t, r.Field(i).IsZero(), name)
		default:
			assert.False(t, r.Field(i).IsZero(), name)
		}
	}
	set := rehearsal.Request(&scenario.Action{
		Do: scenario.LimitsSet, By: "AK", Condition: "spo2_low", SpO2: 91, Delay: 20 * time.Second, Beyond: true, Reason: "r",
	})
	assert.Equal(t, wire.Request{By: "AK", Reason: "r", Beyond: true, Limits: []wire.LimitOrder{
		{Condition: "spo2_low", Vital: "spo2", Value: new(91)}, {Condition: "spo2_low", DelayS: new(20)},
	}}, set)
}

// tell writes what is not as expected, and everything that was seen.
func tell(v rehearsal.Verdict, r *rehearsal.Result) string {
	var b strings.Builder
	for i := range v {
		if l := &v[i]; !l.OK() {
			fmt.Fprintf(&b, "expected %+v, seen %+v, refused %+v\n", l.Expected, l.Seen, l.Refused)
		}
	}
	for _, e := range r.Events {
		fmt.Fprintf(&b, "  %v %s %v %v: %s\n", e.At, e.Alert.Condition, e.Change, e.Alert.Priority, e.Alert.Text)
	}
	for _, e := range r.Session {
		fmt.Fprintf(&b, "  %v %s %s %s\n", e.At.Format(time.TimeOnly), e.Kind, e.Phase, e.Text)
	}
	return b.String()
}

func TestEqualSeedsGiveEqualResults(t *testing.T) {
	s, err := scenario.Find("messy")
	require.NoError(t, err)
	first, err := rehearsal.Play(s, 9)
	require.NoError(t, err)
	again, err := rehearsal.Play(s, 9)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	other, err := rehearsal.Play(s, 10)
	require.NoError(t, err)
	assert.NotEqual(t, first, other)
}

func parse(t testing.TB, text string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("x.yaml", []byte("name: x\ntitle: x\nteaches: x\n"+text))
	require.NoError(t, err)
	return s
}

func play(t *testing.T, text string) (*scenario.Scenario, *rehearsal.Result) {
	t.Helper()
	s := parse(t, text)
	r, err := rehearsal.Play(s, 1)
	require.NoError(t, err)
	return s, r
}

// A cuff keeps its rules in a rehearsal: what the driver refuses is refused, and said.
func TestRefusedActionsAreSaid(t *testing.T) {
	s, r := play(t, `length: 5m
faults:
  - {at: 3m, for: 1m, device: cuff, what: unplugged}
actions:
  - {at: 10s, do: cuff-start}
  - {at: 15s, do: cuff-start}
  - {at: 50s, do: cuff-start}
  - {at: 3m30s, do: cuff-start}
  - {at: 4m30s, do: acknowledge, condition: spo2_low}
forbid: [spo2_low]
`)
	require.Len(t, r.Refused, 4)
	for i, why := range []string{"is measuring", "less than a minute ago", "not connected", "no spo2_low to acknowledge"} {
		assert.Contains(t, r.Refused[i].Why, why)
	}
	assert.Equal(t, 4, rehearsal.Judge(s, r).Bad(), "a story that was not told as it stands is not as expected")
}

// The rules of a link hold in virtual time: a port that is gone, one that is back, and a mute one that is opened again.
func TestLossSilenceAndReturn(t *testing.T) {
	_, r := play(t, `length: 6m
faults:
  - {at: 1m, for: 30s, device: oximeter, what: unplugged}
  - {at: 3m, for: 1m30s, device: oximeter, what: frozen}
`)
	var got []string
	for _, e := range r.Events {
		got = append(got, fmt.Sprintf("%v %s %v", e.At.Round(time.Second), e.Alert.Condition, e.Change))
		assert.NotContains(t, e.Alert.Text, "rehearsal", "the words are those of a room")
	}
	assert.Equal(t, []string{
		"1m5s serial_lost raised", "1m30s serial_lost ended", "3m5s device_silent raised", "4m40s device_silent ended",
	}, withoutUpdates(r, got))
}

func withoutUpdates(r *rehearsal.Result, lines []string) []string {
	var kept []string
	for i, e := range r.Events {
		if e.Change != alerts.Updated {
			kept = append(kept, lines[i])
		}
	}
	return kept
}

// An agent that starts beside a healthy device raises nothing, whatever the device is, whether its cuff is used or stopped
// meanwhile; and it hears the device, or there would be no value to lose.
func TestNoHealthyDeviceRaisesAnAlert(t *testing.T) {
	for _, e := range simulated.All() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			driver, ok := drivers.Find(e.Driver)
			require.True(t, ok)
			text := "length: 5m\npatient: {pulse_rate: 70, spo2: 97, perfusion_index: 3, systolic: 120, diastolic: 76}\n" +
				"devices:\n  - {name: it, device: " + e.Name + "}\nforbid: everything else\n"
			if driver.Starts {
				text += "actions:\n  - {at: 1m30s, do: cuff-start}\n  - {at: 3m30s, do: cuff-start}\n  - {at: 3m40s, do: cuff-stop}\n"
			}
			_, r := play(t, text)
			assert.Empty(t, r.Refused)
			if e.Name == "nonin-df13" {
				// Until its first message nobody can know that it speaks only after a spot check: that is said, once.
				require.Len(t, r.Events, 2, tell(nil, r))
				assert.Less(t, r.Events[1].At, 20*time.Second)
				r.Events = nil
			}
			assert.Empty(t, r.Events, tell(nil, r))
		})
	}
}

// Of a device that is several on one port, each is what the room knows: the oximeter is judged, the cuff is asked, and the
// cuff's failure is not the oximeter's.
func TestAMonitorIsTwoDevices(t *testing.T) {
	_, r := play(t, `length: 6m
patient: {pulse_rate: 70, spo2: 97, perfusion_index: 3, systolic: 120, diastolic: 76}
devices:
  - {name: bed, device: pm6750}
changes:
  - {at: 4m, vital: spo2, by: -14, hold: 2m}
events:
  - {at: 1m, for: 3m, what: cuff_loose}
actions:
  - {at: 1m10s, do: cuff-start}
  - {at: 2m40s, do: cuff-start, device: bed-cuff}
`)
	assert.Empty(t, r.Refused)
	told := map[string]string{}
	for _, e := range r.Events {
		if e.Change == alerts.Raised {
			told[e.Alert.Condition] = e.Alert.Device
		}
	}
	assert.Equal(t, "bed-cuff", told["nibp_fail"], tell(nil, r))
	assert.Contains(t, told, "spo2_crit", tell(nil, r))
}

// What is going on at the end neither hangs nor counts.
func TestTheEndInTheMiddleOfACycle(t *testing.T) {
	_, r := play(t, "length: 70s\nactions:\n  - {at: 60s, do: cuff-start}\n")
	assert.Empty(t, r.Events)
	assert.Empty(t, r.Refused)
}

func TestJudge(t *testing.T) {
	high, low, paused := alerts.High, alerts.Low, alerts.SignalAlarmPaused
	acknowledged := func(e rehearsal.Seen) rehearsal.Seen { e.Alert.Acknowledged = true; return e }
	calling := func(e rehearsal.Seen) rehearsal.Seen { e.Alert.Called = []string{"station", "everyone"}; return e }
	seen := func(at time.Duration, condition string, c alerts.Change, p alerts.Priority) rehearsal.Seen {
		return rehearsal.Seen{At: at, Event: alerts.Event{
			Change: c, Alert: alerts.Alert{Condition: condition, Priority: p, Device: "oximeter"},
		}}
	}
	expect := func(from, to time.Duration) scenario.Expectation {
		return scenario.Expectation{Condition: "spo2_low", Change: alerts.Raised, From: from, To: to}
	}
	for _, c := range []struct {
		name   string
		story  scenario.Scenario
		events []rehearsal.Seen
		bad    int
	}{
		{"nothing expected, nothing seen", scenario.Scenario{ForbidOthers: true}, nil, 0},
		{
			"expected and seen",
			scenario.Scenario{Expect: []scenario.Expectation{expect(1, 3)}},
			[]rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)},
			0,
		},
		{"never seen", scenario.Scenario{Expect: []scenario.Expectation{expect(1, 3)}}, nil, 1},
		{
			"too early",
			scenario.Scenario{Expect: []scenario.Expectation{expect(2, 3)}},
			[]rehearsal.Seen{seen(1, "spo2_low", alerts.Raised, high)},
			1,
		},
		{
			"too late, and not to be at all then",
			scenario.Scenario{ForbidOthers: true, Expect: []scenario.Expectation{expect(1, 3)}},
			[]rehearsal.Seen{seen(4, "spo2_low", alerts.Raised, high)},
			2,
		},
		{
			"one event is one alert",
			scenario.Scenario{Expect: []scenario.Expectation{expect(1, 3), expect(1, 5)}},
			[]rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)},
			1,
		},
		{
			"the window that ends first is served first",
			scenario.Scenario{Expect: []scenario.Expectation{expect(1, 5), expect(1, 3)}},
			[]rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high), seen(4, "spo2_low", alerts.Raised, high)},
			0,
		},
		{"another priority", scenario.Scenario{Expect: []scenario.Expectation{
			{Condition: "spo2_low", Change: alerts.Raised, Priority: &low, To: 9},
		}}, []rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)}, 1},
		{"another device", scenario.Scenario{Expect: []scenario.Expectation{
			{Condition: "spo2_low", Change: alerts.Raised, Device: "cuff", To: 9},
		}}, []rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)}, 1},
		{
			"another change",
			scenario.Scenario{Expect: []scenario.Expectation{expect(1, 3)}},
			[]rehearsal.Seen{seen(2, "spo2_low", alerts.Escalated, high)},
			1,
		},
		{"not forbidden", scenario.Scenario{Forbid: []string{"hr_low"}}, []rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)}, 0},
		{
			"an acknowledgement that runs out, and who is called",
			scenario.Scenario{Expect: []scenario.Expectation{
				{Condition: "spo2_low", Change: alerts.Raised, To: 9},
				{Condition: "spo2_low", Change: alerts.Updated, Again: true, To: 9},
				{Condition: "spo2_low", Called: "everyone", To: 9},
			}},
			[]rehearsal.Seen{
				seen(1, "spo2_low", alerts.Raised, high), acknowledged(seen(2, "spo2_low", alerts.Acknowledged, high)),
				seen(3, "spo2_low", alerts.Updated, high), calling(seen(4, "spo2_low", alerts.Escalated, high)),
			},
			0,
		},
		{
			"an update is no acknowledgement that runs out, and who was called before is not called again",
			scenario.Scenario{Expect: []scenario.Expectation{
				{Condition: "spo2_low", Change: alerts.Updated, Again: true, To: 9},
				{Condition: "spo2_low", Called: "everyone", From: 2, To: 9},
			}},
			[]rehearsal.Seen{calling(seen(1, "spo2_low", alerts.Raised, high)), calling(seen(3, "spo2_low", alerts.Updated, high))},
			2,
		},
		{"another signal", scenario.Scenario{Expect: []scenario.Expectation{
			{Condition: "spo2_low", Change: alerts.Raised, Signal: &paused, To: 9},
		}}, []rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)}, 1},
		{"forbidden", scenario.Scenario{Forbid: []string{"spo2_low"}}, []rehearsal.Seen{seen(2, "spo2_low", alerts.Raised, high)}, 1},
		{"everything else is forbidden, also to get worse", scenario.Scenario{ForbidOthers: true}, []rehearsal.Seen{
			seen(2, "spo2_low", alerts.Raised, low), seen(3, "spo2_low", alerts.Escalated, high),
			seen(4, "spo2_low", alerts.Updated, high), seen(5, "spo2_low", alerts.Latched, high), seen(6, "spo2_low", alerts.Reset, high),
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := rehearsal.Judge(&c.story, &rehearsal.Result{Events: c.events})
			assert.Equal(t, c.bad, v.Bad())
			assert.Equal(t, c.bad == 0, v.OK())
		})
	}
}

// One simulated hour of a room: an oximeter with 75 frames a second, a cuff every five minutes, drivers, links, alerts.
func BenchmarkHour(b *testing.B) {
	s := parse(b, "length: 1h\nactions:\n  - {at: 30s, do: cuff-start, every: 5m}\n")
	for b.Loop() {
		if _, err := rehearsal.Play(s, 1); err != nil {
			b.Fatal(err)
		}
	}
}
