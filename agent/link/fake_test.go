package link_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/devices"
)

// maxSilence is how long the device of these tests may be quiet.
const maxSilence = 2 * time.Second

// session understands single bytes, so that a test can say what it means.
//
//	r a frame with a reading    f a frame with nothing new    x a byte that is no frame    w a wave, without a frame
//	i cuff inflating            o cuff stopped                p panics
//	e a frame of a device that speaks only when it measured; any other frame takes that back
type session struct {
	settings devices.Settings
	out      devices.Output
	values   []devices.Measurement
	absences []devices.Absence
	samples  []int32
	last     int           // value of the last reading
	wakeIn   time.Duration // asks to be called that much later, for ever, if not zero
	calls    []time.Time   // of Step without bytes
	stopIn   time.Duration // how much later an ordered stop is written
	stopAt   time.Time
	refusal  error
	broken   bool // by a panic
}

func (s *session) Step(now time.Time, rx []byte) devices.Output {
	s.out = devices.Output{
		Readings: s.out.Readings[:0], Waves: s.out.Waves[:0], Cuff: s.out.Cuff[:0], Faults: s.out.Faults[:0], Tx: s.out.Tx[:0],
		Episodic: s.out.Episodic,
	}
	s.values, s.absences, s.samples = s.values[:0], s.absences[:0], s.samples[:0]
	if len(rx) == 0 {
		s.calls = append(s.calls, now)
	}
	for _, b := range rx {
		s.take(now, b)
	}
	if !s.stopAt.IsZero() && !now.Before(s.stopAt) {
		s.stopAt = time.Time{}
		s.out.Tx = append(s.out.Tx, 'E')
	}
	s.out.Wake = s.stopAt
	if s.wakeIn != 0 {
		s.out.Wake = now.Add(s.wakeIn)
	}
	return s.out
}

func (s *session) take(now time.Time, b byte) {
	s.out.Frames++
	s.out.Episodic = b == 'e' || b == 'x' && s.out.Episodic
	switch b {
	case 'r':
		s.last++
		s.values = append(s.values, devices.Measurement{Vital: devices.SpO2, Value: s.last})
		s.absences = append(s.absences, devices.Absence{Vital: devices.PulseRate, Reason: devices.Searching})
		s.out.Readings = append(s.out.Readings, devices.Reading{
			At: now, Measurements: s.values[len(s.values)-1:], Absences: s.absences[len(s.absences)-1:],
		})
	case 'e', 'f':
	case 'w':
		s.out.Frames--
		s.samples = append(s.samples, int32(len(s.samples)), 7)
		s.out.Waves = append(s.out.Waves, devices.Wave{At: now, Vital: devices.Pleth, Rate: 50, Samples: s.samples[len(s.samples)-2:]})
	case 'i':
		s.out.Cuff = append(s.out.Cuff, devices.CuffState{At: now, Phase: devices.CuffInflating})
	case 'o':
		s.out.Cuff = append(s.out.Cuff, devices.CuffState{At: now, Phase: devices.CuffFailed, Class: devices.CuffAborted})
	case 'p':
		s.broken = true
		panic("a fault in the driver")
	default:
		s.out.Frames--
		s.out.Faults = append(s.out.Faults, devices.Fault{Kind: devices.BadFrame, Bytes: 1})
	}
}

// cuff is a session that takes orders.
type cuff struct{ session }

func (c *cuff) Command(now time.Time, o devices.Command) (devices.Output, error) {
	if c.broken {
		panic("used after a panic")
	}
	if c.refusal != nil {
		return devices.Output{}, c.refusal
	}
	switch {
	case o == devices.CuffStart:
		return devices.Output{Tx: []byte("S")}, nil
	case c.stopIn != 0:
		c.stopAt = now.Add(c.stopIn)
		return devices.Output{Wake: c.stopAt}, nil
	}
	return devices.Output{Tx: []byte("E")}, nil
}

// far is the device's end of a port.
type far struct {
	t      *testing.T
	conn   net.Conn
	mu     sync.Mutex
	heard  []byte    // what the link wrote
	closed time.Time // when the link closed the port
}

