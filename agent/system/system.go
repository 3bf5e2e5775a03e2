package system

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"bedside/agent/doctor"
	"bedside/agent/record"
	"bedside/agent/scan"
	"bedside/agent/wire"
)

const (
	lookAgain = 10 * time.Second // an examination counts for that long, however many pages are open; our choice
	testApart = 30 * time.Second // between two tests of one channel: somebody's phone rings; our choice
	testTime  = 20 * time.Second // for one; our choice, below what a page waits
)

// The two kinds of program that a page can be of.
const (
	Room    = "room"
	Station = "station"
)

// Options say what there is to tell. What is nil is not there.
type Options struct {
	Kind, Site, Name string // Name is the room's or the station's
	Version          string
	Simulated        bool // the devices are simulators

	Status   func(ctx context.Context) (wire.Status, error) // of a room
	Board    func() wire.Board                              // of a station
	Examine  func(ctx context.Context) doctor.Report
	Record   string // file
	Verify   func(ctx context.Context) (record.Chain, error)
	Scanner  *scan.Scanner
	Test     func(ctx context.Context, channel string) error
	Channels func() []wire.ChannelState

	Certificates func() []Certificate
	CA           func() ([]byte, error) // certificate of the authority, PEM

	// Told is given what somebody did here, for the record.
	Told func(by, from, text string)
}

// System answers questions about its computer. It is safe for concurrent use.
type System struct {
	o      Options
	begun  time.Time
	verify chan struct{} // of size 1: a proof is wanted

	mu       sync.Mutex // guards all below
	examined time.Time
	findings []doctor.Finding
	proof    Proof
	tested   map[string]time.Time

	examining sync.Mutex // one examination at a time
}

// New returns a system that knows nothing yet.
func New(o Options) *System {
	return &System{o: o, begun: time.Now(), verify: make(chan struct{}, 1), tested: map[string]time.Time{}}
}

// Run makes the scans and the proofs that are asked for, until ctx ends.
func (s *System) Run(ctx context.Context) error {
	var group sync.WaitGroup
	if s.o.Scanner != nil {
		group.Go(func() { _ = s.o.Scanner.Run(ctx) }) // it ends with ctx alone, without an error
	}
	defer group.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.verify:
			s.prove(ctx)
		}
	}
}

// View is all that a page shows. Lists are never nil.
type View struct {
	Kind      string `json:"kind"`
	Site      string `json:"site"`
	Name      string `json:"name"`
	Version   string `json:"version"`
	Go        string `json:"go"`
	UptimeS   int64  `json:"uptime_s"`
	Simulated bool   `json:"simulated,omitempty"`
	Session   bool   `json:"session,omitempty"` // one runs: nothing is to be asked or restarted now

	Devices []wire.Device `json:"devices"`         // of a room
	Rooms   []Devices     `json:"rooms,omitempty"` // of a station
	Broker  string        `json:"broker"`          // connected, lost
	Outbox  int           `json:"outbox"`          // messages that wait for it
	Record  Record        `json:"record"`

	Channels     []wire.ChannelState `json:"channels"`
	Certificates []Certificate       `json:"certificates"`
	Findings     []doctor.Finding    `json:"findings"`
	Detect       bool                `json:"detect,omitempty"` // ports can be searched here
	CA           *CA                 `json:"ca,omitempty"`
}

// Devices are those of a room, as a station hears of them.
type Devices struct {
	Room    string            `json:"room"`
	Link    string            `json:"link"`
	Devices []wire.DeviceLine `json:"devices"`
}

