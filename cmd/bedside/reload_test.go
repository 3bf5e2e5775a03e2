package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/alive"
)

// theatre runs configurations that are words, and notes which of them run.
type theatre struct {
	hangups chan os.Signal
	file    string // what a reload reads
	why     string // why a restart would hurt
	log     lines
	played  lines
	told    lines // to the service manager
	stop    context.CancelFunc
	ended   chan error
}

// lines are written by one goroutine and read by another.
type lines struct {
	mu   sync.Mutex
	list []string
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, line)
}

// Write takes a line of a log.
func (l *lines) Write(line []byte) (int, error) {
	l.add(string(line))
	return len(line), nil
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

var (
	errStage   = errors.New("the stage is missing")
	errCurtain = errors.New("the curtain fell")
)

// play runs one; its first word says how it goes.
func (h *theatre) play(ctx context.Context, play string, notify alive.Notify, begun func(busy)) error {
	h.played.add(play)
	how, _, _ := strings.Cut(play, " ")
	if how == "unplayable" {
		return errStage
	}
	if how == "slow" {
		select {
		case <-ctx.Done():
			return fmt.Errorf("rehearsal: %w", ctx.Err())
		case <-time.After(time.Minute):
		}
	}
	begun(func(context.Context) string { return h.why })
	if err := notify("READY=1"); err != nil {
		return err
	}
	switch how {
	case "short":
		return errors.Join(errCurtain, notify("STOPPING=1"))
	case "fair":
		time.Sleep(trial)
		return errors.Join(errCurtain, notify("STOPPING=1"))
	}
	<-ctx.Done()
	var err error
	if how == "stuck" {
		time.Sleep(5 * time.Second)
		err = errCurtain
	}
	return errors.Join(err, notify("STOPPING=1"))
}

// begin plays until stop is called, or the test is over.
func (h *theatre) begin(t *testing.T, first string) {
	t.Helper()
	var ctx context.Context
	ctx, h.stop = context.WithCancel(t.Context())
	h.file = first
	h.hangups, h.ended = make(chan os.Signal, 1), make(chan error, 1)
	r := reloads[string]{
		log: slog.New(slog.NewTextHandler(&h.log, nil)), hangups: h.hangups,
		notify: func(state string) error {
			first, _, _ := strings.Cut(state, "\n")
			h.told.add(first)
			return nil
		},
		load: func() (string, error) {
			if h.file == "bad" {
				return "", errors.New("file:1:1: not a play")
			}
			return h.file, nil
		},
		run: h.play,
	}
	go func() { h.ended <- r.watch(ctx) }()
	synctest.Wait()
}

// hangup has the file say what it says, and asks for a reload.
func (h *theatre) hangup(file string) {
	h.file = file
	h.hangups <- syscall.SIGHUP
	synctest.Wait()
}

// watched checks that somebody is still watched over.
func (h *theatre) watched(t *testing.T) {
	t.Helper()
	select {
	case err := <-h.ended:
		t.Fatalf("nobody is watched over any more: %v", err)
	default:
	}
}

// end asks for the end, which comes and is no failure.
func (h *theatre) end(t *testing.T) {
	t.Helper()
	h.stop()
	require.NoError(t, <-h.ended)
}

func TestReload(t *testing.T) {
	for name, c := range map[string]struct {
		first, file, why string
		played           []string
		says             string
	}{
		"the new one runs":                   {first: "old", file: "new", played: []string{"old", "new"}, says: "beginning anew"},
		"the same one begins anew":           {first: "old", file: "old", played: []string{"old", "old"}, says: "beginning anew"},
		"a bad one is refused":               {first: "old", file: "bad", played: []string{"old"}, says: "file:1:1: not a play"},
		"a moment that hurts is refused":     {first: "old", file: "new", why: "a session runs", played: []string{"old"}, says: "a session runs"},
		"what does not run gives way":        {first: "old", file: "unplayable", played: []string{"old", "unplayable", "old"}, says: "the stage is missing"},
		"what fails as it begins gives way":  {first: "old", file: "short", played: []string{"old", "short", "old"}, says: "the curtain fell"},
		"what does not end well has an heir": {first: "stuck", file: "new", played: []string{"stuck", "new"}, says: "did not end well"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := theatre{why: c.why}
				h.begin(t, c.first)
				h.hangup(c.file)
				time.Sleep(5 * time.Second) // a stop may take as long
				synctest.Wait()
				assert.Equal(t, c.played, h.played.all())
				assert.Contains(t, strings.Join(h.log.all(), ""), c.says)
				h.watched(t)
				h.end(t)
			})
		})
	}
}

func TestReloadsFollowEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h theatre
		h.begin(t, "a")
		for _, file := range []string{"b", "unplayable", "bad", "c"} {
			h.hangup(file)
		}
		assert.Equal(t, []string{"a", "b", "unplayable", "b", "c"}, h.played.all())
		h.end(t)
	})
}

// Two within their trial give way one after the other, to the one that had stood it.
func TestGoingBackEndsAtWhatStoodItsTrial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h theatre
		h.begin(t, "a")
		time.Sleep(trial)
		h.hangup("b")
		h.hangup("short c")
		h.hangup("fair d")
		time.Sleep(trial)
		require.ErrorIs(t, <-h.ended, errCurtain, "what had stood its trial fails like any other")
		assert.Equal(t, []string{"a", "b", "short c", "b", "fair d"}, h.played.all())
	})
}

// The service manager takes a program that says that it stops for one that ends, and kills what goes on.
func TestAServiceManagerHearsNoStopOfWhatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h theatre
		h.begin(t, "old")
		h.hangup("short")
		h.hangup("new")
		assert.Equal(t, []string{"READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1"}, h.told.all())
		h.end(t)
		assert.Equal(t, "STOPPING=1", h.told.all()[7])
		assert.Equal(t, []string{"old", "short", "old", "new"}, h.played.all())
	})
}

// A reload that is asked for while something begins, or while it gives way to another, is not forgotten.
func TestAReloadWaitsUntilAllRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h theatre
		h.begin(t, "stuck")
		h.hangup("slow")
		h.hangup("newest") // while the first stops
		assert.Equal(t, []string{"stuck"}, h.played.all())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"stuck", "slow"}, h.played.all(), "it begins")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"stuck", "slow", "newest"}, h.played.all())
		h.end(t)
	})
}

// What was asked for before the configuration was read at all needs no restart.
func TestAReloadBeforeTheFirstReadingIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangups := make(chan os.Signal, 1)
		hangups <- syscall.SIGHUP
		ctx, stop := context.WithCancel(t.Context())
		runs := 0
		r := reloads[int]{
			log: slog.New(slog.DiscardHandler), hangups: hangups, load: func() (int, error) { return 1, nil },
			run: func(ctx context.Context, _ int, _ alive.Notify, begun func(busy)) error {
				runs++
				begun(nil)
				<-ctx.Done()
				return nil
			},
		}
		time.AfterFunc(time.Hour, stop)
		require.NoError(t, r.watch(ctx))
		assert.Equal(t, 1, runs)
	})
}

// Whoever asks for the end gets it at any moment of a reload, and it is no failure.
func TestTheEndIsNoFailureAtAnyMomentOfAReload(t *testing.T) {
	for name, c := range map[string]struct {
		first, file string
		after       time.Duration // of the reload
		played      []string
		err         error
	}{
		"while the first begins":                   {first: "slow", file: "new", played: []string{"slow"}},
		"while the old one stops":                  {first: "stuck", file: "new", played: []string{"stuck"}, err: errCurtain},
		"while the new one begins":                 {first: "old", file: "slow", played: []string{"old", "slow"}},
		"while the new one is on its trial":        {first: "old", file: "new", after: time.Second, played: []string{"old", "new"}},
		"while the old one begins again":           {first: "slow", file: "unplayable", after: time.Minute, played: []string{"slow", "unplayable", "slow"}},
		"when the new one has given way for hours": {first: "old", file: "short", after: time.Hour, played: []string{"old", "short", "old"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h theatre
				h.begin(t, c.first)
				h.hangup(c.file)
				time.Sleep(c.after)
				synctest.Wait()
				h.stop()
				require.ErrorIs(t, <-h.ended, c.err)
				assert.Equal(t, c.played, h.played.all())
			})
		})
	}
}

func TestWhatNeverRanEndsTheProgram(t *testing.T) {
	for play, want := range map[string]error{"unplayable": errStage, "short": errCurtain} {
		synctest.Test(t, func(t *testing.T) {
			var h theatre
			h.begin(t, play)
			require.ErrorIs(t, <-h.ended, want)
		})
	}
}

// A monitor that does not say whether a session runs is given a moment, and taken for one in a session.
func TestSilenceIsASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := time.Now()
		silent := busy(func(ctx context.Context) string {
			<-ctx.Done()
			return "it is not known whether a session runs"
		})
		r := reloads[string]{log: slog.New(slog.DiscardHandler), load: func() (string, error) { return "new", nil }}
		_, err := r.grant(t.Context(), silent)
		require.ErrorContains(t, err, "not known")
		assert.Equal(t, busyWait, time.Since(asked))
	})
}
