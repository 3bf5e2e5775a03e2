package agent_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/record"
	"bedside/agent/wire"
)

// Every start of a room is in the record with the configuration that it goes by, and with what was changed.
func TestWhatTheConfigurationWasIsRecorded(t *testing.T) {
	dir := t.TempDir()
	first := configText(dir, embedded(dir))
	second := strings.Replace(strings.Replace(first, "hr_xhigh: {hold: 0s, clear_hold: 0s}", "hr_xhigh: {hold: 5s}", 1), "room-1", "room-2", 1)
	second = strings.Replace(second, "record.db}", "record.db, keep: 60d}", 1)
	for _, text := range []string{first, first, second} {
		c, err := config.Parse("bedside.yaml", []byte(text))
		require.NoError(t, err)
		_, stop := run(t, c, pace.New(1))
		stop()
	}
	r, err := record.OpenReader(t.Context(), filepath.Join(dir, "record.db"))
	require.NoError(t, err)
	events, err := r.Events(t.Context(), 0, 1000)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	var told []wire.Session
	for _, e := range events {
		var s wire.Session
		require.NoError(t, json.Unmarshal(e.Payload, &s))
		if s.Event == wire.EventConfiguration {
			told = append(told, s)
			assert.Equal(t, wire.EventAgentStarted, after(t, events, e.Seq).Event, "it is the first event of a run")
		}
	}
	require.Len(t, told, 3)
	hash := func(i int) string {
		word := strings.Fields(told[i].Text)[1]
		assert.Len(t, word, 64+len(":"))
		return word
	}
	assert.Equal(t, "Configuration "+hash(0)+" the first start with this record", told[0].Text)
	assert.Equal(t, "Configuration "+hash(0)+" the same as at the last start", told[1].Text)
	assert.NotEqual(t, hash(0), hash(2))
	assert.Contains(t, told[2].Text, hash(2)+" since the last start, limits.hr_xhigh.clear_hold was 0s and is left out now; "+
		"limits.hr_xhigh.hold was 0s and is 5s now; ")
	assert.Contains(t, told[2].Text, "; record.keep is 60d now; room was room-1 and is room-2 now")
}

func after(t *testing.T, events []record.Event, seq uint64) (s wire.Session) {
	t.Helper()
	for _, e := range events {
		if e.Seq == seq+1 {
			require.NoError(t, json.Unmarshal(e.Payload, &s))
		}
	}
	return s
}