// Look returns how everything is now.
func (s *System) Look(ctx context.Context) View {
	v := View{
		Kind: s.o.Kind, Site: s.o.Site, Name: s.o.Name, Version: s.o.Version, Go: runtime.Version(), UptimeS: int64(time.Since(s.begun).Seconds()),
		Simulated: s.o.Simulated, Devices: []wire.Device{}, Channels: []wire.ChannelState{}, Certificates: []Certificate{},
		Findings: s.examine(ctx), Detect: s.o.Scanner != nil, Record: s.record(), Broker: "lost",
	}
	if s.o.Status != nil {
		if status, err := s.o.Status(ctx); err == nil {
			v.Devices, v.Broker, v.Outbox, v.Session = status.Devices, status.Broker, status.Outbox, status.Session != nil
			v.Record.State = status.Record
		}
	}
	if s.o.Board != nil {
		b := s.o.Board()
		v.Broker = b.Broker
		for i := range b.Rooms {
			v.Rooms = append(v.Rooms, Devices{Room: b.Rooms[i].Room, Link: b.Rooms[i].Link, Devices: b.Rooms[i].Devices})
		}
	}
	if s.o.Channels != nil {
		v.Channels = append(v.Channels, s.o.Channels()...)
	}
	if s.o.Certificates != nil {
		v.Certificates = append(v.Certificates, s.o.Certificates()...)
	}
	v.CA = s.ca()
	return v
}

// examine returns what the doctor sees, a little old perhaps.
func (s *System) examine(ctx context.Context) []doctor.Finding {
	if s.o.Examine == nil {
		return []doctor.Finding{}
	}
	s.examining.Lock()
	defer s.examining.Unlock()
	s.mu.Lock()
	fresh, list := time.Since(s.examined) < lookAgain, s.findings
	s.mu.Unlock()
	if fresh && list != nil {
		return list
	}
	list = append([]doctor.Finding{}, s.o.Examine(ctx).Findings...)
	if ctx.Err() != nil {
		return list // whoever asked has left in the middle of it: what it found is not to be told to others
	}
	s.mu.Lock()
	s.findings, s.examined = list, time.Now()
	s.mu.Unlock()
	return list
}

// Failed is the error of a test that was sent and did not arrive. Its text is that of the channel.
type Failed struct{ Err error }

func (f Failed) Error() string { return f.Err.Error() }

// Unwrap returns the error of the channel.
func (f Failed) Unwrap() error { return f.Err }

// Why something was not done.
var (
	ErrNotHere = errors.New("system: there is no such thing here")
	ErrSession = errors.New("system: a session runs: no device is asked while a cuff may be on an arm")
	ErrWait    = errors.New("system: it was tested a moment ago; wait half a minute")
)

// MayAsk is the rule of [scan.Options] for a room: silent devices are asked only while no session runs.
func MayAsk(status func(ctx context.Context) (wire.Status, error)) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		now, err := status(ctx)
		if err == nil && now.Session != nil {
			return ErrSession
		}
		return err
	}
}

// Scan has the ports searched that nobody uses, and those named by hand.
func (s *System) Scan(ctx context.Context, byHand []string, asks bool, by, from string) error {
	if s.o.Scanner == nil {
		return ErrNotHere
	}
	if err := s.o.Scanner.Start(ctx, byHand, asks); err != nil {
		return err
	}
	how := "ports that nobody uses are listened to"
	if asks {
		how = "ports that nobody uses are listened to, and silent devices there are asked who they are"
	}
	s.told(by, from, "Devices are looked for: "+how)
	return nil
}

// Scanned returns how the search stands.
func (s *System) Scanned() (scan.View, bool) {
	if s.o.Scanner == nil {
		return scan.View{}, false
	}
	return s.o.Scanner.View(), true
}

// TestChannel sends a test through a channel and returns what came of it, which the record has, too. The error of the
// channel is [Failed].
func (s *System) TestChannel(ctx context.Context, channel, by, from string) error {
	if s.o.Test == nil {
		return ErrNotHere
	}
	s.mu.Lock()
	wait := time.Since(s.tested[channel]) < testApart
	known := false
	for _, c := range s.channels() {
		known = known || c.Name == channel
	}
	if known && !wait {
		s.tested[channel] = time.Now()
	}
	s.mu.Unlock()
	switch {
	case !known:
		return ErrNotHere
	case wait:
		return ErrWait
	}
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	err := s.o.Test(ctx, channel)
	what := "A test was sent by " + channel
	if err != nil {
		what = "A test could not be sent by " + channel + ": " + err.Error()
	}
	s.told(by, from, what)
	if err != nil {
		return Failed{err}
	}
	return nil
}

func (s *System) channels() []wire.ChannelState {
	if s.o.Channels == nil {
		return nil
	}
	return s.o.Channels()
}

func (s *System) told(by, from, text string) {
	if s.o.Told != nil {
		s.o.Told(by, from, text)
	}
}
