package agent_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
)

// speaking starts an agent whose room has a speaker, with those programs in the path, and returns how its state is asked for.
func speaking(t *testing.T, programs string) (agent.Running, func(what string, is func(*wire.Status) bool) wire.Status) {
	t.Helper()
	t.Setenv("PATH", programs)
	dir := t.TempDir()
	c, err := config.Parse("bedside.yaml", []byte(configText(dir, embedded(dir))+"sound: {command: aplay, device: front}\n"))
	require.NoError(t, err)
	r, _ := run(t, c, pace.New(1))
	return r, func(what string, is func(*wire.Status) bool) (s wire.Status) {
		t.Helper()
		require.Eventually(t, func() bool {
			reply := r.Command(t.Context(), wire.ViaPage, wire.VerbSnapshot, []byte(`{}`))
			s = wire.Status{}
			require.NoError(t, json.Unmarshal(reply.Data, &s))
			return is(&s)
		}, patience, 20*time.Millisecond, what)
		return s
	}
}

func mute(s *wire.Status) string {
	for i := range s.Alerts {
		if s.Alerts[i].Condition == "room_sound_failed" {
			return s.Alerts[i].Text
		}
	}
	return ""
}

func TestSpeakerOfTheRoom(t *testing.T) {
	programs := t.TempDir()
	write := func(script string) {
		require.NoError(t, os.WriteFile(filepath.Join(programs, "aplay"), []byte("#!/bin/sh\n"+script), 0o755))
	}
	write("echo 'aplay: main:831: audio open error: No such file or directory' >&2; exit 1")
	r, until := speaking(t, programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	s := until("a speaker that fails is an alert before it is needed", func(s *wire.Status) bool { return mute(s) != "" })
	assert.Equal(t, "The speaker of room-1 cannot be played (aplay: audio open error: No such file or directory). The room stays silent when nobody outside reacts.", mute(&s))
	assert.Equal(t, wire.SpeakerFailing, s.Sound.Speaker)

	write("exec cat >/dev/null")
	s = until("it is tried again", func(s *wire.Status) bool { return s.Sound.Speaker == wire.SpeakerReady })
	assert.Empty(t, s.Sound.Why)
	until("and the alert is over", func(s *wire.Status) bool { return mute(s) == "" })
	resp, err := http.Get(r.Console + "/metrics") //nolint:noctx // a test
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Contains(t, string(body), "\nbedside_room_sound_failing 0\n")
	assert.NotContains(t, string(body), "\nbedside_room_sound_failures_total 0\n")

	page := func(sign string) {
		resp, err := http.Post(r.Console+"/api/v1/screen", "application/json", strings.NewReader(sign)) //nolint:noctx // a test
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	page(`{"id":"a","visible":true,"sound":true}`)
	page(`{"id":"b","visible":true,"sound":false}`)
	until("a page says that it can be heard", func(s *wire.Status) bool { return s.Sound.Pages == 1 })
	page(`{"id":"a","visible":true,"sound":false}`)
	until("and that it cannot", func(s *wire.Status) bool { return s.Sound.Pages == 0 })
}

func TestRoomWithoutAplayIsWatchedAndSaysSo(t *testing.T) {
	_, until := speaking(t, t.TempDir())
	s := until("an alert", func(s *wire.Status) bool { return mute(s) != "" })
	assert.Contains(t, mute(&s), "aplay is not installed: install alsa-utils")
	assert.Equal(t, wire.SpeakerFailing, s.Sound.Speaker)
}
