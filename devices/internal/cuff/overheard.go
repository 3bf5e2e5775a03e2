package cuff

import (
	"bytes"
	"time"

	"bedside/devices"
	"bedside/devices/internal/draft"
)

// Bounds of an [Overheard]; our choice.
const (
	remembered = 32              // messages that are known again; staff measure that often in some hours
	longest    = 80              // bytes of a message that are compared; the longest has 67
	gap        = 1 * time.Second // within a message; at 9600 baud a whole one takes 70 ms
)

// Overheard is the part of a session that all drivers share of cuffs that tell their results unasked and take no orders: its
// output, and the memory of what was told, because such a device may send an old result again, and nothing old may look
// current. The zero value is ready. It is not safe for concurrent use.
type Overheard struct {
	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte

	told [remembered]told
	next int // place of the oldest

	out   devices.Output
	draft draft.Draft
}

// told is a message that was told.
type told struct {
	digest uint32 // so that nearly all others need no closer look
	n      int
	text   [longest]byte
}

// Result is what a measurement found, in mmHg and 1/min.
type Result struct {
	Systolic, Diastolic, Rate int
	Mean                      int // 0 if the device gives none; it is never computed
	Status                    devices.Status
}

// Enter begins a Step with n bytes. It reports whether what was received of a message before them is void, because the rest
// did not follow.
func (o *Overheard) Enter(now time.Time, n int) (void bool) {
	if now.After(o.now) {
		o.now = now
	}
	o.out.Readings, o.out.Cuff, o.out.Faults = o.out.Readings[:0], o.out.Cuff[:0], o.out.Faults[:0]
	o.out.Frames, o.out.FramedBytes = 0, 0
	o.draft.Clear()
	if n == 0 {
		return false
	}
	void = !o.heard.IsZero() && o.now.Sub(o.heard) >= gap
	o.heard = o.now
	return void
}

// Leave ends a Step and returns its output.
func (o *Overheard) Leave() devices.Output { return o.out }

// Fault counts bytes that were given up, or intact messages that were not believed.
func (o *Overheard) Fault(kind devices.FaultKind, bytes int) {
	if last := len(o.out.Faults) - 1; bytes > 0 && last >= 0 && o.out.Faults[last].Kind == kind {
		o.out.Faults[last].Bytes += bytes // noise comes byte by byte
		return
	}
	o.out.Faults = append(o.out.Faults, devices.Fault{Kind: kind, Bytes: bytes})
}

// Frame counts messages that passed their check, and their bytes.
func (o *Overheard) Frame(messages, bytes int) {
	o.out.Frames += messages
	o.out.FramedBytes += bytes
}

// Known reports whether that message was told before, and counts it if so; else it is remembered (cuffs.md section 14.1:
// once for each distinct frame).
func (o *Overheard) Known(message []byte) bool {
	message = message[:min(len(message), longest)]
	digest := uint32(1)
	for _, c := range message {
		digest = digest*31 + uint32(c)
	}
	for i := range o.told {
		if t := &o.told[i]; t.digest == digest && bytes.Equal(t.text[:t.n], message) {
			o.Fault(devices.Unexpected, 0)
			return true
		}
	}
	t := &o.told[o.next]
	t.digest, t.n = digest, copy(t.text[:], message)
	o.next = (o.next + 1) % remembered
	return false
}

// Failed tells that a measurement gave no result; code is the device's own, 0 if it gave none.
func (o *Overheard) Failed(code int) {
	o.out.Cuff = append(o.out.Cuff, devices.CuffState{
		At: o.now, Phase: devices.CuffFailed, Class: devices.CuffIndeterminate, Code: code,
	})
}

// Done tells a result.
func (o *Overheard) Done(r Result) {
	o.draft.Put(devices.Systolic, r.Systolic, 0)
	o.draft.Put(devices.Diastolic, r.Diastolic, 0)
	if r.Mean > 0 {
		o.draft.Put(devices.Mean, r.Mean, 0)
	} else {
		o.draft.Put(devices.Mean, 0, devices.NotMeasured)
	}
	o.draft.Put(devices.PulseRate, r.Rate, 0)
	reading := o.draft.Finish(o.now, r.Status)
	reading.Spot = true
	o.out.Readings = append(o.out.Readings, reading)
	o.out.Cuff = append(o.out.Cuff, devices.CuffState{At: o.now, Phase: devices.CuffDone})
}
