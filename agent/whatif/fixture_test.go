package whatif_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
	"bedside/simulators/crowd"
	"bedside/simulators/patient"
)

const (
	code    = "K-0412"
	startAt = time.Minute      // of the session, since the agent began
	agentOn = 20 * time.Second // after its end
	endAt   = 95 * time.Minute // at the latest, though that is early: the rest is more of the same
)

// evening is one session of the crowd in a real monitor, in virtual time: what its record then holds of the session.
type evening struct {
	t       *testing.T
	s       *crowd.Session
	rng     *rand.Rand
	profile string        // id; empty for that of the route
	kill    time.Duration // since the start; zero for never
	away    time.Duration // until it was started again
	given   [2]string     // drug and amount of a dose; empty for some
	breath  time.Duration // of the monitor: by so much the reading that caused an alert is recorded behind it
	quick   bool          // staff acknowledge, pause, report and measure by hand
	limits  bool          // staff change limits
	end     time.Duration
	latest  time.Duration // when it ends at the latest; endAt if zero
	day     time.Time     // when it begins; zero for the clock of a bubble
	station string        // that shows the room; empty for none

	room  *monitor.Monitor
	stop  func()
	state []byte
	boot  int

	mu       sync.Mutex
	messages []wire.Message
	painted  int  // messages that the station has shown
	ordered  bool // the cuff is to start

	cycle *crowd.Cycle
	arm   *crowd.Cuff
	clip  *crowd.Oximeter
}

// routeWords are the words of the profiles.
var routeWords = map[patient.Route]string{
	patient.Esketamine: "intranasal", patient.Intravenous: "iv", patient.Intramuscular: "im", patient.Sublingual: "sublingual",
}

// play plays a session to its end, and returns the messages of it in their order.
func play(t *testing.T, number int, change func(*evening)) []wire.Message {
	t.Helper()
	var list []wire.Message
	synctest.Test(t, func(t *testing.T) {
		s := crowd.New(1, number)
		e := &evening{t: t, s: s, rng: rand.New(rand.NewPCG(1, uint64(number))), arm: s.Cuff(), clip: s.Oximeter()}
		if change != nil {
			change(e)
		}
		if !e.day.IsZero() {
			time.Sleep(time.Until(e.day))
		}
		e.begin()
		e.end = min(s.Length, cmp.Or(e.latest, endAt))
		if brevity.Asked() { // the race detector finds nothing in what is pure
			e.end = min(e.end, s.Dose()+25*time.Minute)
		}
		for at := time.Duration(0); at < e.end+agentOn; at += time.Second {
			e.second(at)
		}
		e.stop()
		for _, m := range e.messages {
			var h wire.Header
			require.NoError(t, json.Unmarshal(m.Payload, &h))
			if h.Session == code {
				list = append(list, m)
			}
		}
	})
	require.True(t, slices.IsSortedFunc(list, func(a, b wire.Message) int { return int(a.Seq) - int(b.Seq) }))
	return list
}

// begin starts the agent, with what it saved.
func (e *evening) begin() {
	e.boot++
	m, err := monitor.New(monitor.Options{
		Room: wire.Room{Site: "clinic", Room: "room-1"}, Boot: fmt.Sprintf("b%03d", e.boot), Mode: wire.Test, Version: "1",
		Rules: monitor.NewRules(profiles.BuiltIn()), Station: e.station != "", NextSeq: uint64(e.boot) * 1_000_000, Snapshot: e.state, Breath: e.breath,
		Devices: []monitor.Device{
			{Name: "oximeter", Port: "port", Driver: devices.Driver{
				Name: "clip", Kind: devices.Oximeter, Rate: 1, Vitals: []devices.Vital{devices.PulseRate, devices.SpO2},
			}},
			{Name: "cuff", Port: "port", Command: e.obey, Driver: devices.Driver{
				Name: "arm", Kind: devices.Cuff, Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean},
			}},
		},
		Outlets: monitor.Outlets{
			Publish: e.publish, Append: e.save, Screen: func(string, []byte) {}, Watching: func() bool { return false }, Observe: deaf{},
		},
		Surroundings: func() monitor.Surroundings { return monitor.Surroundings{BrokerConnected: true, RecordHealthy: true} },
		Log:          slog.New(slog.DiscardHandler),
	})
	require.NoError(e.t, err)
	ctx, cancel := context.WithCancel(e.t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	e.room, e.stop = m, func() { cancel(); require.NoError(e.t, <-done) }
	synctest.Wait()
}

func (e *evening) obey(context.Context, devices.Command) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ordered = true
	return nil
}