func (f *far) listen() {
	buf := make([]byte, 64)
	for {
		n, err := f.conn.Read(buf)
		f.mu.Lock()
		f.heard = append(f.heard, buf[:n]...)
		if err != nil {
			f.closed = time.Now()
		}
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// say sends bytes and waits until everything that follows from them has happened.
func (f *far) say(s string) {
	f.t.Helper()
	_, err := f.conn.Write([]byte(s))
	require.NoError(f.t, err)
	synctest.Wait()
}

func (f *far) got() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return string(f.heard)
}

func (f *far) closedAt() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}

func (f *far) unplug() {
	f.t.Helper()
	require.NoError(f.t, f.conn.Close())
	synctest.Wait()
}

// bench is a link in a bubble of virtual time, with its device in the hands of the test.
type bench struct {
	t        *testing.T
	link     *link.Link
	stop     context.CancelFunc
	done     chan error
	start    time.Time
	deaf     bool // the far end reads nothing
	prepare  func(*session)
	passive  bool // the driver takes no orders
	openErr  error
	attempts []time.Time
	lines    []devices.Line // of the attempts

	mu       sync.Mutex
	updates  []link.Update
	fars     []*far
	sessions []*session
	log      bytes.Buffer
}

// run starts a link whose options the test may change, within a bubble.
func run(t *testing.T, b *bench, change func(*link.Options)) *bench {
	t.Helper()
	b.t, b.start, b.done = t, time.Now(), make(chan error, 1)
	o := link.Options{
		Name:    "oximeter",
		Port:    "/dev/serial/by-id/oximeter",
		Driver:  devices.Driver{Name: "fake", MaxSilence: maxSilence, NewSession: b.newSession},
		Open:    b.open,
		Deliver: b.deliver,
		Log:     slog.New(slog.NewTextHandler(&b.log, nil)),
	}
	if change != nil {
		change(&o)
	}
	var err error
	b.link, err = link.New(o)
	require.NoError(t, err)
	b.sessions = nil // New tried one
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	go func() { b.done <- b.link.Run(ctx) }()
	t.Cleanup(b.end)
	synctest.Wait()
	return b
}

// end stops the link, and fails the test if that takes longer than a second. It may be called more than once.
func (b *bench) end() {
	b.t.Helper()
	began := time.Now()
	b.stop()
	select {
	case err := <-b.done:
		require.NoError(b.t, err)
		require.LessOrEqual(b.t, time.Since(began), time.Second)
		b.done <- nil
	case <-time.After(time.Minute):
		require.Fail(b.t, "the link does not stop")
	}
}

func (b *bench) newSession(settings devices.Settings) (devices.Session, error) {
	c := &cuff{session{settings: settings}}
	if b.prepare != nil {
		b.prepare(&c.session)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sessions = append(b.sessions, &c.session)
	if b.passive {
		return &c.session, nil
	}
	return c, nil
}

func (b *bench) open(_ context.Context, line devices.Line) (link.Port, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	b.attempts = append(b.attempts, time.Now())
	if b.openErr != nil {
		return nil, b.openErr
	}
	near, conn := net.Pipe()
	f := &far{t: b.t, conn: conn}
	b.fars = append(b.fars, f)
	if !b.deaf {
		go f.listen()
	}
	b.t.Cleanup(func() {
		if err := conn.Close(); err != nil && !errors.Is(err, io.ErrClosedPipe) {
			b.t.Error(err)
		}
	})
	return near, nil
}

func (b *bench) deliver(u link.Update) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.updates = append(b.updates, u)
}

// far returns the device's end of the port that was opened last.
func (b *bench) far() *far {
	b.mu.Lock()
	defer b.mu.Unlock()
	require.NotEmpty(b.t, b.fars, "the port is not open")
	return b.fars[len(b.fars)-1]
}

// all returns the updates so far; last the latest of them.
func (b *bench) all() []link.Update {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]link.Update(nil), b.updates...)
}

func (b *bench) last() link.Update {
	b.t.Helper()
	all := b.all()
	require.NotEmpty(b.t, all)
	return all[len(all)-1]
}

// wait lets d pass and everything happen that is due by then.
func (b *bench) wait(d time.Duration) {
	time.Sleep(d) // virtual: the bubble has no other time
	synctest.Wait()
}

// fail makes opening fail from now on, or succeed if err is nil.
func (b *bench) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.openErr = err
}

func (b *bench) tried() []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]time.Time(nil), b.attempts...)
}
