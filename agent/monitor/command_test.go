package monitor_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

func TestRefusedCommandChangesNothingAndSaysWhy(t *testing.T) {
	tests := []struct {
		name, verb, payload, code, text string
	}{
		{"unknown verb", "limits-off", `{"by":"mk"}`, "unknown_command", `unknown command "limits-off"; there are acknowledge, alarm-off, alarm-on, alarm-test, cuff-start, cuff-stop, infusion-end, limits-set, note, note-undo, pause-alarms, pause-audio, reach-test, receipt, resume, session-confirm, session-dose, session-end, session-list, session-override, session-phase, session-reading, session-screening, session-start, snapshot, symptom, symptom-over, trend and watch`},
		{"unknown verb, nobody", "dance", ``, "unknown_command", `unknown command "dance"`},
		{"nobody", wire.VerbCuffStart, `{}`, "bad_request", `"by" is missing: say who gives the command`},
		{"nothing", wire.VerbCuffStart, ``, "bad_request", `"by" is missing`},
		{"null", wire.VerbCuffStart, `null`, "bad_request", `"by" is missing`},
		{"blank", wire.VerbAcknowledge, `{"by":" \t","occurrence":"bp_severe-1"}`, "bad_request", `"by" is missing`},
		{"no JSON", wire.VerbAcknowledge, `by=mk`, "bad_request", "command is not understood: want a JSON object"},
		{"cut", wire.VerbAcknowledge, `{"by":"mk","occ`, "bad_request", "want a JSON object"},
		{"more after it", wire.VerbAcknowledge, `{"by":"mk","occurrence":"bp_severe-1"} x`, "bad_request", "want a JSON object"},
		{"no object", wire.VerbAcknowledge, `["mk"]`, "bad_request", "want a JSON object, not a JSON array"},
		{"wrong type", wire.VerbAcknowledge, `{"by":5,"occurrence":"bp_severe-1"}`, "bad_request", `"by" must be a text, not a JSON number`},
		{"too long", wire.VerbAcknowledge, `{"by":"` + strings.Repeat("m", 16<<10) + `"}`, "bad_request", "command is 16393 bytes long, at most 16384 are taken"},
		{"no occurrence", wire.VerbAcknowledge, `{"by":"mk"}`, "bad_request", `"occurrence" is missing`},
		{"unknown occurrence", wire.VerbAcknowledge, `{"by":"mk","occurrence":"bp_severe-2"}`, "not_found", `no active or latched alert "bp_severe-2"; it may have ended`},
		{"two cuffs", wire.VerbCuffStart, `{"by":"mk"}`, "not_found", `room has several cuffs: name one in "device"`},
		{"unknown device", wire.VerbCuffStop, `{"by":"mk","device":"leg"}`, "not_found", `no such device in this room: "leg"`},
		{"no cuff", wire.VerbCuffStart, `{"by":"mk","device":"oximeter"}`, "not_found", `device "oximeter" takes no commands`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			orders := 0
			obey := func(context.Context, devices.Command) error { orders++; return nil }
			bubble(t, func(o *monitor.Options) {
				o.Devices = []monitor.Device{oximeter("oximeter"), cuff("left", obey), cuff("right", obey)}
			}, func(r *room) {
				r.read("left", pressure(190))
				before, active := len(r.tape.everything()), r.status().Alerts
				reply := r.Command(r.t.Context(), wire.ViaPage, test.verb, []byte(test.payload))
				assert.False(t, reply.OK)
				assert.Equal(t, test.code, reply.Code)
				assert.Contains(t, reply.Text, test.text)
				assert.NotContains(t, reply.Text, "wire.", "the words are for people")
				assert.Zero(t, orders)
				assert.Equal(t, before, len(r.tape.everything()))
				after := r.status().Alerts
				require.Len(t, after, len(active))
				assert.False(t, after[0].Acknowledged)
			})
		})
	}
}