func (e *evening) publish(m wire.Message) {
	if m.Class == wire.ClassPassing {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.messages = append(e.messages, m)
}

func (e *evening) save(_ []wire.Message, state []byte, _ bool) {
	if state != nil {
		e.state = state
	}
}

// restart kills the agent as a power cut would, and starts it again.
func (e *evening) restart() {
	state, n := e.state, len(e.messages)
	e.stop()
	e.state, e.messages = state, e.messages[:n]
	time.Sleep(e.away)
	e.begin()
}

// second lets a second pass, within which the oximeter speaks at a moment of its own, so that nothing is due right then.
func (e *evening) second(at time.Duration) {
	e.staff(at)
	e.watching(at)
	if e.kill > 0 && at == e.kill {
		e.restart()
	}
	time.Sleep(100 * time.Millisecond)
	synctest.Wait()
	e.measure(at) // not while the agent makes up its mind whether to start the cuff
	early := 100*time.Millisecond + time.Duration(e.rng.IntN(600_000))*time.Microsecond
	time.Sleep(early)
	if r, _ := e.clip.Step(at, e.cycle); r != nil {
		said := *r
		said.At = time.Now()
		e.deliver("oximeter", link.Update{Readings: []devices.Reading{said}, Frames: 1})
	}
	time.Sleep(900*time.Millisecond - early)
	synctest.Wait()
}

func (e *evening) deliver(device string, u link.Update) {
	u.State, u.At = link.Connected, time.Now()
	e.room.Deliver(e.t.Context(), device, u)
	synctest.Wait()
}

// measure is the cuff.
func (e *evening) measure(at time.Duration) {
	e.mu.Lock()
	begin := e.ordered && e.cycle == nil
	e.ordered = false
	e.mu.Unlock()
	switch c := e.cycle; {
	case begin:
		e.cycle = e.arm.Begin(at)
		e.deliver("cuff", link.Update{Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffInflating}}})
	case c == nil || at < c.To:
	case c.Result == nil:
		e.cycle = nil
		e.deliver("cuff", link.Update{Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffFailed, Class: c.Class}}})
	default:
		e.cycle = nil
		said := *c.Result
		said.At = time.Now()
		e.deliver("cuff", link.Update{Readings: []devices.Reading{said}, Cuff: []devices.CuffState{{At: time.Now(), Phase: devices.CuffDone}}})
	}
}

func (e *evening) order(verb string, req wire.Request) wire.Reply {
	req.By = "AK"
	payload, err := json.Marshal(req)
	require.NoError(e.t, err)
	return e.room.Command(e.t.Context(), wire.ViaPage, verb, payload)
}

func (e *evening) must(verb string, req wire.Request) {
	reply := e.order(verb, req)
	require.True(e.t, reply.OK, "%s: %s", verb, reply.Text)
}

// staff does what people do.
func (e *evening) staff(at time.Duration) {
	switch at {
	case startAt:
		answers := map[string]sessions.Answer{}
		for _, q := range sessions.Questions() {
			answers[q] = sessions.No
		}
		answers[sessions.EscortPresent] = sessions.Yes
		e.must(wire.VerbSessionStart, wire.Request{Code: code, Route: routeWords[e.s.Route], Profile: e.profile, Age: e.s.Age(), Screening: answers})
		e.must(wire.VerbSessionPhase, wire.Request{Phase: string(sessions.BaselineOf)})
	case e.end:
		e.must(wire.VerbSessionEnd, wire.Request{Reason: "the evening is over"})
	}
	for i, dose := range e.s.Doses {
		if at == dose {
			req := wire.Request{Drug: cmp.Or(e.given[0], "ketamine"), Amount: cmp.Or(e.given[1], "one"), Number: i + 1}
			if reply := e.order(wire.VerbSessionDose, req); !reply.OK {
				require.Equal(e.t, sessions.CodeGate, reply.Code, reply.Text)
				e.must(wire.VerbSessionOverride, wire.Request{Gate: sessions.GatePredose, Prescriber: true, Reason: "known to us"})
				e.must(wire.VerbSessionDose, req)
			}
		}
	}
	if e.quick {
		e.busy(at - e.s.Dose())
	}
	if e.limits {
		e.adjust(at - e.s.Dose())
	}
}

// busy is what staff do beside the doses, by the time since the first one.
func (e *evening) busy(since time.Duration) {
	switch since {
	case 9 * time.Minute:
		e.must(wire.VerbPauseAlarms, wire.Request{Seconds: 120, Reason: "the sensor moves", Sensor: true})
	case 10 * time.Minute:
		e.must(wire.VerbResume, wire.Request{})
	case 12 * time.Minute:
		e.must(wire.VerbSymptom, wire.Request{Name: "severe_headache"})
		e.must(wire.VerbSymptom, wire.Request{Name: "chest_pain"})
	case 13 * time.Minute:
		e.must(wire.VerbPauseAudio, wire.Request{Seconds: 60})
	case 16 * time.Minute:
		e.must(wire.VerbSymptomOver, wire.Request{Name: "chest_pain"})
		e.must(wire.VerbSymptomOver, wire.Request{Name: "severe_headache"})
	case 17*time.Minute + 30*time.Second:
		e.must(wire.VerbSessionReading, wire.Request{Systolic: 196, Diastolic: 104, Mean: 135, PulseRate: 90})
	case 40 * time.Minute:
		if reply := e.order(wire.VerbSessionPhase, wire.Request{Phase: string(sessions.Return), Reason: "quiet already"}); !reply.OK {
			require.Equal(e.t, sessions.CodeState, reply.Code, reply.Text) // the clock was quicker
		}
	case 42 * time.Minute:
		e.must(wire.VerbAlarmOff, wire.Request{Condition: "hr_rise", Reason: "known"})
	}
	if since > 0 && since%(47*time.Second) == 0 { // never when an acknowledgement runs out
		s, err := e.room.Snapshot(e.t.Context())
		require.NoError(e.t, err)
		for _, a := range s.Alerts {
			if !a.Acknowledged {
				e.must(wire.VerbAcknowledge, wire.Request{Occurrence: a.Occurrence})
				return
			}
		}
	}
}

// deaf observes nothing.
type deaf struct{}

func (deaf) Line(string, link.State, int, []devices.Fault, uint64) {}
func (deaf) Reading(string, *devices.Reading)                      {}
func (deaf) Alert(*alerts.Event, time.Duration)                    {}
func (deaf) Active([]alerts.Alert)                                 {}
