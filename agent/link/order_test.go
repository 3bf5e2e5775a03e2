package link_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/devices"
	"bedside/devices/suntech"
	"bedside/simulators"
	module "bedside/simulators/suntech"
)

func TestAnOrderIsCarriedOutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("f")
		b.wait(300 * time.Millisecond) // in the middle of a read
		before := time.Now()
		require.NoError(t, b.link.Command(t.Context(), devices.CuffStart))
		assert.Equal(t, before, time.Now())
		synctest.Wait()
		assert.Equal(t, "S", b.far().got(), "sent once")
		b.far().say("io")
	})
}

func TestAnOrderIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, refusal := range []error{devices.ErrCuffBusy, devices.ErrCuffTooSoon, devices.ErrStartNotAllowed} {
			b := run(t, &bench{prepare: func(s *session) { s.refusal = refusal; s.wakeIn = time.Second }}, nil)
			require.ErrorIs(t, b.link.Command(t.Context(), devices.CuffStart), refusal)
			b.wait(1500 * time.Millisecond)
			assert.Empty(t, b.far().got())
			assert.Len(t, b.sessions[0].calls, 2, "a refusal changes nothing, not even the wake")
			b.end()
		}

		b := run(t, &bench{passive: true}, nil)
		require.ErrorIs(t, b.link.Command(t.Context(), devices.CuffStart), devices.ErrUnsupported)

		b = run(t, &bench{openErr: assert.AnError}, nil)
		require.ErrorIs(t, b.link.Command(t.Context(), devices.CuffStop), link.ErrLost)

		over, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, b.link.Command(over, devices.CuffStop), context.Canceled)
	})
}

// An order that moves air must not be carried out after its caller has given up on it.
func TestAnOrderWhoseCallerGaveUpIsWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, func(o *link.Options) {
			deliver := o.Deliver
			o.Deliver = func(u link.Update) {
				deliver(u)
				time.Sleep(time.Minute) // the agent behind is stuck
			}
		})
		_, err := b.far().conn.Write([]byte("r"))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, b.link.Command(ctx, devices.CuffStart), context.DeadlineExceeded)
		b.wait(2 * time.Minute)
		assert.Empty(t, b.far().got())
	})
}

func TestOrdersThatWaitWhenThePortGoesAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{deaf: true}, nil)
		b.fail(assert.AnError)
		outcome := make(chan error, 3)
		for range 3 { // the first is stuck in a write that nobody reads, the others wait behind it
			go func() { outcome <- b.link.Command(t.Context(), devices.CuffStart) }()
			synctest.Wait()
		}
		b.wait(time.Second)
		for range 3 {
			require.ErrorIs(t, <-outcome, link.ErrLost)
		}
		assert.Equal(t, link.Lost, b.last().State)
	})
}

func TestAirIsLetOutBeforeTheEnd(t *testing.T) {
	for _, c := range []struct {
		name, says string
		order      devices.Command
		stopIn     time.Duration
		want       string
	}{
		{name: "measuring", says: "i", want: "E"},
		{name: "start ordered, nothing seen yet", order: devices.CuffStart, want: "SE"},
		{name: "stop that has to wait for the gap between frames", says: "i", stopIn: 100 * time.Millisecond, want: "E"},
		{name: "idle", says: "f", want: ""},
		{name: "measured", says: "io", want: ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := run(t, &bench{prepare: func(s *session) { s.stopIn = c.stopIn }}, nil)
				if c.says != "" {
					b.far().say(c.says)
				}
				if c.order != 0 {
					require.NoError(t, b.link.Command(t.Context(), c.order))
				}
				b.end()
				synctest.Wait()
				assert.Equal(t, c.want, b.far().got())
				assert.False(t, b.far().closedAt().IsZero())
			})
		})
	}
}

func TestTheEndComesWithTheConfirmationOfTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("i")
		began := time.Now()
		b.stop()
		b.wait(200 * time.Millisecond)
		assert.Equal(t, "E", b.far().got())
		assert.True(t, b.far().closedAt().IsZero(), "it waits for the device")
		b.far().say("o")
		require.NoError(t, <-b.done)
		b.done <- nil
		assert.Equal(t, 200*time.Millisecond, time.Since(began))
		require.Len(t, b.last().Cuff, 1)
		assert.Equal(t, devices.CuffAborted, b.last().Cuff[0].Class, "the outcome is delivered")
	})
}

