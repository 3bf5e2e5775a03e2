package monitor_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// afternoon is a whole session of two hours and what surrounds it: a person, an oximeter, a cuff that obeys, and a nurse.
// It goes on whatever happens to the agent.
type afternoon struct {
	t       *testing.T
	start   time.Time
	room    *room
	lives   []*tape
	cuffDue atomic.Pointer[time.Time] // a measurement is under way until then; ordered from another goroutine
	seen    map[string]time.Time
	seq     uint64
	kills   int
	carried int // acknowledgements that a killed agent left to the next one
}

const (
	doseAt = 12 * time.Minute
	endAt  = 150 * time.Minute
	// The agent records every full second, and is killed right then, so that no time passes between two processes that the
	// engine would not count. Readings come between.
	readingAt = 900 * time.Millisecond
	killAt    = 30 * time.Second
)

// bump is a rise to its height at a moment, as wide as told.
func bump(at, peak, width time.Duration, height float64) float64 {
	x := (at - peak).Seconds() / width.Seconds()
	return height * math.Exp(-x*x)
}

// pulse, oxygen and pressure are the person: the expected rise after the dose, a peak of pressure that is severe, and a
// saturation that falls once.
func (a *afternoon) pulse(at time.Duration) int {
	return 72 + int(at/time.Second)%2 + int(bump(at, doseAt+35*time.Minute, 20*time.Minute, 40))
}

func (a *afternoon) oxygen(at time.Duration) int {
	return 98 - int(bump(at, doseAt+28*time.Minute, time.Minute, 18))
}

func (a *afternoon) pressure(at time.Duration) (systolic, diastolic int) {
	return 122 + int(bump(at, doseAt+38*time.Minute, 15*time.Minute, 66)), 78 + int(bump(at, doseAt+38*time.Minute, 15*time.Minute, 30))
}

// begin starts the agent, from a recorded state or afresh.
func (a *afternoon) begin(state []byte) {
	a.room = enter(a.t, func(o *monitor.Options) {
		o.Snapshot, o.NextSeq, o.Boot = state, a.seq+1, fmt.Sprintf("b%03d", a.kills)
		o.Rules = monitor.NewRules(profiles.BuiltIn())
		o.Devices = []monitor.Device{oximeter("oximeter"), cuff("cuff", func(context.Context, devices.Command) error {
			due := time.Now().Add(30 * time.Second).Truncate(time.Second)
			a.cuffDue.Store(&due)
			return nil
		})}
		o.Devices[1].Verbs = []string{wire.VerbCuffStart}
	})
	a.lives = append(a.lives, a.room.tape)
}

// kill ends the agent as a power cut would: only what was recorded is left of it.
func (a *afternoon) kill() {
	state, before := a.room.tape.state(), a.sights()
	a.seq += 100_000
	a.kills++
	kept := &tape{all: a.room.tape.everything()}
	a.room.end()
	a.lives[len(a.lives)-1] = kept
	a.begin(state)
	assert.Equal(a.t, before, a.sights(), "who has seen what, where and when, %v after the beginning", time.Since(a.start))
	a.carried += len(before)
}

// sights are the acknowledgements that a screen shows now: by whom, where and when.
func (a *afternoon) sights() map[string]string {
	list := map[string]string{}
	for _, x := range a.room.status().Alerts {
		if x.Acknowledged {
			list[x.Occurrence] = a.sight(&x)
		}
	}
	return list
}

func (a *afternoon) sight(x *wire.Alert) string {
	if x.AcknowledgedAt == nil {
		return x.AcknowledgedBy + " somewhere, some time"
	}
	return fmt.Sprintf("%s at %s after %v", x.AcknowledgedBy, x.Via, x.AcknowledgedAt.Sub(a.start).Round(time.Second))
}

func (a *afternoon) order(verb, payload string) { a.orderFrom(wire.ViaPage, verb, payload) }

