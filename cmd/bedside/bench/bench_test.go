package bench_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/cmd/bedside/bench"
	"bedside/devices/devicetest/brevity"
)

var update = flag.Bool("update", false, "play all sessions and rewrite the table in alerts/DESIGN.md; read the diff")

// small is what every run of the tests plays: enough for several true events of each kind.
var small = bench.Options{Sessions: 100, Seed: 1}

// What a hundred sessions must show at least. Nothing true is missed or late, whatever the oximeter. Where it marks motion,
// nuisance stays within the goals; where it does not, the bounds are what is reached, so that it cannot get worse unseen.
func TestSmall(t *testing.T) {
	if brevity.Asked() {
		t.Skip("a hundred sessions")
	}
	r, err := bench.Run(t.Context(), small)
	require.NoError(t, err)
	t.Logf("\n%s", r)
	for _, k := range r.Kinds {
		assert.Positive(t, k.Events, "%s: no true event, so nothing is proven", k.Kind)
		assert.Zero(t, k.Missed[0], k.Kind)
		assert.LessOrEqual(t, k.Added[0], k.Hold, k.Kind)
		assert.Zero(t, k.Late, k.Kind)
	}
	for i, g := range r.Goals {
		assert.LessOrEqual(t, g.Marked, g.Most, "%s, where the oximeter marks motion", g.Text)
		assert.LessOrEqual(t, g.Reached, []float64{0, 0, 0.25, 0.65, 1.1}[i], "%s: worse than it was", g.Text)
	}
	assert.Greater(t, r.Table[1].Nuisance, 1.0, "the crowd disturbs nobody")
	assert.Greater(t, r.Table[1].Nuisance, r.Table[2].Nuisance)
}

// However many sessions are played at the same time, and in whatever order they end, the result is the same.
func TestEqualSeedsAreEqualResults(t *testing.T) {
	sessions := 12
	if brevity.Asked() {
		sessions = 5 // more than may be played at the same time
	}
	play := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		r, err := bench.Run(t.Context(), bench.Options{Sessions: sessions, Seed: 7})
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		return string(text)
	}
	assert.Equal(t, play(1), play(3))
}

func TestStopsWhenToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := bench.Run(ctx, small)
	assert.ErrorIs(t, err, context.Canceled)
}

// TestDesignHasTheTable holds the table in the design of alerts: that it is there, made by the command beside it, with every
// goal as the bench words it. Its figures are played anew with -update, which takes most of a minute.
func TestDesignHasTheTable(t *testing.T) {
	const file, begin, end = "../../../alerts/DESIGN.md", "<!-- alarm bench -->\n", "<!-- end of alarm bench -->"
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(page), begin)
	require.True(t, ok)
	got, tail, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		r, err := bench.Run(t.Context(), bench.Options{Sessions: 2000, Seed: 1})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(head+begin+"\n"+r.String()+"\n"+end+tail), 0o644))
		return
	}
	assert.Contains(t, got, "2000 sessions")
	assert.Contains(t, head, "bedside bench alarms")
	r, err := bench.Run(t.Context(), bench.Options{Sessions: 4, Seed: 1})
	require.NoError(t, err)
	for _, g := range r.Goals {
		assert.Contains(t, got, "| "+g.Text+" ")
	}
}

// BenchmarkSession is the cost of a whole session with its person, devices and all three judges.
func BenchmarkSession(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bench.Run(b.Context(), bench.Options{Sessions: 1, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAlarms plays the whole bench, all 2000 sessions, once a round.
func BenchmarkAlarms(b *testing.B) {
	var r *bench.Result
	for b.Loop() {
		var err error
		if r, err = bench.Run(b.Context(), bench.Options{Sessions: 2000, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(r.Table[0].Missed), "missed")
	b.ReportMetric(r.Table[0].Nuisance, "nuisance/h")
	b.ReportMetric(r.Table[0].Urgent, "urgent-nuisance/session")
}
