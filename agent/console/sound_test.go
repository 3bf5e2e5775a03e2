package console_test

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/sound"
	"bedside/alerts"
)

// modules puts the page's modules where node takes them for what they are, and returns node and the folder.
func modules(t *testing.T) (node, dir string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed (Debian package nodejs): sounds and the page's reckoning are not checked")
	}
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "assets"), os.DirFS("assets")))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS("testdata")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600))
	return node, dir
}

// The parts of the page that draw and play nothing are looked at where JavaScript runs without a page: samples of every sound,
// which alert sounds, what the board makes of events.
func TestModulesWithoutAPage(t *testing.T) {
	node, dir := modules(t)
	tests, err := filepath.Glob(filepath.Join(dir, "testdata", "*.test.mjs"))
	require.NoError(t, err)
	require.NotEmpty(t, tests)
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--test"}, tests...)...).CombinedOutput() //nolint:gosec // our own files
	assert.NoError(t, err, "%s", out)
}

// The speaker of a room and the pages play the same: every burst is rendered twice, and compared sample by sample.
func TestSoundsOfThePageAreThoseOfTheSpeaker(t *testing.T) {
	node, dir := modules(t)
	out, err := exec.CommandContext(t.Context(), node, filepath.Join(dir, "testdata", "sound", "render.mjs"), strconv.Itoa(sound.Rate), dir).CombinedOutput() //nolint:gosec // our own file
	require.NoError(t, err, "%s", out)
	for _, priority := range []alerts.Priority{alerts.High, alerts.Medium, alerts.Low} {
		burst, _ := sound.BurstOf(priority)
		var score struct {
			Starts        []float64
			Pulse, Period float64
		}
		text, err := os.ReadFile(filepath.Join(dir, priority.String()+".json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &score))
		starts := burst.Starts()
		require.Len(t, score.Starts, len(starts))
		for i, start := range starts {
			assert.InDelta(t, start.Seconds(), score.Starts[i], 1e-9)
		}
		assert.InDelta(t, burst.Pulse.Seconds(), score.Pulse, 1e-9)
		assert.InDelta(t, burst.Period().Seconds(), score.Period, 1e-9)
		for _, technical := range []bool{false, true} {
			name := priority.String() + "-" + strconv.FormatBool(technical)
			page, ours := floats(t, filepath.Join(dir, name)), sound.Render(priority, technical, sound.Rate)
			require.Greater(t, len(page), len(ours), "the page's has the silence behind it")
			differ := 0
			for i, x := range page {
				y := float32(0)
				if i < len(ours) {
					y = ours[i]
				}
				if d := x - y; d > 1e-5 || d < -1e-5 {
					differ++
				}
			}
			assert.Zero(t, differ, "samples of %s that differ", name)
		}
	}
}

func floats(t *testing.T, file string) []float32 {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	info, err := f.Stat()
	require.NoError(t, err)
	out := make([]float32, info.Size()/4)
	require.NoError(t, binary.Read(f, binary.LittleEndian, out))
	require.NoError(t, f.Close())
	return out
}

// What a room sounds is decided twice, by the agent for its speaker and by the page for itself; testdata/sound/room.json holds both.
func TestRoomSoundsWhenItIsCalled(t *testing.T) {
	var cases []struct {
		It, Sounds    string
		Alone, Always bool
		Alerts        []struct {
			ID, Priority, Signal    string
			Technical, Acknowledged bool
			Called                  []string
		}
	}
	text, err := os.ReadFile("testdata/sound/room.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &cases))
	signals := map[string]alerts.Signal{}
	for s := alerts.SignalOn; s <= alerts.SignalOff; s++ {
		signals[s.String()] = s
	}
	for _, c := range cases {
		var active []alerts.Alert
		for _, a := range c.Alerts {
			kind := alerts.Physiological
			if a.Technical {
				kind = alerts.Technical
			}
			priority, ok := alerts.ParsePriority(a.Priority)
			require.True(t, ok, a.Priority)
			active = append(active, alerts.Alert{
				Occurrence: a.ID, Condition: strings.TrimSuffix(a.ID, "-1"), Priority: priority, Kind: kind, State: alerts.Active,
				Signal: signals[cmp.Or(a.Signal, "on")], Acknowledged: a.Acknowledged, Called: a.Called,
			})
		}
		voice, _ := sound.Pick(sound.InRoom(active, sound.Alerter{Always: c.Always, Alone: c.Alone}))
		assert.Equal(t, c.Sounds, voice.Occurrence, c.It)
	}
}