func (a *afternoon) orderFrom(via, verb, payload string) {
	reply := a.room.Command(a.t.Context(), via, verb, []byte(payload))
	require.True(a.t, reply.OK, "%s at %v: %s", verb, time.Since(a.start), reply.Text)
}

// staff does what people do at their time.
func (a *afternoon) staff(at time.Duration) {
	switch at {
	case time.Minute:
		a.order("session-start", `{"by":"AK","code":"K-0412","route":"iv","age":44,"screening":{"uncontrolled_hypertension":"no",
			"psychosis":"no","mania":"no","substance_history":"no","maoi_or_stimulants":"no","hypertension_history":"no","escort_present":"yes"}}`)
	case 2 * time.Minute:
		a.order("session-phase", `{"by":"AK","phase":"baseline","reason":"begin"}`)
	case doseAt:
		a.order("session-dose", `{"by":"AK","drug":"ketamine","amount":"35 mg"}`)
	case doseAt + 20*time.Minute:
		a.order("note", `{"by":"AK","text":"calm, eyes closed"}`)
	case doseAt + 45*time.Minute:
		a.order("pause-alarms", `{"by":"AK","seconds":150,"reason":"bathroom","sensor":true}`)
	case doseAt + 70*time.Minute:
		a.order("symptom", `{"by":"AK","name":"severe_headache"}`)
	case doseAt + 74*time.Minute:
		a.order("symptom-over", `{"by":"AK","name":"severe_headache"}`)
	case doseAt + 80*time.Minute:
		a.order("session-reading", `{"by":"AK","systolic":128,"diastolic":80}`)
	case doseAt + 125*time.Minute:
		for _, tick := range []string{"moaas_5", "oriented", "dissociation_resolved", "walks_steadily"} {
			a.order("session-confirm", `{"by":"AK","tick":"`+tick+`"}`)
		}
	case endAt - time.Minute:
		a.order("session-end", `{"by":"AK","reason":"the escort is here"}`)
	}
	if at%(7*time.Second) != 0 { // never at the moment at which an acknowledgement runs out: 2 and 5 minutes are no multiples
		return
	}
	for _, alert := range a.room.status().Alerts {
		first, known := a.seen[alert.Occurrence]
		if !known {
			a.seen[alert.Occurrence] = time.Now()
			continue
		}
		if !alert.Acknowledged && alert.Priority != "low" && time.Since(first) > 40*time.Second {
			via := [...]string{wire.ViaPage, "station-2"}[at/(7*time.Second)%2]
			a.orderFrom(via, "acknowledge", `{"by":"AK","occurrence":"`+alert.Occurrence+`"}`)
			a.seen[alert.Occurrence] = time.Now()
		}
	}
}

// devices say what they say at the end of a second.
func (a *afternoon) devices(at time.Duration) {
	walk := at > doseAt+45*time.Minute && at < doseAt+47*time.Minute // the clip is off on the way to the bathroom
	switch {
	case walk && at%(10*time.Second) == 0:
		a.room.read("oximeter", without(devices.SensorOff))
	case !walk:
		a.room.read("oximeter", clip(a.pulse(at), a.oxygen(at)))
	}
	due := a.cuffDue.Load()
	if due == nil {
		return
	}
	if left := time.Until(*due); left > 0 {
		if left > 28*time.Second {
			a.room.deliver("cuff", link.Update{Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffInflating}}})
		}
		return
	}
	a.cuffDue.Store(nil)
	sys, dia := a.pressure(at)
	a.room.deliver("cuff", link.Update{
		Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffDone}},
		Readings: []devices.Reading{{At: time.Now(), Spot: true, Measurements: []devices.Measurement{
			{Vital: devices.Systolic, Value: sys}, {Vital: devices.Diastolic, Value: dia}, {Vital: devices.Mean, Value: (sys + 2*dia) / 3},
		}}},
	})
}

