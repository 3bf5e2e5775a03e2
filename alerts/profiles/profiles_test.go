package profiles_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
	"bedside/devices"
)

var update = flag.Bool("update", false, "rewrite the messages in testdata; read the diff")

var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// TestFiles reads testdata/*.yaml as a site's profiles and compares what is said of them with the .txt beside.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			p, expired, err := profiles.Parse(filepath.Base(file), text, today)
			var got string
			if err != nil {
				var all document.Errors
				require.True(t, errors.As(err, &all), "%T", err)
				got = err.Error() + "\n"
			} else {
				got = fmt.Sprintf("%s, approved by %q, expired: %v\n", p.Word(), p.ApprovedBy, expired)
			}
			require.Equal(t, strings.HasPrefix(name, "good-"), err == nil, got)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func shipped(t *testing.T, id string) *profiles.Profile {
	t.Helper()
	p, ok := profiles.Find(id)
	require.True(t, ok, id)
	return p
}

func TestShippedProfilesAreWholeAndNobodyApprovedThem(t *testing.T) {
	hashes := map[string]string{}
	for _, p := range profiles.Shipped() {
		_, err := alerts.New(p.Conditions())
		require.NoError(t, err, p.ID)
		assert.False(t, p.Approved(), p.ID)
		assert.Empty(t, p.ApprovedAt)
		assert.NotEmpty(t, p.Title)
		assert.Len(t, p.Hash(), 64)
		assert.Empty(t, hashes[p.Hash()], "two profiles with one hash")
		hashes[p.Hash()] = p.ID
		again := shipped(t, p.ID)
		assert.Equal(t, p.Hash(), again.Hash())
		assert.NotEmpty(t, p.Discharge.Ticks)
		for _, c := range p.Conditions() {
			assert.NotEmpty(t, c.Source, c.ID)
			assert.NotEmpty(t, c.Title, c.ID)
		}
	}
	assert.Equal(t, []string{"spravato", "iv-ketamine", "im-ketamine", "sublingual-ketamine", "conservative"}, profiles.Names())
	_, ok := profiles.Find("common")
	assert.False(t, ok, "the common rules are no profile")
}

// The numbers of profiles.md section 5.6, side by side.
func TestShippedNumbersAreThoseOfThePage(t *testing.T) {
	type row struct {
		elev, surge, severe, extreme [2]int
		pulse                        [2]int // medium, high
		oxygen                       [3]int // low, medium, high
		observe                      []time.Duration
		persist                      time.Duration
	}
	usual := row{
		elev: [2]int{160, 100}, surge: [2]int{40, 25}, severe: [2]int{180, 110}, extreme: [2]int{200, 120},
		pulse: [2]int{120, 150}, oxygen: [3]int{92, 90, 85},
	}
	with := func(r row, persist time.Duration, observe ...time.Duration) row {
		r.persist, r.observe = persist, observe
		return r
	}
	strict := with(usual, 90*time.Minute, 180*time.Minute)
	strict.elev, strict.surge, strict.pulse[0], strict.oxygen = [2]int{150, 95}, [2]int{30, 20}, 110, [3]int{94, 92, 85}
	want := map[string]row{
		"spravato":            with(usual, 120*time.Minute, 120*time.Minute),
		"iv-ketamine":         with(usual, 90*time.Minute, 60*time.Minute, 120*time.Minute),
		"im-ketamine":         with(usual, 90*time.Minute, 120*time.Minute),
		"sublingual-ketamine": with(usual, 120*time.Minute, 120*time.Minute),
		"conservative":        strict,
	}
	for _, p := range profiles.Shipped() {
		limit := func(rule string, i int) int {
			l, ok := p.Limit(rule)
			require.True(t, ok, rule)
			if l.Bounds[i].Delta.Value > 0 {
				return l.Bounds[i].Delta.Value
			}
			return l.Bounds[i].Limit.Value
		}
		pair := func(rule string) [2]int { return [2]int{limit(rule, 0), limit(rule, 1)} }
		got := row{
			elev: pair("bp_elev"), surge: pair("bp_surge"), severe: pair("bp_severe"), extreme: pair("bp_extreme"),
			pulse:   [2]int{limit("hr_high", 0), limit("hr_xhigh", 0)},
			oxygen:  [3]int{limit("spo2_drift", 0), limit("spo2_low", 0), limit("spo2_crit", 0)},
			persist: p.Persist.At.Value,
		}
		for _, o := range p.Observe {
			got.observe = append(got.observe, o.Least.Value)
		}
		assert.Equal(t, want[p.ID], got, p.ID)
		assert.Equal(t, p.ID == "conservative", p.Predose.Hard, p.ID)
		severe, _ := p.Limit("bp_severe")
		assert.Equal(t, p.ID == "conservative", severe.Priority == alerts.High, "%s: severe is high at once only here", p.ID)
	}
}

// Without a session the conditions of a profile are those that the agent has always had: the absolute limits.
func TestWithoutASessionOnlyAbsoluteLimitsJudge(t *testing.T) {
	e, err := alerts.New(shipped(t, "iv-ketamine").Conditions())
	require.NoError(t, err)
	now := today
	for s := range 120 {
		now = now.Add(time.Second)
		r := &devices.Reading{Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: 119}, {Vital: devices.SpO2, Value: 92}}}
		assert.Empty(t, e.Step(now, alerts.Observed{Device: "oximeter", Reading: r}), "second %d", s)
	}
}

