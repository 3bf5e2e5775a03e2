package agent_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/cmd/bedside/chaos"
)

// Every part around two rooms is killed, frozen, cut, pulled or filled once, and afterwards nothing is missing. The long form
// is bedside bench chaos; what counts is in cmd/bedside/chaos/DESIGN.md. It takes two thirds of a minute of real time.
func TestChaos(t *testing.T) {
	wholeAgent(t)
	binary := filepath.Join(t.TempDir(), "bedside")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/bedside").CombinedOutput()
	require.NoError(t, err, string(out))
	dir, err := os.MkdirTemp("", "bedside-chaos-") // the evidence must outlive the test
	require.NoError(t, err)
	r, err := chaos.Run(t.Context(), chaos.Options{Binary: binary, Dir: dir, Seed: 1, Short: true, Say: t.Logf})
	require.NoError(t, err, "evidence: %s", dir)
	t.Log("\n", r)
	if !r.OK() { // the folder may be gone with the computer that ran the test
		for _, file := range []string{"station/station.log", "room-1/witness.txt", "room-2/witness.txt"} {
			text, err := os.ReadFile(filepath.Join(dir, file))
			t.Logf("%s %v\n%s", file, err, text)
		}
	}
	require.True(t, r.OK(), "evidence: %s", dir)
	require.NoError(t, os.RemoveAll(dir))
	// A run in which nothing happened would prove nothing.
	assert.Subset(t, slices.Collect(maps.Keys(r.Kills)), []string{"agent", "nats", "station", "device"})
	assert.Positive(t, r.Crossings)
	assert.Positive(t, r.Announceable)
	assert.Positive(t, r.SilencesTold)
	assert.Positive(t, r.Bridged)
	assert.Positive(t, r.Readings)
}
