package speaker_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/sound"
	"bedside/agent/speaker"
	"bedside/alerts"
)

// booth is a player that takes as long as the sound, and notes when it was asked for what.
type booth struct {
	mu     sync.Mutex
	begun  time.Time
	heard  []string
	broken error
	stuck  bool
}

func (b *booth) play(ctx context.Context, wav []byte) error {
	b.mu.Lock()
	length := time.Duration(len(wav)-44) * time.Second / (2 * sound.Rate)
	what := length.String()
	if max(wav[2000], wav[3001]) == 0 {
		what = "silence"
	}
	b.heard = append(b.heard, time.Since(b.begun).String()+" "+what)
	broken, stuck := b.broken, b.stuck
	b.mu.Unlock()
	if broken != nil {
		return broken
	}
	if stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

func (b *booth) set(broken error, stuck bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken, b.stuck = broken, stuck
}

// take returns what was played since the last call.
func (b *booth) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	heard := b.heard
	b.heard = nil
	return heard
}

// evening runs a speaker in virtual time.
func evening(t *testing.T, do func(b *booth, s *speaker.Speaker, health func() []string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &booth{begun: time.Now()}
		var told []string
		s := speaker.New(speaker.Options{
			Play: b.play, Volume: 3, Log: slog.New(slog.DiscardHandler),
			OnHealth: func(err error) {
				if err == nil {
					told = append(told, "works")
				} else {
					told = append(told, err.Error())
				}
			},
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait() // it tries the device; without this, either that or the first order of a test comes first
		do(b, s, func() []string {
			synctest.Wait()
			out := told
			told = nil
			return out
		})
		stop()
		require.NoError(t, <-done)
	})
}

var (
	high   = sound.Voice{Occurrence: "spo2_crit-1", Priority: alerts.High}
	medium = sound.Voice{Occurrence: "hr_high-1", Priority: alerts.Medium}
)

func TestBurstsComeAgainUntilItIsSilent(t *testing.T) {
	evening(t, func(b *booth, s *speaker.Speaker, health func() []string) {
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"0s silence"}, b.take(), "it is tried before it is needed")
		assert.Equal(t, []string{"works"}, health())
		s.Sound(high, true)
		time.Sleep(14 * time.Second)
		s.Sound(high, true) // the same again
		assert.Equal(t, []string{"10s 3.4s", "16.4s 3.4s", "22.8s 3.4s"}, b.take(), "3.4 s of sound and 3 s of silence")
		assert.Equal(t, uint64(2), s.State().Bursts)
		assert.Equal(t, "spo2_crit-1", s.State().Heard)
		s.Sound(sound.Voice{}, false)
		time.Sleep(90 * time.Second)
		assert.Equal(t, []string{"24s silence", "1m24.2s silence"}, b.take(), "once a minute whether it could")
		assert.Empty(t, health())
	})
}

func TestWhatIsWorseSoundsAtOnce(t *testing.T) {
	evening(t, func(b *booth, s *speaker.Speaker, _ func() []string) {
		s.Sound(medium, true)
		time.Sleep(500 * time.Millisecond) // in the middle of its burst
		s.Sound(high, true)
		time.Sleep(time.Second)
		s.Sound(medium, true) // acknowledged, and the other goes on
		time.Sleep(time.Second)
		assert.Equal(t, []string{"0s silence", "0s 1s", "500ms 3.4s", "1.5s 1s"}, b.take()[:4])
	})
}

func TestWhatCannotBePlayedIsToldAndTriedAgain(t *testing.T) {
	evening(t, func(b *booth, s *speaker.Speaker, health func() []string) {
		b.set(errors.New("speaker: aplay: audio open error: No such file or directory"), false)
		s.Sound(high, true)
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{"speaker: aplay: audio open error: No such file or directory"}, health(), "once")
		assert.Equal(t, []string{"0s silence", "0s 3.4s", "2s 3.4s", "4s 3.4s"}, b.take(), "again and again")
		assert.Equal(t, "aplay: audio open error: No such file or directory", s.State().Why)
		assert.Empty(t, s.State().Heard)
		b.set(nil, false)
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{"works"}, health())
		b.set(nil, true)
		b.take()
		time.Sleep(20 * time.Second)
		assert.Equal(t, []string{"speaker: aplay has not ended within 6.4s"}, health(), "a program that hangs is ended")
		assert.Equal(t, uint64(3+2), s.State().Failures)
	})
}

// fake puts a program that is called aplay into the path.
func fake(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "aplay"), []byte("#!/bin/sh\n"+script), 0o755))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return dir
}

func TestAplayGetsItsArgumentsOneByOne(t *testing.T) {
	dir := t.TempDir()
	fake(t, `printf '%s\n' "$@" >`+dir+`/arguments; cat >`+dir+`/sound`)
	play, err := speaker.Aplay("plughw:CARD=PCH,DEV=0; rm -rf /")
	require.NoError(t, err)
	wav := sound.WAV(sound.Render(alerts.Low, false, sound.Rate), 1)
	require.NoError(t, play(t.Context(), wav))
	arguments, err := os.ReadFile(filepath.Join(dir, "arguments"))
	require.NoError(t, err)
	assert.Equal(t, "--quiet\n--device=plughw:CARD=PCH,DEV=0; rm -rf /\n--file-type=wav\n-\n", string(arguments))
	got, err := os.ReadFile(filepath.Join(dir, "sound"))
	require.NoError(t, err)
	assert.Equal(t, wav, got)
}

func TestAplaySaysWhyItCannot(t *testing.T) {
	fake(t, `echo "ALSA lib pcm.c:2721:(snd_pcm_open_noupdate) Unknown PCM" >&2; echo "aplay: main:831: audio open error: No such file or directory" >&2; exit 1`)
	play, err := speaker.Aplay("nowhere")
	require.NoError(t, err)
	require.EqualError(t, speaker.Try(t.Context(), play), "speaker: aplay: audio open error: No such file or directory")
	fake(t, `exit 3`)
	play, err = speaker.Aplay("default")
	require.NoError(t, err)
	require.EqualError(t, speaker.Try(t.Context(), play), "speaker: aplay: exit status 3")
}

func TestNoAplayIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := speaker.Aplay("default")
	require.ErrorIs(t, err, speaker.ErrNoAplay)
}
