package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"bedside/agent/alive"
	"bedside/agent/link"
	"bedside/agent/pace"
	"bedside/agent/recipients"
	"bedside/agent/sound"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

const (
	// queueSize is how many deliveries may wait. At 75 frames a second a device delivers about four a second, so the
	// queue holds many seconds of a full room. When it is full a link waits, and the kernel's tty buffer behind it.
	queueSize = 256
	// snapshotEvery is how often the screen gets a full picture (DESIGN section 6: 1 Hz); our choice.
	snapshotEvery = time.Second
	// statusEvery is the heartbeat of the public contract, in real time. Beat sends others between.
	statusEvery = 5 * time.Second
)

// Device is one device of the room.
type Device struct {
	Name      string
	Driver    devices.Driver // no more than its Name while it is not known; see [Monitor.Found]
	Port      string
	Simulated bool
	SameArm   string   // name of the cuff on the same arm, or empty
	Verbs     []string // commands of the public contract that it takes
	// Command carries an order to the device; nil if it takes none. It may wait for the port.
	Command func(ctx context.Context, c devices.Command) error
}

// Outlets are where the monitor hands its events. All but Sound are needed. None may block. Payloads and snapshots are never
// changed afterwards, by either side; the slice of messages is the receiver's.
type Outlets struct {
	Publish func(m wire.Message)
	// Append records messages and, if not nil, the room's state with them; urgent means that somebody acted or an
	// alert changed.
	Append func(messages []wire.Message, snapshot []byte, urgent bool)
	// Screen shows a payload on the room page: event "snapshot", "alarm", "wave" or "remind".
	Screen func(event string, payload []byte)
	// Sound says what the room itself sounds from now on, or with on false that it is silent. It is told when that changes, as soon as
	// the alert is published. Nil: the room has no speaker.
	Sound func(v sound.Voice, on bool)
	// Watching reports whether any screen is open, so that pictures nobody sees are not drawn.
	Watching func() bool
	Observe  Observer
}

// Observer counts, for metrics. Its methods are called from the monitor's goroutine and must return at once.
type Observer interface {
	Line(device string, state link.State, frames int, faults []devices.Fault, reopened uint64)
	Reading(device string, r *devices.Reading)
	Alert(e *alerts.Event, decided time.Duration)
	Active(active []alerts.Alert)
}

// Surroundings is what a status says about the world around the monitor. The function that returns it must be quick.
type Surroundings struct {
	BrokerConnected bool
	Outbox          int
	RecordHealthy   bool
	ClockSynced     *bool          // nil: not known
	DiskFree        *uint64        // bytes; nil: not known
	Sound           wire.RoomSound // the speaker, and pages of the room that can be heard
}

// Options say what the room is.
type Options struct {
	Room         wire.Room
	Boot         string
	Mode         wire.Mode
	Version      string
	Rules        Rules // that judge while no session runs
	Profiles     Profiles
	Notice       string // what is wrong with the configuration although it can be used, in words; empty for nothing
	Clock        pace.Clock
	Devices      []Device
	NextSeq      uint64 // first sequence number to use
	Snapshot     []byte // what the last run recorded of itself, empty for a fresh start
	Station      bool   // a nurses' station belongs to the room: its absence is an alert during a session
	Outlets      Outlets
	Surroundings func() Surroundings
	Log          *slog.Logger
	Life         *alive.Loop // told of every turn of Run, which is at least every second; nil: nobody watches
	// Trend returns the last hours of the room with the slots from that number on, for the command; nil: there are none. It must
	// be quick and safe for concurrent use.
	Trend func(since int64) wire.Trend

	// Breath is how long everything else waits after an alert was published, unless something new happens: recording,
	// logging, showing, and the reading that caused it. Zero: not at all. In real time.
	Breath time.Duration
}

// Monitor is the room. Deliver, Fault, Command and Snapshot may be called from any goroutine while Run runs.
type Monitor struct {
	o         Options
	judgement *Judgement
	listeners *recipients.Audience
	heard     hearing // of the input that is being dealt with
	code      string  // of the session whose events are being told
	devices   map[string]*deviceState
	order     []*deviceState
	inbox     chan func(now time.Time)
	started   time.Time
	seq       uint64
	origin    string        // what the engine began with, in words
	ended     chan struct{} // closed when Run has returned
	clock     wallClock
	sounding  sounding

	unsaved bool // engine or session have moved on without an event, and the recorded state does not know

	via     string             // the way of the order that is being carried out, or empty
	seen    map[string]sight   // where and when the alerts that are acknowledged were; those of before a restart are not here
	alarms  []wire.Message     // published already, of the input that is being dealt with
	answers []answer           // to orders with an id, newest last
	past    []wire.PastSession // newest last
	resumed []alerts.Fault     // what the new run has to say once it runs

	life   context.Context // of Run, for orders to a cuff
	orders sync.WaitGroup

	rest   []func(now time.Time) // what can wait until a published alert is on its way
	breath *time.Timer           // until then; made by Run
}