// live plays the whole afternoon.
func (a *afternoon) live(deadly bool) {
	a.start, a.seen = time.Now(), map[string]time.Time{}
	a.begin(nil)
	until := func(at time.Duration) { pass(time.Until(a.start.Add(at))) }
	for at := time.Duration(0); at < endAt; at += time.Second {
		until(at)
		if deadly && at%time.Minute == killAt {
			a.kill()
		}
		until(at + 50*time.Millisecond)
		a.staff(at)
		until(at + readingAt)
		a.devices(at)
	}
}

// log is what the outside heard, in order and to the second; what is about the restarts themselves is left out. Within a
// second the order is not compared: what engine and session do at the same moment is told in either order.
func (a *afternoon) log() []string {
	var list []string
	for _, life := range a.lives {
		for _, g := range life.to("publish") {
			at := g.message.At.Sub(a.start).Round(time.Second)
			switch {
			case g.message.Class != wire.ClassAlert:
			case g.message.Subject == address.Session():
				var p map[string]any
				require.NoError(a.t, json.Unmarshal(g.message.Payload, &p))
				if p["event"] == wire.EventAgentStarted {
					continue
				}
				for _, header := range []string{"id", "seq", "at", "offset_ms", "boot"} {
					delete(p, header)
				}
				text, err := json.Marshal(p)
				require.NoError(a.t, err)
				list = append(list, fmt.Sprintf("%v session %s", at, text))
			default:
				p := decode[wire.Alert](a.t, g.message.Payload)
				if p.Condition == "restarted" {
					continue
				}
				list = append(list, fmt.Sprintf("%v %s %s %s %s ack=%v seen=%q signal=%s called=%v session=%s phase=%s profile=%s %s",
					at, p.Occurrence, p.Event, p.Priority, p.State, p.Acknowledged, a.sight(&p), p.Signal, p.Called, p.Session,
					p.SessionPhase, p.Profile, p.Text))
			}
		}
	}
	slices.SortStableFunc(list, func(x, y string) int {
		a, _, _ := strings.Cut(x, " ")
		b, _, _ := strings.Cut(y, " ")
		if a == b {
			return cmp.Compare(x, y)
		}
		return 0
	})
	return list
}

// An agent that is killed at every minute of a session, and goes on with what it had recorded, tells the same alerts,
// acknowledgements, elevations and gates at the same moments as one that was never disturbed.
func TestSessionOutlivesBeingKilledEveryMinute(t *testing.T) {
	if brevity.Asked() {
		t.Skip("five hours of virtual time")
	}
	var logs [2][]string
	var ends [2]string
	for i, deadly := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			a := &afternoon{t: t}
			a.live(deadly)
			assert.Equal(t, deadly, a.kills > 140)
			assert.Equal(t, deadly, a.carried > 10, "%d acknowledgements outlived a kill", a.carried)
			left := slices.DeleteFunc(a.room.status().Alerts, func(x wire.Alert) bool { return x.Condition == "restarted" })
			for j := range left {
				left[j].Header, left[j].Since, left[j].SilentUntil = wire.Header{}, wire.Time{}, nil
			}
			slices.SortFunc(left, func(x, y wire.Alert) int { return cmp.Compare(x.Occurrence, y.Occurrence) })
			text, err := json.Marshal(left)
			require.NoError(t, err)
			ends[i] = string(text)
			logs[i] = a.log()
			a.room.end()
			logs[i] = slices.Clip(logs[i])
		})
	}
	require.NotEmpty(t, logs[0])
	assert.Equal(t, logs[0], logs[1])
	assert.Equal(t, ends[0], ends[1])
	for _, what := range []string{
		"session_started", `"event":"baseline"`, `"event":"dose"`, "episode_over", `"event":"gate"`, "observation_reached",
		"session_ended", "bp_severe-1 escalated", "spo2_crit-1 raised", "symptom-1 ended", "alarms_paused", `"by":"schedule"`,
		"acknowledged", "bp_surge-1 raised", `"event":"reading"`, "AK at station-2", "AK at page",
	} {
		assert.True(t, slices.ContainsFunc(logs[0], func(line string) bool { return strings.Contains(line, what) }), "the story has no %s", what)
	}
}
