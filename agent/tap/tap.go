package tap

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"bedside/devices"
	"bedside/devices/capture"
)

// bufferMost is how much text waits in memory for the disk, for each device; our choice. An oximeter with 75 frames a
// second makes 2 kB a second, so a disk may be stuck for two minutes.
const bufferMost = 256 << 10

// stepLeast is how far the wall clock has to be set until a capture begins a new file with the right time; our choice.
const stepLeast = 2 * time.Second

// Port is an open serial port, as package link wants it.
type Port interface {
	io.ReadWriteCloser
	SetReadDeadline(t time.Time) error
}

// Counts is what has passed through a tap.
type Counts struct {
	Rx, Tx uint64 // bytes from and to the device
	Lost   uint64 // of them, those that never reached the disk
}

// chunk is text on its way to the disk.
type chunk struct {
	text   []byte
	header capture.Header // of a file that would begin here
	gap    bool           // bytes before it are lost, or the clock was set: it does not fit behind what was written last
	bytes  int            // of the device that are in it
}

// Tap copies what passes through the ports of one device. Its methods may be called from any goroutine.
type Tap struct {
	now    func() time.Time
	notify func() // that there is something to write

	mu      sync.Mutex
	encoder capture.Encoder
	header  capture.Header // of a file that would begin now, but for From
	waiting chunk
	spare   []byte // a buffer that was written
	gap     bool   // before the next event
	counts  Counts
}

// New returns a tap. h says what is known about the device: its driver, the settings of its sessions, and the version
// of the program. now is the clock of whoever reads the port.
func New(h capture.Header, now func() time.Time) *Tap {
	h.Version, h.Wakes = capture.Version, true
	return &Tap{header: h, now: now, notify: func() {}, gap: true}
}

// Open wraps a port that was just opened with those line settings. Everything that passes through it is copied; closing
// it is noted. The result is a link.Witness.
func (t *Tap) Open(p Port, line devices.Line) Port {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.header.Line = line
	return &port{Port: p, tap: t}
}

// Counts returns what has passed so far.
func (t *Tap) Counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts
}

// begin prepares for an event at that moment with so many bytes. It reports false if there is no room for it.
func (t *Tap) begin(at time.Time, bytes int) bool {
	w := &t.waiting
	if len(w.text) > bufferMost {
		t.lose(bytes)
		return false
	}
	w.bytes += bytes
	if len(w.text) > 0 {
		return true
	}
	if t.gap {
		t.encoder.From(at)
	}
	w.header, w.gap, t.gap = t.header, t.gap, false
	w.header.From = t.encoder.At()
	return true
}

// lose counts bytes that will not be written; what comes after them begins a new file.
func (t *Tap) lose(bytes int) {
	t.counts.Lost += uint64(bytes)
	t.gap = true
}

// lost is lose for the goroutine that writes.
func (t *Tap) lost(bytes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lose(bytes)
}

func (t *Tap) rx(b []byte) {
	at := t.now()
	t.mu.Lock()
	t.counts.Rx += uint64(len(b))
	if t.begin(at, len(b)) {
		t.waiting.text = t.encoder.Rx(t.waiting.text, at, b)
	}
	t.mu.Unlock()
	t.notify()
}

func (t *Tap) tx(at time.Time, b []byte) {
	t.mu.Lock()
	t.counts.Tx += uint64(len(b))
	if t.begin(at, len(b)) {
		t.waiting.text = t.encoder.Tx(t.waiting.text, at, b)
	}
	t.mu.Unlock()
	t.notify()
}

func (t *Tap) woken(at time.Time) {
	t.mu.Lock()
	if t.begin(at, 0) {
		t.waiting.text = t.encoder.Woken(t.waiting.text, at)
	}
	t.mu.Unlock()
	t.notify()
}

func (t *Tap) ordered(at time.Time, c devices.Command) {
	t.mu.Lock()
	if t.begin(at, 0) {
		t.waiting.text = t.encoder.Order(t.waiting.text, at, c)
	}
	t.mu.Unlock()
	t.notify()
}

func (t *Tap) opened(at time.Time, variant string) {
	t.mu.Lock()
	// The times of a file are those of its beginning plus what has passed; a wall clock that was set meanwhile would make
	// all that follows wrong.
	if step := at.Round(0).Sub(t.encoder.At().Round(0)) - at.Sub(t.encoder.At()); step.Abs() > stepLeast && len(t.waiting.text) == 0 {
		t.gap = true
	}
	t.header.Settings.Variant = variant
	if t.begin(at, 0) {
		t.waiting.text = t.encoder.Opened(t.waiting.text, at, t.header.Line, variant)
	}
	t.header.Continues = true
	t.mu.Unlock()
	t.notify()
}

func (t *Tap) closed(why string) {
	at := t.now()
	t.mu.Lock()
	if t.begin(at, 0) {
		t.waiting.text = t.encoder.Closed(t.waiting.text, at, why)
	}
	t.header.Continues = false
	t.mu.Unlock()
	t.notify()
}

// take returns what waits; done is a buffer that was taken before and may be used again.
func (t *Tap) take(done []byte) chunk {
	t.mu.Lock()
	defer t.mu.Unlock()
	if done != nil {
		t.spare = done[:0]
	}
	if len(t.waiting.text) == 0 {
		return chunk{} // not the empty buffer, which is going to be filled
	}
	w := t.waiting
	t.waiting, t.spare = chunk{text: t.spare}, nil
	return w
}

// port is a port with a tap.
type port struct {
	Port
	tap   *Tap
	why   atomic.Pointer[string] // what ended the reading
	ended atomic.Bool
}

func (p *port) Read(b []byte) (int, error) {
	n, err := p.Port.Read(b)
	if n > 0 {
		p.tap.rx(b[:n])
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		why := err.Error()
		p.why.CompareAndSwap(nil, &why)
	}
	return n, err
}

func (p *port) Write(b []byte) (int, error) {
	at := p.tap.now() // the answer may be there before Write returns
	n, err := p.Port.Write(b)
	if n > 0 {
		p.tap.tx(at, b[:n])
	}
	return n, err
}

func (p *port) Close() error {
	err := p.Port.Close()
	if p.ended.CompareAndSwap(false, true) {
		why := ""
		if w := p.why.Load(); w != nil {
			why = *w
		}
		p.tap.closed(why)
	}
	return err
}

// Begun notes that a session begins; see link.Witness.
func (p *port) Begun(now time.Time, s devices.Settings) { p.tap.opened(now, s.Variant) }

// Woken notes that the session is called without bytes; see link.Witness.
func (p *port) Woken(now time.Time) { p.tap.woken(now) }

// Ordered notes an order that the session took; see link.Witness.
func (p *port) Ordered(now time.Time, c devices.Command) { p.tap.ordered(now, c) }