func TestRoomWithoutACuffSaysSo(t *testing.T) {
	bubble(t, nil, func(r *room) {
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`))
		assert.Equal(t, wire.Reply{Code: "not_found", Text: "room has no cuff that takes commands"}, reply)
	})
}

func TestAcknowledge(t *testing.T) {
	bubble(t, nil, func(r *room) {
		acknowledge := func(by string) wire.Reply {
			return r.Command(r.t.Context(), wire.ViaPage, wire.VerbAcknowledge, []byte(`{"by":" `+by+` ","occurrence":"bp_extreme-1","new":"field"}`))
		}
		r.read("cuff", pressure(210))
		assert.Equal(t, wire.Reply{OK: true}, acknowledge("mk"))
		assert.Equal(t, wire.Reply{OK: true, Text: "already acknowledged by mk"}, acknowledge("jo"))
		assert.Equal(t, []string{"bp_extreme raised", "bp_extreme acknowledged"}, r.changes())
		assert.Equal(t, "mk", r.alerts()[1].AcknowledgedBy)
		assert.Equal(t, wire.ViaPage, r.alerts()[1].Via)
		assert.Empty(t, r.alerts()[0].Via, "nobody ordered that")
		assert.Equal(t, "active", r.alerts()[1].State, "acknowledging does not make it normal")
		r.read("cuff", pressure(120))
		assert.Equal(t, "not_found", acknowledge("jo").Code)
		assert.Equal(t, "bp_extreme ended", r.changes()[2])

		r.read("cuff", pressure(210))
		r.read("cuff", pressure(120))
		require.Equal(t, "bp_extreme latched", r.changes()[4])
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbAcknowledge, []byte(`{"by":"jo","occurrence":"bp_extreme-2"}`))
		assert.True(t, reply.OK)
		assert.Equal(t, "bp_extreme reset", r.changes()[5])
		assert.Empty(t, r.status().Alerts)
	})
}

// An alert whose end was due before the acknowledgement has ended: the answer must not say otherwise.
func TestAcknowledgeComesAfterWhatWasDue(t *testing.T) {
	conditions := []alerts.Condition{
		{ID: "slow", Title: "Slow", Kind: alerts.Technical, Trigger: alerts.SystemFault, ClearHold: 2 * time.Second},
		{ID: "other", Title: "Other", Kind: alerts.Technical, Trigger: alerts.SystemFault},
	}
	for range 20 { // by chance the room's timer comes first every other time
		bubble(t, func(o *monitor.Options) { o.Rules.Conditions = conditions }, func(r *room) {
			r.Fault(r.t.Context(), "slow", true, "")
			r.Fault(r.t.Context(), "slow", false, "")
			pass(time.Second)
			release := r.tape.hold()
			r.Fault(r.t.Context(), "other", true, "") // holds the room until the end of slow is overdue
			answered := make(chan wire.Reply, 1)
			go func() {
				answered <- r.Command(r.t.Context(), wire.ViaPage, wire.VerbAcknowledge, []byte(`{"by":"mk","occurrence":"slow-1"}`))
			}()
			pass(2 * time.Second)
			release()
			assert.Equal(t, "not_found", (<-answered).Code)
			assert.Equal(t, []string{"slow raised", "other raised", "slow ended"}, r.changes())
		})
	}
}

func TestOrderToACuffIsRecorded(t *testing.T) {
	var orders []devices.Command
	var refusal error
	obey := func(_ context.Context, c devices.Command) error { orders = append(orders, c); return refusal }
	bubble(t, func(o *monitor.Options) { o.Devices[1] = cuff("cuff", obey) }, func(r *room) {
		assert.True(t, r.Command(r.t.Context(), wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`)).OK)
		assert.True(t, r.Command(r.t.Context(), "station-1", wire.VerbCuffStop, []byte(`{"by":"jo","device":"cuff"}`)).OK)
		refusal = devices.ErrCuffTooSoon
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`))
		assert.Equal(t, wire.Reply{Code: "refused", Text: "cuff was used less than a minute ago"}, reply)
		assert.Equal(t, []devices.Command{devices.CuffStart, devices.CuffStop, devices.CuffStart}, orders)

		var told []string
		for _, s := range r.sessions()[1:] {
			told = append(told, s.Event+" "+s.Device+" by "+s.By+" via "+s.Via+" "+s.Text)
		}
		assert.Equal(t, []string{
			"cuff_start cuff by mk via page ", "cuff_stop cuff by jo via station-1 ",
			"cuff_start cuff by mk via page refused: cuff was used less than a minute ago",
		}, told, "what was tried is told too")
		assert.Equal(t, 4, len(r.tape.to("append")))
	})
}

func TestRoomGoesOnWhileAPortWaits(t *testing.T) {
	release := make(chan error)
	bubble(t, func(o *monitor.Options) {
		release = make(chan error) // of the bubble
		o.Devices[1] = cuff("cuff", func(context.Context, devices.Command) error { return <-release })
	}, func(r *room) {
		answered := make(chan wire.Reply, 1)
		go func() { answered <- r.Command(r.t.Context(), wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`)) }()
		synctest.Wait()
		r.stream(97, 10*time.Second)
		assert.Equal(t, 10, len(r.readings()))
		r.read("cuff", pressure(190))
		assert.Equal(t, []string{"bp_severe raised"}, r.changes())
		assert.Empty(t, answered)
		release <- errors.New("port is gone")
		assert.Equal(t, wire.Reply{Code: "refused", Text: "port is gone"}, <-answered)
	})
}

// The nurse's browser may be gone before the cuff has answered: the air was moved all the same.
func TestOrderIsRecordedThoughItsGiverHasGone(t *testing.T) {
	bubble(t, func(o *monitor.Options) {
		o.Devices[1] = cuff("cuff", func(ctx context.Context, _ devices.Command) error {
			<-ctx.Done()
			return nil // carried out all the same
		})
	}, func(r *room) {
		for range 20 { // by chance it would be recorded every other time
			ctx, cancel := context.WithTimeout(r.t.Context(), time.Second)
			r.Command(ctx, wire.ViaPage, wire.VerbCuffStart, []byte(`{"by":"mk"}`))
			cancel()
		}
		assert.Len(t, r.sessions()[1:], 20)
	})
}

func TestSnapshotCommandNeedsNobody(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("oximeter", clip(72, 97))
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbSnapshot, nil)
		require.True(t, reply.OK)
		s := decode[wire.Status](t, reply.Data)
		assert.Equal(t, "97", s.Devices[0].Values["spo2"].Value.String())
	})
}

// Somebody who does not wait for the answer must not get half of one.
func TestSnapshotWhoseAskerHasGone(t *testing.T) {
	bubble(t, nil, func(r *room) {
		for range 20 { // by chance it is asked for every other time
			ctx, cancel := context.WithCancel(r.t.Context())
			cancel()
			if s, err := r.Snapshot(ctx); err != nil {
				require.ErrorIs(t, err, context.Canceled)
				assert.Zero(t, s)
			}
		}
	})
}
