package recipients_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/recipients"
	"bedside/agent/wire"
	"bedside/alerts"
)

// moment is an input and when it comes.
type moment struct {
	at time.Time
	in recipients.Input
}

func stations() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"station-1", "station-2", "station-3"})
}

// anything draws what may happen, sensible or not.
func anything() *rapid.Generator[recipients.Input] {
	return rapid.Custom(func(t *rapid.T) recipients.Input {
		occurrence := fmt.Sprintf("a-%d", rapid.IntRange(1, 3).Draw(t, "occurrence"))
		switch rapid.IntRange(0, 11).Draw(t, "what") {
		case 0, 1, 2, 3:
			in := recipients.Watch{Station: stations().Draw(t, "station"), Screens: rapid.IntRange(-1, 2).Draw(t, "screens"), Sound: rapid.IntRange(0, 2).Draw(t, "sound")}
			if rapid.Bool().Draw(t, "duty") {
				since := begin.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "since")) * time.Minute)
				in.Duty = &wire.Duty{Nurse: rapid.SampledFrom([]string{"MK", "JS", ""}).Draw(t, "nurse"), Since: wire.Time{Time: since}, Until: wire.Time{Time: since.Add(5 * time.Minute)}}
			}
			return in
		case 4, 5:
			return recipients.Shown{Station: stations().Draw(t, "station"), Screens: 1, Messages: []string{fmt.Sprintf("m%d", rapid.IntRange(0, 30).Draw(t, "message"))}}
		case 6, 7:
			return recipients.Alerted{
				Change: alerts.Change(rapid.IntRange(1, 8).Draw(t, "change")),
				Alert: alerts.Alert{
					Occurrence: occurrence, Condition: "bp_extreme", Title: occurrence, State: alerts.State(rapid.IntRange(0, 2).Draw(t, "state")),
					Priority: alerts.High, Acknowledged: rapid.Bool().Draw(t, "acknowledged"),
				},
			}
		case 8:
			return recipients.Session{Running: rapid.Bool().Draw(t, "running")}
		case 9:
			return recipients.ReachTest{By: "AK"}
		case 10:
			return recipients.Answer{By: rapid.SampledFrom([]string{"MK", "AK"}).Draw(t, "by"), Station: rapid.SampledFrom([]string{"", "station-1"}).Draw(t, "from")}
		default:
			return recipients.Tick{}
		}
	})
}

func evening() *rapid.Generator[[]moment] {
	return rapid.Custom(func(t *rapid.T) []moment {
		now, list := begin, make([]moment, rapid.IntRange(1, 120).Draw(t, "length"))
		for i := range list {
			now = now.Add(rapid.SampledFrom([]time.Duration{0, 100 * time.Millisecond, time.Second, 3 * time.Second, 3 * time.Second, 9 * time.Second, 10 * time.Second, time.Minute}).Draw(t, "gap"))
			list[i] = moment{now, named(i, anything().Draw(t, "in"))}
		}
		return list
	})
}

// named gives each message of the room an id of its own.
func named(i int, in recipients.Input) recipients.Input {
	if in, ok := in.(recipients.Alerted); ok {
		in.Message = fmt.Sprintf("m%d", i)
		return in
	}
	return in
}

// played is what is known of an evening from outside: only inputs and outcomes.
type played struct {
	t        *rapid.T
	audience *recipients.Audience
	standing map[string]bool // by condition
	words    map[string]recipients.Watch
	heard    map[string]time.Time // last word of each station
	armed    map[string]time.Time // when an occurrence was raised or escalated
	running  bool
	since    time.Time // later of: session began, a screen was heard
}

func newEvening(t *rapid.T) *played {
	return &played{t: t, audience: recipients.New(true), standing: map[string]bool{}, words: map[string]recipients.Watch{}, heard: map[string]time.Time{}, armed: map[string]time.Time{}}
}

// step feeds an input and keeps what came of it; next looks after each.
func (p *played) step(now time.Time, in recipients.Input) recipients.Outcome {
	o, err := p.audience.Step(now, in)
	for _, f := range o.Faults {
		p.standing[f.Condition] = f.Active
	}
	switch in := in.(type) {
	case recipients.Watch:
		if err == nil {
			p.words[in.Station], p.heard[in.Station] = in, now
			if in.Screens > 0 && in.Sound > 0 && now.After(p.since) {
				p.since = now
			}
		}
	case recipients.Alerted:
		if in.Change == alerts.Raised || in.Change == alerts.Escalated {
			p.armed[in.Alert.Occurrence] = now
		}
	case recipients.Session:
		if in.Running && !p.running && now.After(p.since) {
			p.since = now
		}
		p.running = in.Running
	}
	if due, ok := p.audience.Next(); ok {
		require.True(p.t, due.After(now), "next call lies in the past")
	}
	return o
}

// play feeds everything, and what falls due between, and looks each time.
func (p *played) play(list []moment, look func(now time.Time)) {
	for _, m := range list {
		for {
			due, ok := p.audience.Next()
			if !ok || !due.Before(m.at) {
				break
			}
			p.step(due, recipients.Tick{})
			look(due)
		}
		p.step(m.at, m.in)
		look(m.at)
	}
}

