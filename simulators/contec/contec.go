package contec

import (
	"math/rand/v2"
	"time"

	"bedside/simulators"
	"bedside/simulators/internal/pulse"
)

// streamFor is how long the stream goes on after the last A1 or AF, oximeters.md section 2.5.
const streamFor = 30 * time.Second

// Packets a second are 60 give or take 2, oximeters.md section 2.2. Each device has its own pace within that.
const (
	slowest = 58.0
	fastest = 62.0
)

// maxLate bounds how many packets one Step makes up for when it comes late, two seconds' worth (our choice). What is
// older is lost, as it would be in the buffer of a serial port.
const maxLate = 120

// Options select what the instrument is. The zero value is a CMS50D+ as others captured it: no perfusion index, zeros
// beside the finger-out flag, no answer to commands that no document explains.
type Options struct {
	Seed           uint64 // drives the pace and the noise; equal seeds give equal bytes
	PerfusionIndex bool   // live data has a perfusion index, and packet 0E says so
	Documented     bool   // missing values are FF and 7F also when the finger is out, as the maker's document has it
	Undocumented   bool   // answer A0, A8, A9 and B3 as captured devices do
}

// Counts says what a device has been told.
type Counts struct {
	Starts, Keeps, Stops int // A1, AF, A2 and A7
	Questions            int // commands that only ask
	Changes              int // commands that set a clock or an identity, or delete
	Downloads            int // A6
	Malformed            int // bytes that are no command
}

// Device is one instrument. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	tick    time.Duration // from one packet to the next
	now     time.Time
	alive   time.Time // of the last A1 or AF
	origin  time.Time // of the first packet of this stream
	sent    int64     // packets of this stream, lost ones included
	running bool
	pulse   pulse.Pulse
	command [commandLen]byte
	have    int // bytes in command
	counts  Counts
	buf     []byte
}

// New returns an instrument that is switched on and silent.
func New(o Options) *Device {
	d := &Device{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x636f6e746563))}
	d.tick = time.Duration(float64(time.Second) / (slowest + (fastest-slowest)*d.rng.Float64()))
	return d
}

// Counts returns what the device was told so far.
func (d *Device) Counts() Counts { return d.counts }

// Running reports whether the device streams.
func (d *Device) Running() bool { return d.running }

// Step obeys what the host sent, and returns the packets that are due by now and the moment of the next one.
func (d *Device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	if now.After(d.now) {
		d.now = now
	}
	d.buf = d.buf[:0]
	d.stream(&truth)
	for _, b := range rx {
		d.receive(b)
	}
	d.stream(&truth)
	if !d.running {
		return d.buf, time.Time{}
	}
	return d.buf, d.origin.Add(time.Duration(d.sent) * d.tick)
}

// stream appends the packets that are due, and ends the stream when nobody kept it alive.
func (d *Device) stream(truth *simulators.Vitals) {
	if !d.running {
		return
	}
	until, ends := d.now, d.alive.Add(streamFor)
	if !ends.After(until) {
		until = ends
		d.running = false
	}
	due := int64(until.Sub(d.origin)/d.tick) + 1
	if late := due - d.sent - maxLate; late > 0 {
		d.sent += late
	}
	for ; d.sent < due; d.sent++ {
		d.pulse.Step(truth, d.tick, d.rng)
		d.buf = d.appendLive(d.buf, truth)
	}
}

// start begins the stream, or keeps one alive that has begun.
func (d *Device) start() {
	d.counts.Starts++
	d.alive = d.now
	if !d.running {
		d.running, d.origin, d.sent = true, d.now, 0
	}
}
