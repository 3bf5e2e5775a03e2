package monitor_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

// crash runs a room, forgets it without an orderly end, and runs the next one with what was recorded by then.
func crash(t *testing.T, before, after func(*room)) {
	t.Helper()
	bubble(t, nil, func(first *room) {
		before(first)
		state := first.tape.state()
		require.NotEmpty(t, state, "nothing was recorded")
		second := enter(first.t, func(o *monitor.Options) { o.Snapshot, o.Boot, o.NextSeq = state, "b008", 1000 })
		defer second.end()
		after(second)
	})
}

func TestAlertOutlivesARestart(t *testing.T) {
	var was wire.Time
	var seen *wire.Time
	crash(t, func(r *room) {
		r.read("cuff", pressure(210))
		pass(20 * time.Second)
		r.Command(r.t.Context(), "station-2", wire.VerbAcknowledge, []byte(`{"by":"mk","occurrence":"bp_extreme-1"}`))
		was, seen = r.status().Alerts[0].Since, r.status().Alerts[0].AcknowledgedAt
		require.NotNil(t, seen)
	}, func(r *room) {
		require.Equal(t, "agent_started", r.sessions()[0].Event)
		assert.Equal(t, "alarm state of the last run resumed", r.sessions()[0].Text)
		assert.Equal(t, "room-1-b008-1000", r.sessions()[0].ID)
		active, _ := r.tape.observed()
		assert.Equal(t, 1, active, "the metrics know it from the start")
		list := r.status().Alerts
		require.Len(t, list, 1)
		assert.Equal(t, "bp_extreme-1", list[0].Occurrence)
		assert.True(t, list[0].Acknowledged)
		assert.Equal(t, "mk", list[0].AcknowledgedBy)
		assert.Equal(t, "station-2", list[0].Via, "and where")
		require.NotNil(t, list[0].AcknowledgedAt, "and when")
		assert.True(t, seen.Equal(list[0].AcknowledgedAt.Time))
		assert.Equal(t, "active", list[0].State)
		assert.True(t, was.Equal(list[0].Since.Time))
		pass(time.Hour)
		assert.Equal(t, []string{"bp_extreme updated"}, r.changes(), "it asks for somebody again, and no data never ends it")
		assert.Nil(t, r.status().Alerts[0].AcknowledgedAt, "what nobody has seen was seen nowhere")
		assert.Empty(t, r.status().Alerts[0].Via)
		r.read("cuff", pressure(120))
		r.read("cuff", pressure(210))
		assert.Equal(t, []string{
			"bp_extreme updated", "bp_extreme latched", "bp_extreme ended", "bp_extreme raised",
		}, r.changes())
		list = r.status().Alerts
		require.Len(t, list, 1)
		assert.Equal(t, "bp_extreme-2", list[0].Occurrence, "a number never comes twice")
	})
}

