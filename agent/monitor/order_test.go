package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

func TestAlertIsPublishedThenRecordedThenShown(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.tape.watch()
		before := len(r.tape.everything())
		r.read("cuff", pressure(190))
		var order []string
		for _, g := range r.tape.everything()[before:] {
			what := g.message.Subject
			if g.to == "screen" {
				what = g.event
			}
			order = append(order, g.to+" "+what)
		}
		severe, reading := address.Alert("bp_severe"), address.Reading("cuff")
		assert.Equal(t, []string{
			"publish " + severe, "append " + severe, "state ", "screen alarm", "screen snapshot",
			"publish " + reading, "append " + reading,
		}, order)
		assert.True(t, r.tape.everything()[before+1].urgent)
		active, _ := r.tape.observed()
		assert.Equal(t, 1, active)
		shown := decode[wire.Status](t, r.tape.everything()[before+4].message.Payload)
		require.Len(t, shown.Alerts, 1, "the picture that comes with the alarm has it already")
		assert.Equal(t, "bp_severe-1", shown.Alerts[0].Occurrence)
	})
}

// An alert has the processor to itself for a breath; whatever happens next finds everything done.
func TestAnAlertGoesAloneAndTheRestFollows(t *testing.T) {
	breathe := func(o *monitor.Options) { o.Breath = 2 * time.Millisecond }
	severe, reading := address.Alert("bp_severe"), address.Reading("cuff")
	bubble(t, breathe, func(r *room) {
		before := len(r.tape.everything())
		r.read("cuff", pressure(190))
		alone := r.tape.everything()[before:]
		require.Len(t, alone, 1)
		assert.Equal(t, severe, alone[0].message.Subject)
		pass(2 * time.Millisecond)
		assert.Equal(t, []string{severe, reading}, subjects(r.tape.to("append")), "the alert, then its cause")
	})
	bubble(t, breathe, func(r *room) {
		r.read("cuff", pressure(190))
		s, err := r.Snapshot(r.t.Context())
		require.NoError(t, err)
		assert.Contains(t, s.Devices[1].Values, "systolic", "nobody sees the room between alert and reading")
		assert.Equal(t, []string{severe, reading}, subjects(r.tape.to("append")))
	})
	bubble(t, breathe, func(r *room) {
		r.read("cuff", pressure(190))
		r.end()
		assert.Equal(t, []string{severe, reading, address.Session()}, subjects(r.tape.to("append")), "the end waits for it")
	})
}

// subjects lists where the messages belong that an outlet was given, without those of the start.
func subjects(list []given) []string {
	var names []string
	for _, g := range list {
		if g.message.Seq > 1 {
			names = append(names, g.message.Subject)
		}
	}
	return names
}

func TestAlertOfTimeAloneNeedsNoReading(t *testing.T) {
	bubble(t, nil, func(r *room) {
		begun := time.Now()
		r.deliver("oximeter", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
		pass(5*time.Second - 1)
		assert.Empty(t, r.changes())
		pass(1)
		require.Equal(t, []string{"serial_lost raised"}, r.changes())
		list := r.tape.to("publish")
		raised := list[slices.IndexFunc(list, func(g given) bool { return g.message.Subject == address.Alert("serial_lost") })]
		assert.Equal(t, begun.Add(5*time.Second), raised.at)
	})
}

// TestNumbersHaveNoGaps does anything in any order and looks at what came out.
func TestNumbersHaveNoGaps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		acts := rapid.SliceOfN(rapid.IntRange(0, 13), 1, 60).Draw(rt, "acts")
		first := rapid.Uint64Range(1, 1<<40).Draw(rt, "first number")
		var wrong error
		bubble(t, func(o *monitor.Options) {
			o.NextSeq = first
			o.Devices[1].Command = func(context.Context, devices.Command) error { return devices.ErrCuffBusy }
		}, func(r *room) {
			r.tape.watch()
			for _, act := range acts {
				r.act(act)
			}
			r.end()
			wrong = r.tape.check(first)
		})
		if wrong != nil {
			rt.Fatal(wrong)
		}
	})
}

