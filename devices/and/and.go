package and

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"bedside/devices"
	"bedside/devices/internal/blind"
)

// Pace of the conversation, our choice where no section is named.
const (
	replyTime = 1500 * time.Millisecond // the 138 bytes of a result take 575 ms at 2400 baud
	idlePoll  = 10 * time.Second        // a result that was not sent by itself is found within this time
	firstRead = 45 * time.Second        // longest silence of a measurement in cuffs.md section 2a: until then the line is left alone
	cyclePoll = 10 * time.Second
)

// The variants: the speed is a setting of the device (cuffs.md section 2a).
var (
	slow = devices.Line{Baud: 2400, DataBits: 8, Parity: devices.NoParity, StopBits: 1}
	fast = devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1}
)

// variants are the speeds, the likeliest first.
func variants() []devices.Variant {
	return []devices.Variant{{Name: "2400", Line: slow}, {Name: "9600", Line: fast}}
}

// ErrVariant is why a session was not opened: the settings name a variant that the driver does not have.
var ErrVariant = errors.New("and: no such variant")

// Driver returns the driver of A&D TM-2655 and TM-2657 monitors.
func Driver() devices.Driver {
	return devices.Driver{
		Name:   "and",
		Title:  "A&D arm-in blood-pressure monitor",
		Kind:   devices.Cuff,
		Line:   slow,
		Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean, devices.PulseRate},
		Starts: true,
		Proof:  devices.BySimulator,

		Covered:  "A&D TM-2655, TM-2655P, TM-2657, TM-2657P",
		Vents:    "the monitor's own time limit, which it reports as E24 (cuffs.md section 2a, which does not say how long it is)",
		Variants: variants(),

		// The longest silence that the page gives for a measurement that staff started, a poll, and its answer: nobody knows
		// whether the monitor answers while it measures. A measurement of ours may be silent for longer; the session says so.
		MaxSilence: firstRead + idlePoll + 5*time.Second,
		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	known := func(v devices.Variant) bool { return v.Name == set.Variant }
	if set.Variant != "" && !slices.ContainsFunc(variants(), known) {
		return nil, fmt.Errorf("%w: %q", ErrVariant, set.Variant)
	}
	r := &receiver{}
	return blind.New(blind.Family{
		// The frames of cuffs.md section 2a. Nothing else is ever written.
		Frames: [...][]byte{
			blind.Read:  {0x16, 0x16, 0x01, '0', '0', 0x02, 'R', 'B', 0x03, 0x10},
			blind.Start: {0x16, 0x16, 0x01, '0', '0', 0x02, 'S', 'T', 0x03, 0x07},
			blind.Stop:  {0x16, 0x16, 0x01, '0', '0', 0x02, 'S', 'P', 0x03, 0x03},
		},
		Receiver: r, Proof: &proof{from: r},
		Reply: replyTime, IdlePoll: idlePoll, FirstRead: firstRead, CyclePoll: cyclePoll,
	}, set), nil
}
