package notify_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/alerts"
)

// TestMain puts the wall clock of the texts to UTC, wherever the tests run.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// diary writes down what a notifier says, with the time since the test began.
type diary struct {
	mu        sync.Mutex
	start     time.Time
	lines     []string
	delivered map[string]int // by id and channel
	dead      map[string]int
}

func newDiary() *diary {
	return &diary{start: time.Now(), delivered: map[string]int{}, dead: map[string]int{}}
}

func (d *diary) write(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v ", time.Since(d.start).Round(time.Second))+fmt.Sprintf(format, args...))
}

func (d *diary) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.lines...)
}

func (d *diary) options(channels ...config.Channel) notify.Options {
	return notify.Options{
		Site: "clinic", Channels: channels,
		OnState: func(channel string, failing bool, why string) {
			if failing {
				d.write("%s fails: %s", channel, why)
				return
			}
			d.write("%s works", channel)
		},
		OnDead: func(n notify.Notice, channel, why string) {
			d.write("%s dead in %s: %s", n.ID, channel, why)
			d.mu.Lock()
			d.dead[n.ID+channel]++
			d.mu.Unlock()
		},
		OnDelivered: func(n notify.Notice, channel string) {
			d.write("%s delivered by %s", n.ID, channel)
			d.mu.Lock()
			d.delivered[n.ID+channel]++
			d.mu.Unlock()
		},
	}
}

func numbered(i int, p alerts.Priority) notify.Notice {
	return notify.Notice{
		ID: fmt.Sprint("n", i), Site: "clinic", Room: "room-2", Priority: p, Kind: notify.Physiological,
		Occurrence: fmt.Sprint("bp_severe-", i), At: time.Now(),
	}
}

// running runs a notifier of fakes for the time of f, and stops it.
func running(t *testing.T, o notify.Options, fakes map[string]*notify.Fake, f func(*notify.Notifier)) {
	t.Helper()
	n, err := notify.NewFake(o, fakes)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { n.Run(ctx); close(done) }()
	f(n)
	cancel()
	stopping := time.Now()
	<-done
	assert.LessOrEqual(t, time.Since(stopping), 2*time.Second, "Run ends in time")
}

func one(name string) config.Channel { return config.Channel{Name: name, Kind: config.Ntfy} }

// TestAHighOneIsTriedForTenMinutes shows the pauses, the state, and the end.
func TestAHighOneIsTriedForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var tries []time.Duration
		fakes := map[string]*notify.Fake{"a": {Send: func(context.Context, notify.Notice) error {
			tries = append(tries, time.Since(d.start))
			return &notify.Failure{Text: "down"}
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			assert.Equal(t, "untried", n.States()[0].State)
			n.Send(numbered(1, alerts.High))
			synctest.Wait()
			assert.Equal(t, "untried", n.States()[0].State, "one hiccup is no alarm, and a channel that never delivered does not work")
			assert.NotEmpty(t, n.States()[0].Why)
			time.Sleep(3 * time.Second)
			s := n.States()[0]
			assert.Equal(t, "failing", s.State)
			assert.Equal(t, "down", s.Why)
			assert.Equal(t, 1, s.Waiting)
			time.Sleep(time.Hour)
			assert.Zero(t, n.States()[0].Waiting)
			assert.EqualValues(t, 1, n.States()[0].Dead)
			assert.Equal(t, "failing", n.States()[0].State, "only a message that gets through ends it")
		})
		assert.Equal(t, []string{"1s a fails: down", "10m0s n1 dead in a: given up after 10m0s: down"}, d.all())
		want := []time.Duration{0, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute}
		require.GreaterOrEqual(t, len(tries), 8)
		for i := 1; i < len(tries); i++ {
			pause := tries[i] - tries[i-1]
			assert.InDelta(t, want[i].Seconds(), pause.Seconds(), 0.21*want[i].Seconds(), "pause %d", i)
		}
	})
}

func TestOrderIsKeptAndTheChannelRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		up := time.Now().Add(15 * time.Second)
		fakes := map[string]*notify.Fake{"a": {Send: func(context.Context, notify.Notice) error {
			if time.Now().Before(up) {
				return &notify.Failure{Text: "down"}
			}
			return nil
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			for i := range 3 {
				n.Send(numbered(i, alerts.Medium))
			}
			time.Sleep(time.Minute)
			assert.Equal(t, "ok", n.States()[0].State)
			assert.NotNil(t, n.States()[0].Last)
		})
		lines := d.all()
		require.Len(t, lines, 5)
		assert.Contains(t, lines[0], "a fails")
		assert.Contains(t, lines[1], "a works")
		for i := range 3 {
			assert.Contains(t, lines[2+i], fmt.Sprintf("n%d delivered", i))
		}
	})
}

func TestARefusalForGoodIsDeadAtOnceAndTheNextIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fakes := map[string]*notify.Fake{"a": {Send: func(_ context.Context, n notify.Notice) error {
			if n.ID == "n0" {
				return &notify.Failure{Text: "refused", Permanent: true}
			}
			return nil
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			n.Send(numbered(0, alerts.High))
			n.Send(numbered(1, alerts.High))
			synctest.Wait()
		})
		assert.Equal(t, []string{"0s a fails: refused", "0s n0 dead in a: refused", "0s a works", "0s n1 delivered by a"}, d.all())
	})
}

func TestTheServersWordCountsMoreThanTheHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var tries []time.Duration
		fakes := map[string]*notify.Fake{"a": {Send: func(context.Context, notify.Notice) error {
			tries = append(tries, time.Since(d.start))
			if len(tries) == 1 {
				return &notify.Failure{Text: "too often", After: 2 * time.Minute}
			}
			return nil
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			n.Send(numbered(0, alerts.Medium))
			time.Sleep(time.Second)
			n.Send(numbered(1, alerts.High))
			time.Sleep(5 * time.Minute)
		})
		assert.Equal(t, []time.Duration{0, 2 * time.Minute, 2 * time.Minute}, tries)
	})
}

func TestAHighOneEndsAPauseThatWasForLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var up atomic.Bool
		fakes := map[string]*notify.Fake{"a": {Send: func(context.Context, notify.Notice) error {
			if !up.Load() {
				return &notify.Failure{Text: "down"}
			}
			return nil
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			n.Send(numbered(0, alerts.Low))
			time.Sleep(20 * time.Minute) // pauses are five minutes now
			up.Store(true)
			n.Send(numbered(1, alerts.High))
			synctest.Wait()
		})
		assert.Contains(t, d.all(), "20m0s n1 delivered by a")
	})
}

func TestAChannelThatHangsDelaysNoOtherAndEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fakes := map[string]*notify.Fake{
			"hangs": {Send: func(ctx context.Context, _ notify.Notice) error {
				<-ctx.Done()
				return &notify.Failure{Text: "no answer"}
			}},
			"works": {Send: func(context.Context, notify.Notice) error { return nil }},
		}
		running(t, d.options(one("hangs"), one("works")), fakes, func(n *notify.Notifier) {
			for i := range 3 {
				n.Send(numbered(i, alerts.High))
			}
			synctest.Wait()
			assert.Equal(t, []string{"0s n0 delivered by works", "0s n1 delivered by works", "0s n2 delivered by works"}, d.all())
			time.Sleep(25 * time.Second)
			assert.Contains(t, d.all(), "21s hangs fails: no answer")
		})
		for i := range 3 {
			assert.Equal(t, 1, d.dead[fmt.Sprintf("n%dhangs", i)])
		}
		assert.Contains(t, d.all()[len(d.all())-1], "n2 dead in hangs: the station stopped")
	})
}

