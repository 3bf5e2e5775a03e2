package monitor_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/monitor"
	"bedside/agent/sound"
	"bedside/agent/wire"
)

// orders are what a speaker is told, with the seconds since its room began.
type orders struct {
	mu   sync.Mutex
	list []string
}

func (o *orders) told() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.list)
}

// listening is a room to which a station belongs and which has a speaker.
func listening(to *orders) func(*monitor.Options) {
	return func(o *monitor.Options) {
		expecting(o)
		begun := time.Now()
		o.Outlets.Sound = func(v sound.Voice, on bool) {
			what := "silence"
			if on {
				what = v.Occurrence + " " + v.Priority.String()
			}
			to.mu.Lock()
			defer to.mu.Unlock()
			to.list = append(to.list, time.Since(begun).Round(time.Second).String()+" "+what)
		}
	}
}

func TestRoomSoundsWhenNobodyReacts(t *testing.T) {
	var to orders
	bubble(t, listening(&to), func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSymptom, `{"by":"AK","name":"chest_pain"}`)
		r.watched(seen, 27*time.Second)
		assert.Empty(t, to.told(), "the room is quiet while the station has time to react")
		r.watched(seen, 6*time.Second)
		assert.Equal(t, []string{"30s symptom-1 high"}, to.told(), "the step of the ladder")
		assert.Equal(t, "symptom-1", r.status().Sound.Sounds)
		r.order(wire.VerbPauseAudio, `{"by":"AK","seconds":60}`)
		assert.Equal(t, "33s silence", to.told()[1])
		r.watched(seen, 63*time.Second)
		assert.Equal(t, "1m33s symptom-1 high", to.told()[2], "the pause is over")
		r.order(wire.VerbAcknowledge, `{"by":"AK","occurrence":"symptom-1"}`)
		assert.Equal(t, []string{"1m36s silence"}, to.told()[3:])
		assert.Empty(t, r.status().Sound.Sounds)
	})
}

func TestRoomThatNobodyHearsSounds(t *testing.T) {
	var to orders
	bubble(t, listening(&to), func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		pass(15 * time.Second)
		assert.Empty(t, to.told(), "no session runs: there is nobody to miss anything")
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSessionStart, startSession)
		r.watched(seen, 9*time.Second)
		assert.False(t, r.status().Sound.Alone)
		pass(11 * time.Second)
		assert.True(t, r.status().Sound.Alone)
		assert.Equal(t, []string{"34s no_recipient-1 medium"}, to.told(), "nobody outside hears the room, so it sounds itself")
		r.read("cuff", pressure(205))
		assert.Equal(t, "35s bp_extreme-1 high", to.told()[1], "and at once what is worse, without a ladder")
		r.from(station, wire.VerbWatch, seen)
		assert.Equal(t, []string{"35s silence"}, to.told()[2:], "a nurse hears it again, and has half a minute to react")
	})
}

func TestStatusSaysWhatCanSoundInTheRoom(t *testing.T) {
	bubble(t, func(o *monitor.Options) {
		o.Surroundings = func() monitor.Surroundings {
			return monitor.Surroundings{Sound: wire.RoomSound{Speaker: wire.SpeakerFailing, Why: "no such device", Pages: 2}}
		}
	}, func(r *room) {
		assert.Equal(t, &wire.RoomSound{Speaker: "failing", Why: "no such device", Pages: 2}, r.status().Sound)
	})
	bubble(t, nil, func(r *room) {
		assert.Equal(t, &wire.RoomSound{Speaker: "off"}, r.status().Sound)
	})
}

// A test alarm is an alert of the mode test that sounds in the room at once, and ends by itself.
func TestAlarmThatIsOnlyTried(t *testing.T) {
	var to orders
	bubble(t, func(o *monitor.Options) {
		listening(&to)(o)
		o.Mode = wire.Live
	}, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbAlarmTest, `{"by":"AK","priority":"high"}`)
		assert.Equal(t, []string{"0s test_high-1 high"}, to.told())
		raised := r.alerts()[len(r.alerts())-1]
		assert.Equal(t, []any{wire.Test, "TEST by AK: nothing has happened, nobody needs to come"}, []any{raised.Mode, raised.Text})
		assert.Equal(t, wire.Live, r.status().Mode, "the room is as real as before")
		r.from(station, wire.VerbReceipt, `{"by":"station-1","shown":["`+raised.ID+`"],"screens":1}`)
		r.order(wire.VerbAcknowledge, `{"by":"AK","occurrence":"test_high-1"}`)
		test := r.status().Recipients.Test
		assert.Equal(t, []wire.Painted{{Station: station, Screens: 1}}, test.Shown)
		assert.Equal(t, "AK", test.AcknowledgedBy)
		r.watched(seen, 21*time.Second)
		assert.Equal(t, []string{"test_high raised", "test_high acknowledged", "test_high ended"}, ofCondition(r, "test_high"))
		assert.True(t, r.status().Recipients.Test.Over)
		r.order(wire.VerbSessionStart, startSession)
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbAlarmTest, []byte(`{"by":"AK","priority":"high"}`))
		assert.Contains(t, reply.Text, "a session is running")
	})
}