// A station is there for ten seconds after its last word, and not a moment longer.
func TestLeaseIsTenSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newEvening(t)
		p.play(evening().Draw(t, "evening"), func(now time.Time) {
			var want []string
			for _, s := range []string{"station-1", "station-2", "station-3"} {
				if at, ok := p.heard[s]; ok && now.Sub(at) < 10*time.Second {
					want = append(want, s)
				}
			}
			var got []string
			for _, w := range p.audience.Report(now).Stations {
				require.Less(t, w.AgeMS, int64(10_000))
				got = append(got, w.Station)
			}
			require.Equal(t, want, got)
		})
	})
}

// The room says that nobody hears it exactly when a session has had no screen with sound for ten seconds, and until it has one.
func TestNobodyHearsForTenSecondsAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newEvening(t)
		p.play(evening().Draw(t, "evening"), func(now time.Time) {
			hears := false
			for s, at := range p.heard {
				hears = hears || now.Sub(at) < 10*time.Second && p.words[s].Screens > 0 && p.words[s].Sound > 0
			}
			require.Equal(t, p.running && !hears && now.Sub(p.since) >= 10*time.Second, p.standing[recipients.NoRecipient], "at %v", now)
		})
	})
}

// Whatever a station says twice is as if it had said it once: the same state, and no second receipt.
func TestDuplicatesAreHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, twice := newEvening(t), newEvening(t)
		for _, m := range evening().Draw(t, "evening") {
			once.step(m.at, m.in)
			twice.step(m.at, m.in)
			if _, own := m.in.(recipients.Alerted); !own { // the room does not repeat itself
				require.Empty(t, twice.step(m.at, m.in).Receipts, "a receipt is told once")
			}
			require.Equal(t, once.audience.Report(m.at), twice.audience.Report(m.at))
			require.Equal(t, once.standing, twice.standing)
		}
	})
}

// A High alert that somebody has to see and no screen shows is said after ten seconds, and only then.
func TestUndeliveredIsSaidInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newEvening(t)
		waiting := map[string]time.Time{} // by occurrence, since when nobody has seen it
		p.play(evening().Draw(t, "evening"), func(now time.Time) {
			undisplayed := p.audience.Report(now).Undisplayed
			overdue := false
			for _, o := range undisplayed {
				since, known := waiting[o]
				if !known || p.armed[o].After(since) {
					since = now
				}
				waiting[o] = since
				overdue = overdue || now.Sub(since) >= 10*time.Second
			}
			maps.DeleteFunc(waiting, func(o string, _ time.Time) bool { return !slices.Contains(undisplayed, o) })
			require.Equal(t, overdue, p.standing[recipients.DeliveryTimeout], "at %v", now)
		})
	})
}

// A restart at any moment changes neither what stands nor what was tested; stations come back with their next word.
func TestRestartKeepsTheBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newEvening(t)
		list := evening().Draw(t, "evening")
		p.play(list, func(time.Time) {})
		text, err := p.audience.Snapshot()
		require.NoError(t, err)
		now := list[len(list)-1].at
		before := p.audience.Report(now)
		fresh := recipients.New(true)
		require.NoError(t, fresh.Restore(text))
		o, err := fresh.Step(now, recipients.Session{Running: p.running})
		require.NoError(t, err)
		for _, f := range o.Faults {
			assert.Equal(t, p.standing[f.Condition], f.Active, f.Condition)
		}
		after := fresh.Report(now)
		assert.Equal(t, before.Undisplayed, after.Undisplayed)
		assert.Equal(t, before.Duty == nil, after.Duty == nil)
		assert.Equal(t, before.Reach == nil, after.Reach == nil)
		if before.Reach != nil {
			assert.Equal(t, before.Reach.State, after.Reach.State)
		}
		assert.Empty(t, after.Stations)
	})
}

func TestUnusableStateIsRefused(t *testing.T) {
	a := recipients.New(true)
	for _, text := range []string{"", "{", `{"version":2}`, `[]`} {
		require.ErrorIs(t, a.Restore([]byte(text)), recipients.ErrSnapshot, text)
	}
	require.NoError(t, a.Restore([]byte(`{"version":1,"state":{"alerts":{"a-1":null}}}`)))
	_, err := a.Step(begin, recipients.Session{Running: true})
	require.NoError(t, err)
}

// A station bounds the names of a duty by characters. One that we refused for its bytes would be gone for this room.
func TestNamesInAnyScriptAreTaken(t *testing.T) {
	for _, letter := range []string{"n", "ü", "ש"} {
		a := recipients.New(true)
		_, err := a.Step(begin, recipients.Watch{Station: "station-1", Screens: 1, Duty: &wire.Duty{Nurse: strings.Repeat(letter, 40), Until: wire.Time{Time: begin.Add(time.Hour)}}})
		require.NoError(t, err, letter)
	}
}