func TestAFullQueueGivesUpTheOldestOfTheLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fakes := map[string]*notify.Fake{"a": {Send: func(ctx context.Context, _ notify.Notice) error {
			<-ctx.Done()
			return &notify.Failure{Text: "no answer"}
		}}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			n.Send(numbered(0, alerts.Low)) // is being tried, so it stays
			synctest.Wait()
			for i := 1; i <= notify.Capacity+1; i++ {
				p := alerts.High
				if i == 7 || i == 9 {
					p = alerts.Medium
				}
				n.Send(numbered(i, p))
			}
			assert.Equal(t, notify.Capacity, n.States()[0].Waiting)
			n.Send(numbered(1000, alerts.Low))
		})
		assert.Equal(t, []string{
			"0s n7 dead in a: too many notices wait for this channel", "0s n9 dead in a: too many notices wait for this channel",
			"0s n1000 dead in a: too many notices wait for this channel",
		}, d.all()[:3])
	})
}

func TestWhoGetsWhat(t *testing.T) {
	low, medium := config.Channel{Least: alerts.Low}, config.Channel{Least: alerts.Medium}
	later := config.Channel{Steps: []string{"next_person", "everyone"}}
	lead := config.Channel{For: []string{"lead", "AB"}}
	takes := func(c config.Channel, change func(*notify.Notice)) bool {
		c.Name, c.Kind = "c", config.Ntfy
		n, err := notify.NewFake(notify.Options{Channels: []config.Channel{c}}, map[string]*notify.Fake{"c": {}})
		require.NoError(t, err)
		one := numbered(0, alerts.Low)
		change(&one)
		return len(n.Takers(one)) == 1
	}
	assert.True(t, takes(low, func(*notify.Notice) {}))
	assert.False(t, takes(medium, func(*notify.Notice) {}))
	assert.False(t, takes(low, func(n *notify.Notice) { n.Priority = alerts.Information }))
	assert.False(t, takes(later, func(*notify.Notice) {}), "no step is the first step")
	assert.False(t, takes(later, func(n *notify.Notice) { n.Step = "station" }))
	assert.True(t, takes(later, func(n *notify.Notice) { n.Step = "everyone" }))
	assert.True(t, takes(lead, func(*notify.Notice) {}), "nobody named is everybody")
	assert.True(t, takes(lead, func(n *notify.Notice) { n.To = []string{"CD", "AB"} }))
	assert.False(t, takes(lead, func(n *notify.Notice) { n.To = []string{"CD"} }))
	assert.True(t, takes(low, func(n *notify.Notice) { n.To = []string{"CD"} }), "a channel for everybody reaches each")
}

func TestTheEndOfAnAlertGoesWhereItsBeginningWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var got []notify.Notice
		fakes := map[string]*notify.Fake{"a": {Send: func(_ context.Context, n notify.Notice) error {
			got = append(got, n)
			return nil
		}}}
		c := one("a")
		c.Least, c.Steps = alerts.Medium, []string{"next_person"}
		running(t, d.options(c), fakes, func(n *notify.Notifier) {
			closed := func(i int) notify.Notice {
				one := numbered(i, alerts.Low)
				one.ID, one.Resolved = one.ID+"-closed", true
				return one
			}
			n.Send(numbered(0, alerts.Low)) // not for this channel
			n.Send(closed(0))
			called := numbered(1, alerts.High)
			called.Step = "next_person"
			n.Send(called)
			n.Send(closed(1))
			n.Send(closed(1))
			synctest.Wait()
		})
		require.Len(t, got, 2)
		assert.Equal(t, "n1", got[0].ID)
		assert.Equal(t, "n1-closed", got[1].ID)
		assert.Equal(t, alerts.High, got[1].Priority, "as it was told")
	})
}

func TestOpenAlertsAreSaidAgainEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var down atomic.Bool
		answer := func() error {
			if down.Load() {
				return &notify.Failure{Text: "down"}
			}
			return nil
		}
		fakes := map[string]*notify.Fake{"a": {
			Send: func(_ context.Context, n notify.Notice) error {
				d.write("%s %v", n.ID, n.Resolved)
				return answer()
			},
			Repeat: func(_ context.Context, open []notify.Notice) error {
				d.write("again %d", len(open))
				return answer()
			},
		}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			n.Send(numbered(1, alerts.High))
			time.Sleep(150 * time.Second)
			n.Send(numbered(2, alerts.High))
			time.Sleep(40 * time.Second)
			down.Store(true)
			time.Sleep(2 * time.Minute)
			down.Store(false)
			time.Sleep(time.Minute)
			for i := 1; i <= 2; i++ {
				closed := numbered(i, alerts.High)
				closed.Resolved = true
				n.Send(closed)
			}
			time.Sleep(time.Hour)
		})
		assert.Equal(t, []string{
			"0s n1 false", "0s n1 delivered by a", "1m0s again 1", "2m0s again 1", "2m30s n2 false", "2m30s n2 delivered by a",
			"3m0s again 2", "4m0s again 2", "5m0s again 2", "5m0s a fails: down", "6m0s again 2", "6m0s a works",
			"6m10s n1 true", "6m10s n1 delivered by a", "6m10s n2 true", "6m10s n2 delivered by a",
		}, d.all())
	})
}

func TestMissingFilesAreSaidAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fakes := map[string]*notify.Fake{"a": {
			Check: func() error { return &notify.Failure{Text: "no file"} },
			Send:  func(context.Context, notify.Notice) error { return nil },
		}}
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
			synctest.Wait()
			require.NoError(t, n.Test(t.Context(), "a"))
			require.ErrorIs(t, n.Test(t.Context(), "b"), notify.ErrNoChannel)
		})
		assert.Equal(t, []string{"0s a fails: no file", "0s a works"}, d.all())
	})
}

func TestAfterTheEndNothingIsLostSilently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fakes := map[string]*notify.Fake{"a": {Send: func(context.Context, notify.Notice) error { return nil }}}
		var kept *notify.Notifier
		running(t, d.options(one("a")), fakes, func(n *notify.Notifier) { kept = n })
		kept.Send(numbered(1, alerts.High))
		assert.Equal(t, []string{"0s n1 dead in a: the station stopped"}, d.all())
	})
}

// TestEveryNoticeEndsOnce plays random channels and notices: whatever happens, each notice that a channel took ends as
// delivered or dead, once, in the order of its channel, and Run ends in time.
func TestEveryNoticeEndsOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		moods := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 200).Draw(r, "moods")
		events := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 400).Draw(r, "events")
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			i := 0
			var order []string
			fakes := map[string]*notify.Fake{"a": {Send: func(ctx context.Context, n notify.Notice) error {
				mood := moods[i%len(moods)]
				i++
				switch mood {
				case 0:
					return &notify.Failure{Text: "refused", Permanent: true}
				case 1:
					return &notify.Failure{Text: "down"}
				case 2:
					<-ctx.Done()
					return &notify.Failure{Text: "no answer"}
				case 3:
					return &notify.Failure{Text: "later", After: time.Minute}
				}
				order = append(order, n.ID)
				return nil
			}}}
			sent := 0
			running(t, d.options(one("a")), fakes, func(n *notify.Notifier) {
				for _, e := range events {
					switch {
					case e < 3:
						time.Sleep(time.Duration(1+e*e*20) * time.Second)
					default:
						n.Send(numbered(sent, alerts.Priority(1+e%3)))
						sent++
					}
				}
			})
			for j := range sent {
				id := fmt.Sprint("n", j, "a")
				if d.delivered[id]+d.dead[id] != 1 {
					r.Fatalf("%s was delivered %d times and dead %d times", id, d.delivered[id], d.dead[id])
				}
			}
			last := -1
			for _, id := range order {
				var number int
				if _, err := fmt.Sscanf(id, "n%d", &number); err != nil || number <= last {
					r.Fatalf("out of order: %v", order)
				}
				last = number
			}
		})
	})
}