func (r *room) act(act int) {
	ctx := r.t.Context()
	switch act {
	case 0:
		r.read("oximeter", clip(72, 97))
	case 1:
		r.stream(80, 12*time.Second)
	case 2:
		r.read("oximeter", without(devices.FingerOut))
	case 3:
		r.deliver("oximeter", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
	case 4:
		r.deliver("oximeter", link.Update{State: link.Connected, StateChanged: true})
	case 5:
		r.deliver("oximeter", link.Update{Waves: []devices.Wave{{At: time.Now(), Vital: devices.Pleth, Rate: 75, FullScale: 9, Samples: []int32{5}}}})
	case 6:
		r.read("cuff", pressure(210))
	case 7:
		r.read("cuff", pressure(120))
	case 8:
		r.deliver("cuff", link.Update{Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffFailed, Class: devices.CuffLeak}}})
	case 9:
		r.Command(ctx, wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`))
	case 10:
		for _, a := range r.status().Alerts {
			r.Command(ctx, wire.ViaPage, wire.VerbAcknowledge, []byte(`{"by":"mk","occurrence":"`+a.Occurrence+`"}`))
		}
	case 11:
		r.Fault(ctx, "disk_full", true, "Disk full")
	case 12:
		r.Fault(ctx, "disk_full", false, "")
	case 13:
		pass(7 * time.Second)
	}
}

// check says what is wrong with what the outlets were given.
func (p *tape) check(first uint64) error {
	want, appended := first, 0
	recorded := p.to("append")
	for _, g := range p.to("publish") {
		m := g.message
		if m.Class == wire.ClassPassing {
			if m.ID != "" || m.Seq != 0 {
				return fmt.Errorf("%s, which is not kept, took number %d", m.Subject, m.Seq)
			}
			continue
		}
		if m.Seq != want || m.ID != fmt.Sprintf("room-1-b007-%d", want) {
			return fmt.Errorf("published %s with number %d and id %q, want number %d", m.Subject, m.Seq, m.ID, want)
		}
		if appended >= len(recorded) || recorded[appended].message.ID != m.ID || &recorded[appended].message.Payload[0] != &m.Payload[0] {
			return fmt.Errorf("number %d was not recorded as it was published, once and in order", m.Seq)
		}
		appended++
		want++
	}
	if appended != len(recorded) {
		return errors.New("recorded more than was published")
	}
	return nil
}

func TestPayloadCarriesItsNumber(t *testing.T) {
	bubble(t, func(o *monitor.Options) { o.NextSeq = 40 }, func(r *room) {
		pass(1500 * time.Millisecond)
		r.read("oximeter", clip(72, 97))
		require.Equal(t, "agent_started", r.sessions()[0].Event)
		assert.EqualValues(t, 40, r.sessions()[0].Seq)
		h := r.readings()[0].Header
		assert.Equal(t, wire.Header{
			V: 1, ID: "room-1-b007-41", Seq: 41, At: h.At, OffsetMS: 1500, Boot: "b007", Site: "clinic", Room: "room-1", Mode: wire.Test,
		}, h)
		assert.True(t, h.At.Equal(time.Now()))
		assert.EqualValues(t, 42, r.status().Seq, "a status has the number that the next event will have")
		assert.Empty(t, r.status().ID)
	})
}

func TestWhatWasQueuedIsJudgedBeforeTheEnd(t *testing.T) {
	bubble(t, nil, func(r *room) {
		release := r.tape.hold()
		done := make(chan struct{})
		r.Fault(r.t.Context(), "disk_full", true, "") // holds the room
		pass(time.Millisecond)
		r.Deliver(r.t.Context(), "oximeter", link.Update{Readings: []devices.Reading{clip(72, 97)}})
		r.Deliver(r.t.Context(), "cuff", link.Update{Readings: []devices.Reading{pressure(190)}})
		go func() { r.end(); close(done) }()
		pass(time.Millisecond)
		release()
		<-done
		assert.Equal(t, []string{"disk_full raised", "bp_severe raised"}, r.changes())
		assert.Equal(t, 2, len(r.readings()))
		list := r.tape.to("append")
		assert.Equal(t, wire.EventAgentStopped, decode[wire.Session](t, list[len(list)-1].message.Payload).Event)
		last := r.tape.everything()[len(r.tape.everything())-1]
		assert.Equal(t, "state", last.to, "the engine's last state is recorded after it")
		assert.Contains(t, string(last.snapshot), "bp_severe-1")
	})
}

func TestNobodyWaitsForARoomThatHasEnded(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.end()
		before := len(r.tape.everything())
		for range 2 * monitor.QueueSize {
			r.Deliver(r.t.Context(), "oximeter", link.Update{Readings: []devices.Reading{clip(72, 97)}})
			r.Fault(r.t.Context(), "disk_full", true, "")
		}
		_, err := r.Snapshot(r.t.Context())
		require.Error(t, err)
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbSnapshot, nil)
		assert.Equal(t, wire.Reply{Code: "stopping", Text: "agent is stopping"}, reply)
		assert.Equal(t, before, len(r.tape.everything()))
	})
}

func TestFullQueueLetsLinksWaitAndLosesNothing(t *testing.T) {
	bubble(t, nil, func(r *room) {
		release := r.tape.hold()
		r.Fault(r.t.Context(), "disk_full", true, "") // holds the room
		pass(time.Millisecond)
		const more = 5
		delivered := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range monitor.QueueSize + more {
				r.Deliver(r.t.Context(), "cuff", link.Update{Readings: []devices.Reading{pressure(120)}})
				delivered++
			}
		}()
		pass(time.Hour)
		assert.Equal(t, monitor.QueueSize, delivered)
		brief, cancel := context.WithTimeout(r.t.Context(), time.Second)
		defer cancel()
		r.Deliver(brief, "cuff", link.Update{Readings: []devices.Reading{pressure(250)}}) // given up
		release()
		<-done
		pass(0)
		assert.Equal(t, monitor.QueueSize+more, len(r.readings()))
		assert.Equal(t, []string{"disk_full raised"}, r.changes())
	})
}

func TestRoomThatCannotBeIsRefused(t *testing.T) {
	o := options(&tape{}, nil)
	o.Devices = append(o.Devices, oximeter("oximeter"))
	_, err := monitor.New(o)
	require.EqualError(t, err, `monitor: two devices are called "oximeter"`)

	o = options(&tape{}, nil)
	o.Rules.Conditions[1].ID = o.Rules.Conditions[0].ID
	_, err = monitor.New(o)
	var bad *alerts.ConditionsError
	require.ErrorAs(t, err, &bad)
}
