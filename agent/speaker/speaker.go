package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"bedside/agent/alive"
	"bedside/agent/sound"
)

// Times; our choice.
const (
	tryEvery  = time.Minute            // whether it could sound, while it does not
	tryLength = 200 * time.Millisecond // of the silence that is played for it
	slack     = 3 * time.Second        // how much longer than its sound aplay may take: it opens the device and empties its buffer
	again     = 2 * time.Second        // after a failure: no silence of an alarm is longer than it has to be
)

// Options say what plays and who is told. Play, OnHealth and Log are needed.
type Options struct {
	Play   Player
	Volume int // 1 to 3; see [sound.Volumes]
	// OnHealth is told after the first attempt, and when it has changed, whether it could be played: nil, or why not. It is
	// called from the goroutine of Run.
	OnHealth func(err error)
	Log      *slog.Logger
	Life     *alive.Loop // told of every turn of Run; nil: nobody watches
}

// Speaker is one speaker. Sound and State may be called from any goroutine, Run once.
type Speaker struct {
	o    Options
	wake chan struct{} // what sounds has changed

	mu    sync.Mutex
	voice sound.Voice
	on    bool
	state State
}

// State is what is known of a speaker. Bursts and Failures only grow.
type State struct {
	Tried    bool   // once at least
	Why      string // the last attempt failed; empty: it did not
	Heard    string // occurrence whose burst was played last, from its beginning to its end
	Bursts   uint64 // played from beginning to end
	Failures uint64 // attempts that failed, with sound or without
}

// New returns a speaker that is silent.
func New(o Options) *Speaker { return &Speaker{o: o, wake: make(chan struct{}, 1)} }

// Sound says what sounds from now on: a voice, or with on false silence. It never blocks. The same one again changes nothing.
func (s *Speaker) Sound(v sound.Voice, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on == on && (!on || s.voice == v) {
		return
	}
	s.voice, s.on = v, on
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// wanted returns what is to sound, and takes back the sign that it has changed.
func (s *Speaker) wanted() (sound.Voice, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.wake:
	default:
	}
	return s.voice, s.on
}

// State returns what is known now.
func (s *Speaker) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run plays until ctx ends, and returns nil.
func (s *Speaker) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		v, on := s.wanted()
		timer := time.NewTimer(s.turn(ctx, v, on))
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// turn plays one burst, or tries whether it could, and returns how long it is then silent.
func (s *Speaker) turn(ctx context.Context, v sound.Voice, on bool) time.Duration {
	wav, length, rest := silence(), tryLength, tryEvery
	if on {
		burst, ok := sound.BurstOf(v.Priority)
		if !ok {
			return tryEvery
		}
		wav, length, rest = sound.WAV(sound.Render(v.Priority, v.Technical, sound.Rate), s.o.Volume), burst.Length(), burst.Rest
	}
	s.o.Life.Turn(length + slack + lastBreath + rest)
	begun := time.Now()
	err := s.play(ctx, wav, length+slack)
	if errors.Is(err, errChanged) || ctx.Err() != nil {
		return 0
	}
	s.note(v, on, err)
	if err != nil {
		return again
	}
	// aplay may return before the last sample was heard, and the silence counts from there.
	return rest + max(0, length-time.Since(begun))
}

// errChanged ends a burst that is not wanted any more.
var errChanged = errors.New("speaker: something else sounds")

// play plays a file for that long at most, and ends it when something else is to be heard.
func (s *Speaker) play(ctx context.Context, wav []byte, limit time.Duration) error {
	whole, end := context.WithCancelCause(ctx)
	defer end(nil)
	limited, cancel := context.WithTimeout(whole, limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.o.Play(limited, wav) }()
	select {
	case err := <-done:
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			return fmt.Errorf("speaker: aplay has not ended within %v", limit)
		}
		return err
	case <-s.wake:
		end(errChanged)
		return errors.Join(errChanged, <-done) // a program of ours is left by nobody
	}
}

// note keeps how it went, and tells it if that is new.
func (s *Speaker) note(v sound.Voice, on bool, err error) {
	why := ""
	if err != nil {
		why = strings.TrimPrefix(err.Error(), "speaker: ")
	}
	s.mu.Lock()
	fresh := !s.state.Tried || (s.state.Why == "") != (why == "")
	s.state.Tried, s.state.Why = true, why
	switch {
	case err != nil:
		s.state.Failures++
	case on:
		s.state.Bursts++
		s.state.Heard = v.Occurrence
	}
	s.mu.Unlock()
	if !fresh {
		return
	}
	if err != nil {
		s.o.Log.Warn("speaker: cannot be played", "err", err)
	} else {
		s.o.Log.Info("speaker: can be played")
	}
	s.o.OnHealth(err)
}

// silence is a file in which nothing is heard.
func silence() []byte {
	return sound.WAV(make([]float32, sound.Rate*int(tryLength/time.Millisecond)/1000), 1)
}