func TestForRoute(t *testing.T) {
	for route, want := range map[string]string{
		"intranasal": "spravato", "iv": "iv-ketamine", "im": "im-ketamine", "sublingual": "sublingual-ketamine", "oral": "sublingual-ketamine",
	} {
		got, ok := profiles.ForRoute(route)
		assert.True(t, ok)
		assert.Equal(t, want, got, route)
		assert.Contains(t, shipped(t, want).Routes, route)
	}
	for _, p := range profiles.Shipped() {
		for _, route := range p.Routes {
			if route != "any" {
				got, _ := profiles.ForRoute(route)
				assert.Equal(t, p.ID, got, route)
			}
		}
	}
	_, ok := profiles.ForRoute("telepathy")
	assert.False(t, ok)
}

func TestAHashIsAboutContent(t *testing.T) {
	site := func(text string) *profiles.Profile {
		p, _, err := profiles.Parse("site.yaml", []byte(text), today)
		require.NoError(t, err)
		return p
	}
	a := site("id: ours\nversion: 1\nextends: iv-ketamine\nlimits:\n  - rule: hr_high\n    hold: 20s\n")
	b := site("# another layout\nextends: iv-ketamine\nversion: 1\nlimits:\n- {rule: hr_high, hold: 20s}\nid: ours\n")
	c := site("id: ours\nversion: 1\nextends: iv-ketamine\nlimits:\n  - rule: hr_high\n    hold: 21s\n")
	assert.Equal(t, a.Hash(), b.Hash())
	assert.NotEqual(t, a.Hash(), c.Hash())
	assert.Equal(t, "ours@1", a.Word())
}

func TestALeaveThatRanOutBringsTheNumberBack(t *testing.T) {
	text, err := os.ReadFile("testdata/good-loosened.yaml")
	require.NoError(t, err)
	hold := func(day time.Time) (time.Duration, []string) {
		p, expired, err := profiles.Parse("site.yaml", text, day)
		require.NoError(t, err)
		l, _ := p.Limit("hr_high")
		return l.Hold.Value, expired
	}
	d, expired := hold(today)
	assert.Equal(t, 45*time.Second, d)
	assert.Empty(t, expired)
	last := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	d, _ = hold(last)
	assert.Equal(t, 45*time.Second, d, "the last day counts")
	d, expired = hold(last.Add(2 * time.Hour))
	assert.Equal(t, 30*time.Second, d)
	assert.Equal(t, []string{"limits.hr_high.hold"}, expired)
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, _, err := profiles.Parse("fuzz.yaml", text, today)
		if err != nil {
			var all document.Errors
			require.ErrorAs(t, err, &all)
			return
		}
		_, err = alerts.New(p.Conditions())
		require.NoError(t, err, "what is valid can be watched by")
	})
}

// How far a session may change its limits stands in the data: looser nowhere where an alert is high at once or follows the
// baseline, and nowhere beyond the next more urgent limit. It is not in the hash, so that a record of before knows its profile.
func TestShippedLeaveToChangeLimits(t *testing.T) {
	for _, p := range append(profiles.Shipped(), profiles.BuiltIn()) {
		adjustable := 0
		for _, c := range p.Conditions() {
			for _, b := range c.Bounds {
				if b.Adjust.Loose != 0 {
					adjustable++
				}
				assert.False(t, c.Priority == alerts.High && (b.Adjust.Loose != 0 || b.Adjust.End != 0), "%s %s", p.ID, c.ID)
				assert.False(t, c.ID == "bp_severe" && b.Adjust != (alerts.Adjust{}), p.ID)
				assert.Zero(t, b.Adjust.Tight, "%s %s: tighter is free", p.ID, c.ID)
			}
			assert.False(t, c.Priority == alerts.High && c.AdjustHold != (alerts.Adjust{}), "%s %s", p.ID, c.ID)
		}
		assert.Greater(t, adjustable, 5, p.ID)
	}
	text := "id: ours\nversion: 1\nextends: iv-ketamine\nlimits:\n  - rule: hr_rise\n"
	narrow, _, err := profiles.Parse("ours.yaml", []byte(text+"    adjust_hold:\n      max: 90s [ENG]\n"), today)
	require.NoError(t, err)
	wide, _, err := profiles.Parse("ours.yaml", []byte(text+"    adjust_hold:\n      max: 2m [ENG]\n"), today)
	require.NoError(t, err)
	assert.Equal(t, narrow.Hash(), wide.Hash())
}

// TestConditionIDsAreThoseOfTheFiles holds the list of words against everything that the profiles say.
func TestConditionIDsAreThoseOfTheFiles(t *testing.T) {
	var want []string
	for _, p := range append(profiles.Shipped(), profiles.BuiltIn()) {
		for _, c := range p.Conditions() {
			want = append(want, c.ID)
		}
	}
	slices.Sort(want)
	assert.Equal(t, slices.Compact(want), profiles.ConditionIDs())
}
