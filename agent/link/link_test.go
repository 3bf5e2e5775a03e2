package link_test

import (
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/pace"
	"bedside/devices"
)

// margin is what a link adds to the silence that a driver allows.
const margin = 500 * time.Millisecond

// lookEvery is how often a link looks for a name that is missing.
const lookEvery = 150 * time.Millisecond

func TestConnectedByTheFirstValidFrameAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		assert.Empty(t, b.all(), "an open port alone is no news")
		b.far().say("xxw")
		for _, u := range b.all() {
			assert.Equal(t, link.Lost, u.State)
		}
		b.far().say("r")
		u := b.last()
		assert.Equal(t, link.Connected, u.State)
		assert.True(t, u.StateChanged)
		assert.Empty(t, u.Why)
		require.Len(t, u.Readings, 1)
		assert.Equal(t, time.Now(), u.Readings[0].At, "nothing waits for anything")
		b.far().say("r")
		assert.False(t, b.last().StateChanged)
	})
}

func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name, says, why string
		clock           func() pace.Clock
		after           time.Duration
	}{
		{"nothing comes", "", "nothing arrives", nil, maxSilence + margin},
		{"only noise comes", "x", "make no sense", nil, maxSilence + margin},
		{"clock of a demo", "", "nothing arrives", func() pace.Clock { return pace.New(20) }, maxSilence/20 + margin},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := run(t, &bench{}, func(o *link.Options) {
					if c.clock != nil {
						o.Clock = c.clock()
					}
				})
				b.far().say("r")
				b.far().say(c.says)
				b.wait(c.after - time.Millisecond)
				require.Equal(t, link.Connected, b.last().State)
				b.wait(2 * time.Millisecond)
				u := b.last()
				require.Equal(t, link.Silent, u.State)
				assert.True(t, u.StateChanged)
				assert.Contains(t, u.Why, c.why)
				b.far().say("r")
				assert.Equal(t, link.Connected, b.last().State)
			})
		})
	}
}

func TestNoiseThatNeverPausesIsSilenceAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("r")
		for range 30 {
			b.wait(100 * time.Millisecond)
			b.far().say("x")
		}
		assert.Equal(t, link.Silent, b.last().State)
	})
}

func TestADeviceThatNeverSpokeIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.wait(maxSilence + margin)
		require.Len(t, b.all(), 1)
		assert.Equal(t, link.Silent, b.last().State)
	})
}

func TestADeviceThatMayBeQuietIsConnectedWhileItsPortIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, func(o *link.Options) { o.Driver.MaxSilence = 0 })
		b.wait(24 * time.Hour)
		require.Len(t, b.all(), 1)
		assert.Equal(t, link.Connected, b.last().State)
		assert.Len(t, b.tried(), 1)
		b.far().unplug()
		assert.Equal(t, link.Lost, b.last().State)
	})
}

func TestADeviceThatTurnsOutEpisodicMayBeQuietUntilItStreamsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.wait(maxSilence + margin)
		require.Equal(t, link.Silent, b.last().State, "nobody knows yet what it is")
		b.far().say("e")
		require.Equal(t, link.Connected, b.last().State)
		tries := len(b.tried())
		b.wait(24 * time.Hour)
		assert.Equal(t, link.Connected, b.last().State)
		assert.Len(t, b.tried(), tries, "its port stays open")

		b.far().say(strings.Repeat("x", 40))
		b.wait(3 * time.Second)
		assert.Equal(t, link.Silent, b.last().State, "a message without sense may have been a result")
		b.far().say("e")
		require.Equal(t, link.Connected, b.last().State)

		b.far().say("f")
		b.wait(maxSilence + margin - time.Millisecond)
		require.Equal(t, link.Connected, b.last().State)
		b.wait(time.Millisecond)
		assert.Equal(t, link.Silent, b.last().State, "a stream that ends is silence again")
	})
}

func TestAPortThatStaysSilentIsReopenedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.wait(time.Hour)
		tried := b.tried()
		assert.InDelta(t, 60, len(tried), 10, "once a minute in the long run")
		first := tried[1].Sub(tried[0]) - maxSilence - margin
		assert.InDelta(t, 10, first.Seconds(), 2.6)
		assert.Equal(t, 1, strings.Count(b.log.String(), "\n"), "an hour of silence is one line: %s", &b.log)
		for _, f := range b.fars[:len(b.fars)-1] {
			assert.False(t, f.closedAt().IsZero(), "each port was closed")
		}
		assert.Equal(t, uint64(len(tried)-1), func() uint64 { b.far().say("r"); return b.last().Reopened }())

		b.wait(maxSilence + margin)
		before := len(b.tried())
		b.wait(13 * time.Second)
		assert.Len(t, b.tried(), before+1, "good data made the pause short again")
	})
}

func TestAPortThatDoesNotOpenIsTriedEverMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{openErr: errors.New("permission denied")}, nil)
		require.Len(t, b.all(), 1, "known at once")
		u := b.last()
		assert.Equal(t, link.Lost, u.State)
		assert.True(t, u.StateChanged)
		assert.Equal(t, "permission denied", u.Why)

		b.wait(time.Hour)
		tried := b.tried()
		assert.InDelta(t, 730, len(tried), 70, "every 5 s in the long run")
		assert.InDelta(t, 100, tried[1].Sub(tried[0]).Milliseconds(), 26)
		assert.LessOrEqual(t, tried[len(tried)-1].Sub(tried[len(tried)-2]), 5*time.Second)
		assert.InDelta(t, len(tried), float64(b.last().Attempts), 1)
		assert.False(t, b.last().StateChanged)
		assert.Equal(t, 1, strings.Count(b.log.String(), "\n"), "an hour of failures is one line: %s", &b.log)
	})
}

// A port that opens and breaks at once must not be opened in a tight loop: only good data shortens the pauses.
func TestOpeningAloneDoesNotShortenThePauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		for range 60 {
			b.far().unplug()
			b.wait(5 * time.Second)
		}
		tried := b.tried()
		assert.Less(t, len(tried), 70)
		b.far().say("r")
		before := time.Now()
		b.far().unplug()
		b.wait(150 * time.Millisecond)
		tried = b.tried()
		assert.LessOrEqual(t, tried[len(tried)-1].Sub(before), 125*time.Millisecond)
		assert.Equal(t, uint64(len(tried)), b.last().Attempts+1)
	})
}

func TestACableThatIsBackIsFoundAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var there atomic.Bool
		var looks atomic.Int64
		b := run(t, &bench{}, func(o *link.Options) {
			o.Present = func() bool { looks.Add(1); return there.Load() }
		})
		b.far().say("r")
		b.fail(&fs.PathError{Op: "open", Path: "oximeter", Err: fs.ErrNotExist})
		b.far().unplug()
		assert.Equal(t, link.Lost, b.last().State, "told at once")
		b.wait(time.Hour)
		assert.Len(t, b.tried(), 2, "a missing name is looked for, not opened")
		assert.InDelta(t, 24000, looks.Load(), 100)
		assert.LessOrEqual(t, strings.Count(b.log.String(), "\n"), 3, "%s", &b.log)

		there.Store(true)
		b.fail(nil)
		b.wait(lookEvery)
		b.far().say("r")
		assert.Equal(t, link.Connected, b.last().State)
		assert.Equal(t, uint64(1), b.last().Reopened)
	})
}

// udev makes the name first and gives access a moment later; the attempt in between must not cost seconds, whatever was
// before the cable was pulled.
func TestADeviceThatIsNewIsTriedAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var there atomic.Bool
		there.Store(true)
		b := run(t, &bench{openErr: fs.ErrPermission}, func(o *link.Options) { o.Present = there.Load })
		b.wait(time.Hour)
		there.Store(false)
		b.fail(fs.ErrNotExist)
		b.wait(time.Minute)
		before := len(b.tried())
		there.Store(true)
		b.fail(fs.ErrPermission)
		b.wait(lookEvery + 125*time.Millisecond)
		tried := b.tried()[before:]
		require.GreaterOrEqual(t, len(tried), 2)
		assert.LessOrEqual(t, tried[1].Sub(tried[0]), 125*time.Millisecond)
	})
}

// A name can be there and lead to hardware that is not; looking for the name would then be a tight loop.
func TestANameThatIsThereButDoesNotOpenIsTriedWithPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{openErr: fs.ErrNotExist}, func(o *link.Options) { o.Present = func() bool { return true } })
		b.wait(time.Hour)
		assert.InDelta(t, 730, len(b.tried()), 70)
	})
}