func TestTheEndDoesNotHangOnADeviceThatTakesNoBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{deaf: true}, nil)
		b.far().say("i")
		b.end() // fails the test after a second
	})
}

func TestASilentCuffIsStoppedBeforeItsPortIsReopened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{prepare: func(s *session) { s.stopIn = 100 * time.Millisecond }}, nil)
		first := b.far()
		first.say("i")
		b.wait(maxSilence + margin + 15*time.Second)
		assert.Equal(t, "E", first.got())
		assert.False(t, first.closedAt().IsZero())
		require.Len(t, b.sessions, 2)
		assert.Equal(t, first.closedAt(), b.sessions[1].settings.CuffUsed, "air was there until the last moment, as far as is known")
	})
}

func TestTheNextConversationKnowsWhenTheCuffWasUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("i")
		b.wait(time.Second)
		b.far().say("o")
		used := time.Now()
		b.wait(time.Second)
		b.far().unplug()
		b.wait(time.Second)
		require.Len(t, b.sessions, 2)
		assert.Zero(t, b.sessions[0].settings.CuffUsed)
		assert.Equal(t, used, b.sessions[1].settings.CuffUsed)
	})
}

func TestADriverThatPanicsEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		b.far().say("ri")
		first := b.far()
		_, err := first.conn.Write([]byte("p"))
		require.NoError(t, err)
		b.wait(time.Second)
		assert.Equal(t, "E", first.got(), "a fresh session lets the air out")
		u := b.last()
		assert.Equal(t, link.Lost, u.State)
		assert.Equal(t, uint64(1), u.Panics)
		assert.Contains(t, u.Why, "error in its program")
		assert.Contains(t, b.log.String(), "a fault in the driver")
		assert.Contains(t, b.log.String(), "fake_test.go", "the stack names the place")

		b.wait(2 * time.Second)
		b.far().say("r")
		assert.Equal(t, link.Connected, b.last().State)
	})
}

func TestADriverThatPanicsAgainAndAgainIsRestartedEverMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, nil)
		for range 3600 {
			if f := b.far(); f.closedAt().IsZero() {
				_, err := f.conn.Write([]byte("rp")) // good data does not excuse it
				require.NoError(t, err)
			}
			b.wait(time.Second)
		}
		assert.InDelta(t, 120, len(b.tried()), 20, "every 30 s in the long run")
		b.wait(20 * time.Minute)
		before := len(b.tried())
		_, err := b.far().conn.Write([]byte("p"))
		require.NoError(t, err)
		b.wait(1300 * time.Millisecond)
		assert.Len(t, b.tried(), before+1, "and soon again after a long time without")
	})
}

// The real driver plans its stop behind the gap between frames and wants two acknowledgements. The module is the
// independent simulator, so that this is what a cuff on an arm would see.
func TestARealCuffIsEmptyAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := module.New(module.Options{Seed: 1})
		b := run(t, &bench{deaf: true}, func(o *link.Options) {
			o.Driver = suntech.Driver()
			o.Settings.AllowStart = true
		})
		go simulate(b.far(), m)
		b.wait(10 * time.Second)
		require.Equal(t, link.Connected, b.last().State)
		require.NoError(t, b.link.Command(t.Context(), devices.CuffStart))
		b.wait(10 * time.Second)
		require.True(t, m.Inflated())
		b.end()
		require.False(t, m.Measuring())
		assert.True(t, strings.Contains(b.log.String(), "confirmed=true"), "%s", &b.log)
		assert.Zero(t, m.Counts())
	})
}

// simulate is the device at the far end of a port until the port is closed.
func simulate(f *far, d simulators.Device) {
	truth := simulators.Vitals{PulseRate: 70, SpO2: 97, Systolic: 120, Diastolic: 80, Mean: 93}
	buf := make([]byte, 64)
	n, err := 0, error(nil)
	for err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		tx, wake := d.Step(time.Now(), truth, buf[:n])
		if len(tx) > 0 {
			if _, err = f.conn.Write(tx); err != nil {
				return
			}
		}
		if err = f.conn.SetReadDeadline(wake); err != nil {
			return
		}
		n, err = f.conn.Read(buf)
	}
}
