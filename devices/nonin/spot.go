package nonin

import (
	"time"

	"bedside/devices"
)

// Format 13, oximeters.md section 1.6: NUL, STX, type, length, data, CK, ETX.
const (
	spotHead  = 6 // bytes before the data
	spotFoot  = 2 // CK and ETX
	spotData  = 14
	spotLong  = 31 // data bytes at most, our choice: the documents say that 14 may grow
	spotClock = 7  // bytes of date and time in it

	spotSPA     = 0x02 // in the first status byte
	spotNOMS    = 0x01 // no measurement
	spotMemory  = 0x10 // in the second status byte: from memory
	spotBattery = 0x01
)

// replayPause is how long packets from memory may be apart and still count as one replay, our choice.
const replayPause = 10 * time.Second

// spots is what a session knows of format 13.
type spots struct {
	data     [spotData]byte // of the last packet
	known    bool           // whether there was one
	replayed time.Time      // when the last packet from memory came; zero if the last one was not from memory
}

// spotShape reports whether b begins with a packet of format 13, and how many bytes it has. One that is whole but for its
// check has a size as well.
func spotShape(b []byte) (int, verdict) {
	const head = "\x00\x02\x00\x0D\x00"
	for i := range min(len(b), len(head)) {
		if b[i] != head[i] {
			return 0, no
		}
	}
	if len(b) < spotHead {
		return 0, more
	}
	n := int(b[spotHead-1])
	if n < spotData || n > spotLong {
		return 0, no
	}
	for i := range min(len(b)-spotHead, spotClock) {
		if !clockByte(i, b[spotHead+i]) {
			return 0, no
		}
	}
	size := spotHead + n + spotFoot
	if len(b) < size {
		return 0, more
	}
	var sum byte
	for _, c := range b[spotHead : spotHead+n] {
		sum += c
	}
	if sum != b[size-2] || b[size-1] != 0x03 {
		return size, no
	}
	return size, yes
}

// clockByte reports whether b may be byte i of a date and time in binary-coded decimals: 20 YY MM DD hh mm ss. What the
// clock says is not used.
func clockByte(i int, b byte) bool {
	least := [spotClock]byte{0x20, 0, 1, 1, 0, 0, 0}
	most := [spotClock]byte{0x20, 0x99, 0x12, 0x31, 0x23, 0x59, 0x59}
	return b&0x0F <= 9 && b>>4 <= 9 && b >= least[i] && b <= most[i]
}

// spot takes in a packet, which its check and its form prove by themselves. It is given once, when it comes; what comes
// from memory was measured at another time, perhaps on another patient, and what comes again was given already.
func (s *session) spot(b []byte) {
	s.out.Frames++
	s.out.FramedBytes += len(b)
	s.found(format13)
	s.format = formatUnknown // each packet proves itself
	s.told = time.Time{}     // a single measurement does not grow doubtful
	data := b[spotHead:]
	m := &s.spots
	again := m.known && [spotData]byte(data) == m.data
	m.known = true
	copy(m.data[:], data)
	// Places counted from 1 in the document are here counted from the data, which begin at 7.
	high, low := data[15-7], data[16-7]
	var st devices.Status
	if low&spotBattery != 0 {
		st |= devices.BatteryLow
	}
	if low&spotMemory != 0 {
		fresh := m.replayed.IsZero() || s.now.Sub(m.replayed) > replayPause
		m.replayed = s.now
		if fresh {
			s.absent(devices.HeldValue, st)
			s.markSpot()
		}
		return
	}
	m.replayed = time.Time{}
	if again {
		s.out.Faults = append(s.out.Faults, devices.Fault{Kind: devices.Unexpected})
		return
	}
	if high&spotSPA != 0 {
		st |= devices.HighQuality
	}
	rate, sat := int(data[17-7]&1)<<8|int(data[18-7]), int(data[20-7]&0x7F)
	if high&spotNOMS != 0 {
		rate, sat = missingRate, missingSat
	}
	s.give(rate, sat, st, false)
	s.markSpot()
}

// markSpot makes the reading just given a single one, whose missing values were not measured this time.
func (s *session) markSpot() {
	r := &s.out.Readings[len(s.out.Readings)-1]
	r.Spot = true
	for i := range r.Absences {
		if r.Absences[i].Reason == devices.Searching {
			r.Absences[i].Reason = devices.NotMeasured
		}
	}
	s.told = time.Time{}
}