type worded struct{ error }

func (worded) Reason() string { return "in words" }

func TestTheReasonIsThatForPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{openErr: worded{errors.New("full story")}}, nil)
		assert.Equal(t, "in words", b.last().Why)
		assert.Contains(t, b.log.String(), "full story")
		b.fail(errors.New("another"))
		b.wait(3 * time.Second)
		assert.Equal(t, "another", b.last().Why)
		assert.False(t, b.last().StateChanged)
		assert.Contains(t, b.log.String(), "another")
	})
}

func TestStepIsCalledWhenTheSessionWantsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{prepare: func(s *session) { s.wakeIn = 100 * time.Millisecond }}, nil)
		b.wait(time.Second)
		calls := b.sessions[0].calls
		require.Len(t, calls, 11)
		for i, at := range calls {
			assert.Equal(t, b.start.Add(time.Duration(i)*100*time.Millisecond), at)
		}
	})
}

// A session that asks for a moment past is wrong, but must not take the processor from the others.
func TestAWakeInThePastDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{prepare: func(s *session) { s.wakeIn = -time.Hour }}, nil)
		b.wait(time.Second)
		assert.LessOrEqual(t, len(b.sessions[0].calls), 1001)
	})
}

func TestCountsAreGatheredAndNoneIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		for range 10 * 75 {
			b.far().say("fx")
			b.wait(time.Second / 75)
		}
		b.wait(time.Second)
		var frames, faults int
		for _, u := range b.all() {
			frames += u.Frames
			faults += len(u.Faults)
		}
		assert.Equal(t, 750, frames)
		assert.Equal(t, 750, faults)
		assert.LessOrEqual(t, len(b.all()), 12, "about one update a second")
	})
}

func TestWavesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("r")
		b.wait(time.Second)
		seen := len(b.all())
		for range 8 { // two samples each 40 ms: 50 a second, as they say
			b.far().say("w")
			b.wait(40 * time.Millisecond)
		}
		assert.Len(t, b.all(), seen, "not frame by frame")
		b.wait(20 * time.Millisecond)
		require.Len(t, b.all(), seen+1, "but a third of a second after the first")
		require.Len(t, b.last().Waves, 1)
		assert.Len(t, b.last().Waves[0].Samples, 16)
		assert.Equal(t, time.Now().Add(-60*time.Millisecond), b.last().Waves[0].At, "of the last sample")

		b.far().say("w")
		b.wait(250 * time.Millisecond)
		b.far().say("wr")
		require.Len(t, b.last().Waves, 2, "a gap is no part of a wave; and a reading takes them along at once")
	})
}

func TestAFloodOfFaultsTakesNoMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		told := func() (faults int) {
			for _, u := range b.all() {
				faults += len(u.Faults)
			}
			return faults
		}
		for range 100 {
			b.far().say(strings.Repeat("x", 100))
		}
		assert.GreaterOrEqual(t, told(), 10_000-256, "within a moment, although counts have a second's time")
		b.wait(time.Second)
		assert.Equal(t, 10_000, told())
	})
}

func TestAnUpdateBelongsToTheReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("rrwwi")
		u := b.last()
		for range 10 {
			b.far().say("rrrwwwoxx")
		}
		require.Len(t, u.Readings, 2)
		for i, r := range u.Readings {
			assert.Equal(t, []devices.Measurement{{Vital: devices.SpO2, Value: i + 1}}, r.Measurements)
			assert.Equal(t, []devices.Absence{{Vital: devices.PulseRate, Reason: devices.Searching}}, r.Absences)
		}
		require.Len(t, u.Waves, 1)
		assert.Equal(t, []int32{0, 7, 2, 7}, u.Waves[0].Samples)
		require.Len(t, u.Cuff, 1)
		assert.Equal(t, devices.CuffInflating, u.Cuff[0].Phase)
		assert.Equal(t, cap(u.Readings[0].Measurements), 1, "appending to one must not reach the next")
	})
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	_, err := link.New(link.Options{})
	require.Error(t, err)
}

func TestStatesHaveNames(t *testing.T) {
	assert.Equal(t, "lost silent connected unknown", strings.Join([]string{
		link.Lost.String(), link.Silent.String(), link.Connected.String(), link.State(9).String(),
	}, " "))
}
