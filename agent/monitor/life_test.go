package monitor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/alive/alivetest"
	"bedside/agent/monitor"
	"bedside/alerts"
)

// A room in which nothing happens lives, and one whose publication hangs is late: that is what ends the program.
func TestARoomThatWaitsLivesAndOneThatHangsIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := alivetest.New(t)
		defer w.Stop()
		r := enter(t, func(o *monitor.Options) { o.Life = w.Loop("monitor") })
		defer r.end()
		pass(30 * time.Minute)
		assert.Empty(t, w.Late())
		release := r.tape.hold()
		defer release()
		pass(12 * time.Second)
		assert.Equal(t, []string{"monitor"}, w.Late(), "the next heartbeat is at most five seconds away")
		release()
		pass(2 * time.Second)
		assert.Equal(t, []string{"monitor"}, w.Late(), "and it moves again")
	})
}

// Whoever watches the agent says through the monitor that a part of it hangs.
func TestAStallIsToldAndOver(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.Fault(r.t.Context(), "process_stalled", true, "A part of Bedside in room-1 hangs: record. Watch the patient.")
		pass(time.Second)
		r.Fault(r.t.Context(), "process_stalled", false, "")
		pass(time.Second)
		var got []wireAlert
		for _, a := range r.alerts() {
			got = append(got, wireAlert{a.Condition, a.Event, a.Priority})
		}
		high := alerts.High.String()
		assert.Equal(t, []wireAlert{{"process_stalled", "raised", high}, {"process_stalled", "ended", high}}, got)
	})
}

// wireAlert is what of an alert these tests look at.
type wireAlert struct{ condition, event, priority string }