// New checks the options and restores the state of engine and session.
func New(o Options) (*Monitor, error) {
	known := make([]alerts.Device, 0, len(o.Devices))
	for _, d := range o.Devices {
		known = append(known, alerts.Device{Name: d.Name, Title: title(&d.Driver), SameArm: d.SameArm})
	}
	m := &Monitor{
		o: o, devices: make(map[string]*deviceState, len(o.Devices)),
		inbox: make(chan func(time.Time), queueSize), ended: make(chan struct{}),
		started: o.Clock.Now(), seq: o.NextSeq, origin: "fresh start", listeners: recipients.New(o.Station),
	}
	var err error
	m.judgement, err = NewJudgement(JudgementOptions{
		Rules: o.Rules, Profiles: o.Profiles, Devices: known, Log: o.Log,
		AgentStarts: slices.ContainsFunc(o.Devices, func(d Device) bool { return d.Command != nil }),
		Alert:       m.alerted, Begun: func() { m.code = m.judgement.session.Code() }, Over: m.remember, Cuff: m.startCuff,
		Missing: m.missing, Undo: time.Duration(float64(sessions.DefaultUndo) * o.Clock.Speed()),
	})
	if err != nil {
		return nil, err
	}
	m.clock.start(m.started)
	for _, d := range o.Devices {
		if _, twice := m.devices[d.Name]; twice {
			return nil, fmt.Errorf("monitor: two devices are called %q", d.Name)
		}
		state := newDeviceState(d, m.started)
		m.devices[d.Name] = state
		m.order = append(m.order, state)
	}
	m.resume(o.Snapshot)
	return m, nil
}

// Run owns the room until ctx ends, then does what is queued and returns nil. Call it once.
func (m *Monitor) Run(ctx context.Context) error {
	defer close(m.ended)
	picture := time.NewTicker(snapshotEvery)
	defer picture.Stop()
	due := time.NewTimer(time.Hour)
	defer due.Stop()
	m.breath = time.NewTimer(time.Hour)
	defer m.breath.Stop()
	var sinceStatus time.Duration

	var over context.CancelFunc
	m.life, over = context.WithCancel(ctx)
	defer m.orders.Wait()
	defer over()
	m.announceStart(m.o.Clock.Now())
	m.o.Outlets.Observe.Active(m.judgement.engine.Active()) // those of the last run
	m.sendStatus(m.o.Clock.Now())
	for {
		m.o.Life.Turn(snapshotEvery)
		m.arm(due)
		select {
		case <-ctx.Done():
			m.drain()
			m.announceStop(m.o.Clock.Now())
			return nil
		case work := <-m.inbox:
			m.do(work)
		case <-m.breath.C:
			m.finish(m.o.Clock.Now())
		case <-due.C:
			m.step(m.o.Clock.Now(), alerts.Tick{})
		case <-picture.C:
			now := m.o.Clock.Now()
			m.finish(now)
			m.everySecond(now)
			if sinceStatus += snapshotEvery; sinceStatus >= statusEvery {
				sinceStatus = 0
				m.sendStatus(now)
			}
		}
	}
}

// drain does what was already queued when the end came, so that the last readings are recorded.
func (m *Monitor) drain() {
	for {
		select {
		case work := <-m.inbox:
			m.do(work)
		default:
			m.finish(m.o.Clock.Now())
			return
		}
	}
}

// do carries out work from the inbox.
func (m *Monitor) do(work func(now time.Time)) {
	now := m.o.Clock.Now()
	m.finish(now)
	work(now)
}

// arm sets the one timer from what engine, session and audience wait for.
func (m *Monitor) arm(timer *time.Timer) {
	wait := time.Hour
	if next, ok := m.judgement.Next(); ok {
		wait = m.o.Clock.Real(next.Sub(m.o.Clock.Now()))
	}
	if next, ok := m.listeners.Next(); ok {
		wait = min(wait, next.Sub(m.o.Clock.Outside()))
	}
	timer.Reset(max(0, wait))
}

func (m *Monitor) everySecond(now time.Time) {
	m.watchClock(now)
	m.hearRoom()
	if m.judgement.session.Running() {
		m.step(now, alerts.Tick{}) // its clocks are shown and recorded every second, with or without a device
	}
	if m.unsaved {
		m.o.Outlets.Append(nil, m.state(now), false)
		m.unsaved = false
	}
	if m.o.Outlets.Watching() {
		m.show("snapshot", m.status(now))
	}
}
