package monitor_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/logtest"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

// given is one thing that the monitor handed to an outlet, in the order in which it did.
type given struct {
	to       string // publish, append, state, screen
	at       time.Time
	message  wire.Message
	event    string // of the screen
	snapshot []byte
	urgent   bool
}

// tape remembers what the outlets are given, and holds the room up if a test wants that.
type tape struct {
	mu      sync.Mutex
	all     []given
	watched bool
	active  int
	lines   int
	held    chan struct{} // not nil: Publish waits for it
}

func (p *tape) add(g given) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g.at = time.Now()
	p.all = append(p.all, g)
}

func (p *tape) outlets() monitor.Outlets {
	return monitor.Outlets{
		Publish: func(m wire.Message) {
			p.mu.Lock()
			held := p.held
			p.mu.Unlock()
			if held != nil {
				<-held
			}
			p.add(given{to: "publish", message: m})
		},
		Append: func(messages []wire.Message, snapshot []byte, urgent bool) {
			for _, m := range messages {
				p.add(given{to: "append", message: m, urgent: urgent})
			}
			if snapshot != nil {
				p.add(given{to: "state", snapshot: snapshot, urgent: urgent})
			}
		},
		Screen: func(event string, payload []byte) {
			p.add(given{to: "screen", event: event, message: wire.Message{Payload: payload}})
		},
		Watching: func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.watched
		},
		Observe: p,
	}
}

func (p *tape) Line(string, link.State, int, []devices.Fault, uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines++
}

func (p *tape) Active(active []alerts.Alert) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active = len(active)
}

func (p *tape) Reading(string, *devices.Reading)   {}
func (p *tape) Alert(*alerts.Event, time.Duration) {}

// watch opens a screen.
func (p *tape) watch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watched = true
}

// hold lets the room stand still at its next publication, until release is called.
func (p *tape) hold() (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = make(chan struct{})
	return sync.OnceFunc(func() { close(p.held) })
}

// everything returns what all outlets were given so far.
func (p *tape) everything() []given {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.all)
}

// observed returns how many alerts and lines the observer was told of.
func (p *tape) observed() (active, lines int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.active, p.lines
}

// to returns what one outlet was given.
func (p *tape) to(outlet string) []given {
	return slices.DeleteFunc(p.everything(), func(g given) bool { return g.to != outlet })
}

// state returns the newest recorded state of the engine.
func (p *tape) state() []byte {
	list := p.to("state")
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1].snapshot
}

// room is a monitor that runs in a bubble of virtual time.
type room struct {
	*monitor.Monitor
	t    testing.TB
	tape *tape
	log  *logtest.Journal
	end  func() // ends Run and waits for it
}

var address = wire.Room{Site: "clinic", Room: "room-1"}

// oximeter streams three readings a second and a wave.
func oximeter(name string) monitor.Device {
	return monitor.Device{Name: name, Port: "port", Driver: devices.Driver{
		Name: "clip", Kind: devices.Oximeter, Rate: 3,
		Vitals: []devices.Vital{devices.PulseRate, devices.SpO2, devices.Pleth},
	}}
}

// cuff answers when it has measured. obey carries out its orders and may be nil.
func cuff(name string, obey func(context.Context, devices.Command) error) monitor.Device {
	return monitor.Device{Name: name, Port: "port", Command: obey, Driver: devices.Driver{
		Name: "arm", Kind: devices.Cuff, Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean},
	}}
}

func options(p *tape, log *logtest.Journal) monitor.Options {
	return monitor.Options{
		Room: address, Boot: "b007", Mode: wire.Test, Version: "1", Rules: monitor.Rules{Word: "adult@1", Conditions: profiles.BuiltIn().Conditions()},
		Devices: []monitor.Device{oximeter("oximeter"), cuff("cuff", nil)}, NextSeq: 1, Outlets: p.outlets(),
		Surroundings: func() monitor.Surroundings { return monitor.Surroundings{BrokerConnected: true, RecordHealthy: true} },
		Log:          slog.New(slog.NewTextHandler(log, nil)),
	}
}

// bubble runs body in virtual time with a room that change has furnished.
func bubble(t *testing.T, change func(*monitor.Options), body func(*room)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := enter(t, change)
		defer r.end()
		body(r)
	})
}

func enter(t testing.TB, change func(*monitor.Options)) *room {
	t.Helper()
	r := &room{t: t, tape: &tape{}, log: &logtest.Journal{}}
	o := options(r.tape, r.log)
	if change != nil {
		change(&o)
	}
	m, err := monitor.New(o)
	require.NoError(t, err)
	r.Monitor = m
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	ended := false
	r.end = func() {
		if !ended {
			ended = true
			cancel()
			require.NoError(t, <-done)
		}
	}
	synctest.Wait()
	return r
}

// deliver hands an update over and waits until it is dealt with. A state that is not given is Connected.
func (r *room) deliver(device string, u link.Update) {
	if u.State == link.Lost && !u.StateChanged {
		u.State = link.Connected
	}
	u.At = time.Now()
	r.Deliver(r.t.Context(), device, u)
	synctest.Wait()
}

func (r *room) read(device string, readings ...devices.Reading) {
	r.deliver(device, link.Update{Readings: readings, Frames: 25})
}

// pass lets virtual time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// stream delivers the same saturation three times a second for a while.
func (r *room) stream(spo2 int, d time.Duration) {
	for i := range int(3 * d / time.Second) {
		r.read("oximeter", clip(72+i%2, spo2)) // a pulse that stands still would be suspect
		pass(time.Second / 3)
	}
}

func clip(pulse, spo2 int) devices.Reading {
	return devices.Reading{At: time.Now(), Measurements: []devices.Measurement{
		{Vital: devices.PulseRate, Value: pulse}, {Vital: devices.SpO2, Value: spo2},
	}}
}

func without(why devices.Reason) devices.Reading {
	return devices.Reading{At: time.Now(), Absences: []devices.Absence{
		{Vital: devices.PulseRate, Reason: why}, {Vital: devices.SpO2, Reason: why},
	}}
}

func pressure(systolic int) devices.Reading {
	return devices.Reading{At: time.Now(), Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: systolic}, {Vital: devices.Diastolic, Value: 70}, {Vital: devices.Mean, Value: 85},
	}}
}

// published returns the payloads of everything published on a subject that begins so, decoded.
func published[T any](r *room, subject string) []T {
	r.t.Helper()
	var list []T
	for _, g := range r.tape.to("publish") {
		if strings.HasPrefix(g.message.Subject, subject) {
			list = append(list, decode[T](r.t, g.message.Payload))
		}
	}
	return list
}

func decode[T any](t testing.TB, b []byte) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

func (r *room) readings() []wire.Reading { return published[wire.Reading](r, address.Reading("")) }
func (r *room) sessions() []wire.Session { return published[wire.Session](r, address.Session()) }
func (r *room) alerts() []wire.Alert     { return published[wire.Alert](r, address.Alert("")) }

// changes lists the alerts published so far as "condition event".
func (r *room) changes() []string {
	list := []string{}
	for _, a := range r.alerts() {
		list = append(list, a.Condition+" "+a.Event)
	}
	return list
}

func (r *room) status() wire.Status {
	r.t.Helper()
	s, err := r.Snapshot(r.t.Context())
	require.NoError(r.t, err)
	return s
}

// device returns what a status says about the device with that name.
func (r *room) device(name string) wire.Device {
	r.t.Helper()
	for _, d := range r.status().Devices {
		if d.Name == name {
			return d
		}
	}
	require.Fail(r.t, "device is not in the status", name)
	return wire.Device{}
}
