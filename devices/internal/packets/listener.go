package packets

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/draft"
)

// Listener is the part of a session that all drivers of packet streams share: the accounts of its bytes, its readings and
// its pleth. The exported fields are set before the first Step; the zero value of the rest is ready. All of its memory is
// allocated once, save the room of the first outputs. It is not safe for concurrent use.
type Listener struct {
	Belief
	draft.Draft

	Silent    time.Duration // without a byte, then the next reading has its own time
	Packets   int           // a second
	Size      int           // bytes in a packet
	FullScale int32         // of the pleth

	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first
	lost  int       // bytes dropped since the last packet

	out     devices.Output
	samples []int32
}

// Enter begins a Step: it empties the output of the last one and keeps its memory. It returns the moment that counts.
func (l *Listener) Enter(now time.Time) time.Time {
	if now.After(l.now) {
		l.now = now
	}
	l.out.Readings, l.out.Waves, l.out.Faults = l.out.Readings[:0], l.out.Waves[:0], l.out.Faults[:0]
	l.out.Frames, l.out.FramedBytes = 0, 0
	l.samples = l.samples[:0]
	l.Clear()
	return l.now
}

// Leave ends a Step and returns its output.
func (l *Listener) Leave() devices.Output {
	if len(l.samples) > 0 {
		l.out.Waves = append(l.out.Waves, devices.Wave{
			At: l.now, Vital: devices.Pleth, Rate: l.Packets, FullScale: l.FullScale, Samples: l.samples,
		})
	}
	return l.out
}

// Idle returns how long there had been no byte when the present ones came; zero for the first.
func (l *Listener) Idle() time.Duration {
	if l.heard.IsZero() {
		return 0
	}
	return l.now.Sub(l.heard)
}

// Listen notes that bytes came, and reports whether they have come for so long without a reading that one without values is
// due: the last one must not look current. The reading before it is forgotten then.
func (l *Listener) Listen() (doubt bool) {
	idle := l.Idle()
	l.heard = l.now
	switch {
	case l.told.IsZero():
	case idle >= l.Silent:
		l.told = l.now // the new proof has its own time
	case l.now.Sub(l.told) >= Doubt:
		l.Unsay()
		return true
	}
	return false
}

// Fault counts intact packets that were not believed, or an error of the device.
func (l *Listener) Fault(kind devices.FaultKind, code int) {
	l.out.Faults = append(l.out.Faults, devices.Fault{Kind: kind, Code: code})
}

// Drop counts bytes as given up. Neighbours share one fault.
func (l *Listener) Drop(n int) {
	if n == 0 {
		return
	}
	l.lost += n
	if last := len(l.out.Faults) - 1; last >= 0 && l.out.Faults[last].Kind == devices.BadFrame {
		l.out.Faults[last].Bytes += n
		return
	}
	l.out.Faults = append(l.out.Faults, devices.Fault{Kind: devices.BadFrame, Bytes: n})
}

// Frame counts packets that passed their check, and their bytes.
func (l *Listener) Frame(packets, bytes int) {
	l.out.Frames += packets
	l.out.FramedBytes += bytes
}

// Gap says that the samples of so many bytes are not known, although they are accounted for.
func (l *Listener) Gap(bytes int) { l.lost += bytes }

// Restart says that bytes lost before now leave no gap in the pleth.
func (l *Listener) Restart() { l.lost = 0 }

// Sample adds a sample of the pleth, after those that were lost with damaged packets: a second's worth at most (our
// choice). The first packet after Forget proves nothing yet, so it gives none.
func (l *Listener) Sample(v int32) {
	if l.lost > 0 {
		if lost := (l.lost + l.Size/2) / l.Size; l.Seen() > 0 && lost <= l.Packets {
			for range lost {
				l.samples = append(l.samples, devices.MissingSample)
			}
		}
		l.lost = 0
	}
	if l.Seen() > 0 {
		l.samples = append(l.samples, v)
	}
}

// Believe looks at what a packet says about the pulse, and reports whether a reading of it is to be given now.
func (l *Listener) Believe(k Key, weakSignal bool) bool {
	tell, jumps := l.Take(l.now, k, weakSignal)
	if jumps {
		l.Fault(devices.Inconsistent, 0)
	}
	return tell
}

// Tell gives the reading under construction, as of now, and begins the next one.
func (l *Listener) Tell(st devices.Status) {
	l.out.Readings = append(l.out.Readings, l.Finish(l.now, st))
	l.told = l.now
}
