package agent_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/devices/capture"
	"bedside/devices/catalog"
	"bedside/simulators"
)

// What the ring kept makes the same readings again: all that were published are in the replay, in their order, across a
// pulled cable and with the cuff's order.
func TestTheRingReplaysWhatWasPublished(t *testing.T) {
	wholeAgent(t)
	dir, who, clock := t.TempDir(), newPerson(), pace.New(4) // a cuff cycle takes half a minute; the faster, the sooner a busy computer is later than a replay forgives
	port := plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	c, err := config.Parse("bedside.yaml", []byte(configText(dir, embedded(dir))+"capture: {folder: "+dir+"/capture}\n"))
	require.NoError(t, err)
	r, stop := run(t, c, clock)
	ear := listen(t, r.NATS)

	at := 0
	for _, rate := range []float64{72, 90, 60} {
		who.set(func(v *simulators.Vitals) { v.PulseRate = rate })
		_, at = ear.wait(at, "the pulse rate", ".reading.oximeter", func(b map[string]any) bool { v, _ := value(b, "pulse_rate"); return v == rate })
	}
	ear.startCuff()
	_, at = ear.wait(at, "the cuff's result", ".reading.cuff", func(b map[string]any) bool { _, ok := value(b, "systolic"); return ok })
	require.NoError(t, port.Unplug())
	_, at = ear.alert(at, "serial_lost", "raised")
	require.NoError(t, port.Plug())
	ear.wait(at, "a value again", ".reading.oximeter", func(b map[string]any) bool { _, ok := value(b, "spo2"); return ok })
	_, page := get(t, r.Console+"/metrics")
	assert.Contains(t, page, "bedside_capture_failing 0")
	assert.Contains(t, page, "bedside_capture_lost_bytes_total 0")
	stop()

	for name, driver := range map[string]string{"oximeter": "nonin", "cuff": "suntech"} {
		replayed, notes := replay(t, filepath.Join(dir, "capture", name), driver)
		next, published := 0, 0
		for _, h := range ear.snapshot() {
			if h.body["device"] != name || h.body["driver"] == nil || h.body["absent"] == nil && h.body["values"] == nil {
				continue
			}
			published++
			want := telling(t, h.body["values"], h.body["absent"], h.body["flags"])
			for next < len(replayed) && replayed[next] != want {
				next++
			}
			require.Less(t, next, len(replayed), "%s: published and not replayed: %s", name, want)
			next++
		}
		assert.Positive(t, published)
		if name == "cuff" {
			assert.Contains(t, notes, "order cuff-start")
		} else {
			assert.Contains(t, notes, "port opened 9600-8N1")
		}
	}
}

// telling is what two readings have in common that say the same.
func telling(t *testing.T, values, absent, flags any) string {
	t.Helper()
	b, err := json.Marshal([]any{values, absent, flags})
	require.NoError(t, err)
	var plain any
	require.NoError(t, json.Unmarshal(b, &plain))
	b, err = json.Marshal(plain) // with keys in one order
	require.NoError(t, err)
	return string(b)
}

// replay plays all files of a ring and returns its readings and what else was to say.
func replay(t *testing.T, folder, name string) (readings, notes []string) {
	t.Helper()
	driver, ok := catalog.Find(name)
	require.True(t, ok)
	player := capture.NewPlayer(driver, func(e capture.Entry) {
		for i := range e.Readings {
			payload := wire.NewReading(wire.Header{}, "x", name, &e.Readings[i])
			var body map[string]any
			b, err := json.Marshal(payload)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(b, &body))
			readings = append(readings, telling(t, body["values"], body["absent"], body["flags"]))
		}
		notes = append(notes, e.Notes...)
	})
	files, err := filepath.Glob(filepath.Join(folder, "*.hex"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		text, err := os.Open(path)
		require.NoError(t, err)
		r, err := capture.NewReader(path, text)
		require.NoError(t, err)
		assert.Equal(t, name, r.Header().Driver)
		require.NoError(t, player.Begin(r.Header()))
		for {
			e, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			require.NoError(t, player.Play(e))
		}
		require.NoError(t, text.Close())
	}
	player.End()
	assert.Positive(t, player.Totals().Frames)
	return readings, notes
}
