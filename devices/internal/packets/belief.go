package packets

import (
	"time"

	"bedside/devices"
)

// How many packets must agree; all our choice.
const (
	Window = 8 // packets looked at, 0.13 s at 60 a second
	Agree  = 6 // of them must say the same

	nearRate  = 8 // 1/min, or an eighth of the rate, that are no jump
	nearShare = 8
	nearSat   = 3 // %
)

// Doubt is how long bytes may come without a reading until the session says that it has none, and how long a value is
// something to compare the next one with; our choice.
const Doubt = 2 * time.Second

// Markers and ranges of oximeters.md sections 0, 2.3 and 3. Zero is what real devices send for a missing value.
const (
	missingRate, missingSat = 0xFF, 0x7F
	minRate, maxRate        = 18, 254
	minSat, maxSat          = 1, 100
)

// A Key is what a packet says about the pulse, in a form that two packets can be compared by: saturation, rate, and, from
// bit 16 on, flags of the driver's own that take both away. Where a flag is set, the numbers count for nothing and are left
// out.
type Key uint32

const (
	flags Key = 0xFFFF << 16
	noKey     = ^Key(0)
)

// Numbers returns the key of a packet without such flags.
func Numbers(rate, sat byte) Key { return Key(rate)<<8 | Key(sat) }

// Rate returns the pulse rate as it was sent.
func (k Key) Rate() int { return int(k >> 8 & 0xFF) }

// Sat returns the saturation as it was sent.
func (k Key) Sat() int { return int(k & 0xFF) }

// kind is what sort of reading a key makes: its flags, and why its numbers are absent.
type kind uint32

const noKind = ^kind(0)

// Belief is what is known from packets. Make one with [NewBelief]; it is not safe for concurrent use.
type Belief struct {
	pace int // packets from one reading to the next
	hold int // packets for which a jump must last

	keys [Window]Key
	weak uint8 // one bit for each packet of the window
	at   uint8 // place of the oldest packet
	seen int   // packets since Forget
	run  int   // of them, the latest that say the same
	last Key   // of the latest packet

	since     int       // packets since the last reading
	kind      kind      // of the last reading
	believed  Key       // the latest that was not doubted; noKey after kind was forgotten
	reference time.Time // of the last reading with both values; zero if another came after it
	rate, sat int       // its values
	candidate Key       // what a jump leads to
	held      int       // packets that agree on it, 0 while there is no jump
}

// NewBelief returns a belief that knows nothing and gives a reading with every packet of that pace, and at once when
// something else is to be said. A jump is believed when as many packets agree on it.
func NewBelief(pace int) Belief {
	b := Belief{pace: pace, hold: pace}
	b.Forget()
	return b
}

// Forget begins the proof anew.
func (b *Belief) Forget() {
	for i := range b.keys {
		b.keys[i] = noKey
	}
	b.weak, b.seen, b.run = 0, 0, 0
	b.last, b.held = noKey, 0
	b.Unsay()
}

// Unsay forgets the last reading: what comes next is new. So a device that jumps for ever does not fall silent for ever.
func (b *Belief) Unsay() {
	b.kind, b.believed, b.since = noKind, noKey, 0
	b.reference = time.Time{}
}

// Seen returns how many packets there were since Forget.
func (b *Belief) Seen() int { return b.seen }

// Weak reports whether most of the packets looked at had a weak signal.
func (b *Belief) Weak() bool { return ones(b.weak) > Window/2 }

// Take looks at one more packet. It reports whether a reading of k is to be given now, and whether k begins a jump, which
// the driver counts as [devices.Inconsistent].
func (b *Belief) Take(now time.Time, k Key, weakSignal bool) (tell, jumps bool) {
	b.keys[b.at&(Window-1)] = k
	b.at++
	b.weak <<= 1
	if weakSignal {
		b.weak |= 1
	}
	b.since++
	b.seen++
	if b.run++; k != b.last {
		b.last, b.run = k, 1
	}
	if b.run < Agree && b.agreement(k) < Agree {
		return false, false
	}
	if k == b.believed && b.since < b.pace && b.held == 0 { // by far the most frequent case
		return false, false
	}
	sort := kindOf(k)
	if doubted, begins := b.jump(now, k, sort); doubted {
		return false, begins
	}
	b.believed = k
	if sort == b.kind && b.since < b.pace {
		return false, false
	}
	b.kind, b.since, b.reference = sort, 0, time.Time{}
	if sort == 0 {
		b.reference, b.rate, b.sat = now, k.Rate(), k.Sat()
	}
	return true, false
}

func (b *Belief) agreement(k Key) int {
	n := 0
	for _, other := range &b.keys {
		if other == k {
			n++
		}
	}
	return n
}

// kindOf returns 0 for a key with two good values.
func kindOf(k Key) kind {
	if k&flags != 0 {
		return kind(k & flags)
	}
	return kind(RateReason(k.Rate()))<<8 | kind(SatReason(k.Sat()))
}

// jump reports whether the key is too far from the last values to be believed yet, and whether it is the first such.
func (b *Belief) jump(now time.Time, k Key, sort kind) (doubted, begins bool) {
	if sort != 0 || b.reference.IsZero() || now.Sub(b.reference) > Doubt ||
		closeRate(k.Rate(), b.rate) && closeSat(k.Sat(), b.sat) {
		b.held = 0
		return false, false
	}
	begins = b.held == 0
	if !begins && (!closeRate(k.Rate(), b.candidate.Rate()) || !closeSat(k.Sat(), b.candidate.Sat())) {
		b.held = 0
	}
	b.candidate = k
	if b.held++; b.held < b.hold {
		return true, begins
	}
	b.held = 0
	return false, begins
}

func closeRate(a, b int) bool { return apart(a, b) <= max(nearRate, max(a, b)/nearShare) }

func closeSat(a, b int) bool { return apart(a, b) <= nearSat }

func apart(a, b int) int { return max(a-b, b-a) }

// RateReason returns 0 for a rate in range, else why it is absent: OutOfRange, or Searching for a missing value without a
// flag.
func RateReason(v int) devices.Reason { return rangeReason(v, missingRate, minRate, maxRate) }

// SatReason is the same for a saturation.
func SatReason(v int) devices.Reason { return rangeReason(v, missingSat, minSat, maxSat) }

func rangeReason(v, missing, low, high int) devices.Reason {
	switch {
	case v == missing || v == 0:
		return devices.Searching
	case v < low || v > high:
		return devices.OutOfRange
	}
	return 0
}

func ones(b uint8) int {
	n := 0
	for ; b != 0; b &= b - 1 {
		n++
	}
	return n
}