// A state that an older agent recorded says by whom, and neither where nor when; and what is said of an alert that is not there,
// or that nobody has acknowledged, is nobody's.
func TestWhereAnAlertWasSeenIsTakenOnlyAsFarAsItIsKnown(t *testing.T) {
	for name, change := range map[string]func(state map[string]json.RawMessage){
		"not recorded": func(s map[string]json.RawMessage) { delete(s, "seen") },
		"without a moment": func(s map[string]json.RawMessage) {
			s["seen"] = json.RawMessage(`{"bp_extreme-1":{"via":"station-2"}}`)
		},
		"of other alerts": func(s map[string]json.RawMessage) {
			s["seen"] = json.RawMessage(`{"spo2_crit-1":{"at":"2026-11-22T10:00:00Z","via":"station-2"},"bp_severe-1":{"at":"2026-11-22T10:00:00Z","via":"x"}}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(first *room) {
				first.read("cuff", pressure(210))
				first.Command(first.t.Context(), "station-2", wire.VerbAcknowledge, []byte(`{"by":"mk","occurrence":"bp_extreme-1"}`))
				first.stream(80, 11*time.Second) // spo2_crit, which nobody acknowledges
				var state map[string]json.RawMessage
				require.NoError(t, json.Unmarshal(first.tape.state(), &state))
				require.Contains(t, string(state["seen"]), "station-2")
				change(state)
				text, err := json.Marshal(state)
				require.NoError(t, err)
				second := enter(first.t, func(o *monitor.Options) { o.Snapshot = text })
				defer second.end()
				list := second.status().Alerts
				require.Len(t, list, 2)
				for _, a := range list {
					assert.Equal(t, a.Condition == "bp_extreme", a.Acknowledged)
					assert.Empty(t, a.Via)
					assert.Nil(t, a.AcknowledgedAt)
				}
			})
		})
	}
}

func TestRunningHoldOutlivesARestart(t *testing.T) {
	crash(t, func(r *room) {
		r.read("oximeter", clip(72, 97))
		r.deliver("oximeter", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
		pass(4 * time.Second)
		assert.Empty(t, r.changes())
	}, func(r *room) {
		pass(5 * time.Second)
		assert.Equal(t, []string{"serial_lost raised"}, r.changes())
	})
}

func TestHoldThatWasResetStaysReset(t *testing.T) {
	crash(t, func(r *room) {
		r.stream(80, 9*time.Second) // spo2_crit needs ten
		r.stream(97, 3*time.Second)
		assert.Empty(t, r.changes())
	}, func(r *room) {
		pass(3 * time.Second)
		assert.Empty(t, r.changes(), "no data, no alert")
		r.stream(80, 9*time.Second)
		assert.Empty(t, r.changes(), "the hold begins anew")
	})
}

// A patient whose clip falls off while the agent restarts must not go unseen.
func TestSensorThatWasAppliedIsRemembered(t *testing.T) {
	crash(t, func(r *room) { r.stream(97, 3*time.Second) }, func(r *room) {
		for range 20 {
			r.read("oximeter", without(devices.FingerOut))
			pass(time.Second)
		}
		assert.Equal(t, []string{"spo2_sensor_off raised"}, r.changes())
	})
}

func TestStateThatChangesWithoutAnEventIsRecordedEverySecond(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.stream(97, 10*time.Second)
		pass(time.Second)
		assert.Equal(t, 10, len(r.tape.to("state")))
		for _, g := range r.tape.to("state") {
			assert.False(t, g.urgent, "it can wait for the next commit")
		}
		quiet := len(r.tape.to("state"))
		pass(time.Minute)
		assert.Equal(t, quiet, len(r.tape.to("state")), "where nothing happens there is nothing to record")
	})
}

func TestUnreadableStateIsNoReasonNotToWatch(t *testing.T) {
	for name, state := range map[string]string{
		"no JSON": "\x00\x01", "another shape": `[1]`, "another version": `{"version":99}`,
		"contradiction": `{"version":1,"tracks":[{"condition":"spo2_low","stage":2}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(o *monitor.Options) { o.Snapshot = []byte(state) }, func(r *room) {
				assert.Equal(t, "fresh start: alarm state of the last run could not be read", r.sessions()[0].Text)
				assert.Contains(t, r.log.String(), "level=ERROR")
				assert.Contains(t, r.log.String(), "starting afresh")
				r.read("cuff", pressure(210))
				assert.Equal(t, []string{"bp_extreme raised"}, r.changes())
			})
		})
	}
}

func TestFreshStartSaysSo(t *testing.T) {
	bubble(t, nil, func(r *room) {
		assert.Equal(t, "fresh start", r.sessions()[0].Text)
		assert.Empty(t, r.log.String())
	})
}

// A condition that the new configuration does not have must not stay active for ever.
func TestAlertOfAConditionThatIsGoneEnds(t *testing.T) {
	bubble(t, nil, func(first *room) {
		first.read("cuff", pressure(210))
		second := enter(first.t, func(o *monitor.Options) {
			o.Snapshot = first.tape.state()
			o.Rules.Conditions = []alerts.Condition{profiles.BuiltIn().Conditions()[0]}
		})
		defer second.end()
		second.read("oximeter", clip(72, 97))
		assert.Equal(t, []string{"bp_extreme ended"}, second.changes())
	})
}
