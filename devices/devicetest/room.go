package devicetest

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Sent is one write of the session.
type Sent struct {
	At    time.Time
	Bytes []byte
}

// Room couples the session of a cuff with its device in virtual time and keeps all that happened. Make one with [NewRoom].
type Room struct {
	T       require.TestingT
	Session devices.Session
	// Device is the other side: a simulator, or something that misbehaves. It returns what it says now and when it wants
	// to be called again; zero means when the host says something.
	Device   func(now time.Time, rx []byte) (tx []byte, wake time.Time)
	Now      time.Time
	ToHost   func([]byte) []byte // what the line does to what the device says; nil for nothing
	ToDevice func([]byte) []byte // what it does to what the session writes
	Witness  *CuffWitness        // nil for none

	Tx       []Sent
	Cuff     []devices.CuffState
	Readings []devices.Reading
	Faults   []devices.Fault

	underway []byte // from the device to the host
}

// NewRoom opens a session of d at [Start].
func NewRoom(t testing.TB, d devices.Driver, set devices.Settings, device func(time.Time, []byte) ([]byte, time.Time)) *Room {
	t.Helper()
	return &Room{T: t, Session: Open(t, d, set), Device: device, Now: Start}
}

// Run lets d pass, from one moment at which something happens to the next, or stops early when until says so.
func (r *Room) Run(d time.Duration, until func() bool) {
	if until != nil && until() {
		return
	}
	for end := r.Now.Add(d); r.Now.Before(end); {
		rx := r.underway
		r.underway = nil
		if r.ToHost != nil && len(rx) > 0 {
			rx = r.ToHost(rx)
		}
		out := r.Session.Step(r.Now, rx)
		if !out.Wake.IsZero() && !out.Wake.After(r.Now) {
			require.Failf(r.T, "late wake", "%v is not after now %v", out.Wake, r.Now)
		}
		next := r.pass(&out)
		if next.IsZero() || !out.Wake.IsZero() && out.Wake.Before(next) {
			next = out.Wake
		}
		if until != nil && until() {
			if len(r.underway) > 0 {
				r.Now = r.Now.Add(time.Millisecond)
			}
			return
		}
		if next.IsZero() {
			next = end
		}
		if soonest := r.Now.Add(time.Millisecond); len(r.underway) > 0 || next.Before(soonest) {
			next = soonest
		}
		if end.Before(next) {
			next = end
		}
		r.Now = next
	}
}

// pass hands an output to the device and keeps its answer for the next moment. It returns when the device wants to be
// called.
func (r *Room) pass(out *devices.Output) time.Time {
	tx, wake := r.Device(r.Now, r.take(out))
	r.underway = append(r.underway, tx...)
	return wake
}

// Order gives an order and returns why it was refused.
func (r *Room) Order(c devices.Command) error {
	out, err := r.Session.(devices.Commander).Command(r.Now, c)
	if err != nil {
		require.Empty(r.T, out.Tx, "a refused order wrote bytes")
		return err
	}
	if r.Witness != nil {
		r.Witness.accepts(r.Now, c)
	}
	r.pass(&out)
	return nil
}

// take keeps an output and returns what reaches the device.
func (r *Room) take(out *devices.Output) []byte {
	if r.Witness != nil {
		r.Witness.sees(r.Now, out)
	}
	r.Cuff = append(r.Cuff, out.Cuff...)
	r.Faults = append(r.Faults, out.Faults...)
	for _, reading := range out.Readings {
		reading.Measurements = slices.Clone(reading.Measurements)
		r.Readings = append(r.Readings, reading)
	}
	if len(out.Tx) == 0 {
		return nil
	}
	tx := bytes.Clone(out.Tx)
	r.Tx = append(r.Tx, Sent{r.Now, tx})
	if r.ToDevice != nil {
		tx = r.ToDevice(bytes.Clone(tx))
	}
	return tx
}

// When returns the moments at which those bytes were written.
func (r *Room) When(frame []byte) []time.Time {
	var at []time.Time
	for _, s := range r.Tx {
		if bytes.Equal(s.Bytes, frame) {
			at = append(at, s.At)
		}
	}
	return at
}

// Last returns the last cuff state, zero if there is none.
func (r *Room) Last() devices.CuffState {
	if len(r.Cuff) == 0 {
		return devices.CuffState{}
	}
	return r.Cuff[len(r.Cuff)-1]
}

// Over reports whether the last cuff state is an outcome.
func (r *Room) Over() bool {
	p := r.Last().Phase
	return p == devices.CuffDone || p == devices.CuffFailed
}

// Open lets the handshake pass, 20 s of it at most, and fails the test if the cuff is not idle then.
func (r *Room) Open() {
	r.Run(20*time.Second, func() bool { return r.Last().Phase == devices.CuffIdle })
	require.Equal(r.T, devices.CuffIdle, r.Last().Phase, "no handshake within 20 s")
}

// Ready lets time pass until a start would be accepted, four minutes at most, and fails the test if none is.
func (r *Room) Ready() {
	for end := r.Now.Add(4 * time.Minute); r.Now.Before(end); {
		r.Run(time.Second, nil)
		// A refused order changes nothing; an accepted one is what the caller wants next.
		if err := r.Order(devices.CuffStart); err == nil {
			return
		}
	}
	require.Fail(r.T, "no start was accepted within four minutes")
}

// Measure waits until a start is accepted, and then for its outcome.
func (r *Room) Measure() devices.CuffState {
	r.Ready()
	seen := len(r.Cuff)
	r.Run(5*time.Minute, func() bool { return len(r.Cuff) > seen && r.Over() })
	require.True(r.T, r.Over(), "no outcome within five minutes")
	return r.Last()
}
