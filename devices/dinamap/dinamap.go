package dinamap

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/blind"
)

// Pace of the conversation, our choice: the documents name none but "every 1 to 2 s" while a determination runs.
const (
	replyTime = 800 * time.Millisecond // 22 characters take 23 ms at 9600 baud
	idlePoll  = 2 * time.Second        // a determination that staff started is found within this time, and a loss of power within three
	cyclePoll = time.Second            // cuffs.md section 5; the age has no finer steps
	misses    = 8                      // reads without an answer, about 8 s, until a determination is cancelled unseen
)

// Driver returns the driver of GE Dinamap PRO, ProCare and Carescape V100 monitors.
func Driver() devices.Driver {
	return devices.Driver{
		Name:   "dinamap",
		Title:  "GE Dinamap blood-pressure monitor, host port",
		Kind:   devices.Cuff,
		Line:   devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean},
		Starts: true,
		Asks:   devices.AsksFreely, // the last reading: cuffs.md has no device that takes it for an order
		Proof:  devices.BySimulator,

		Covered: "Dinamap PRO 100–400, ProCare, Carescape V100",
		Vents: "the monitor's own limit, about which cuffs.md section 5 says nothing; the general standard asks for 180 s and " +
			"300 mmHg (section 14)",

		// Three polls of the idle monitor and a second for their answers; three periods is the rule of cuffs.md section 14.7.
		MaxSilence: 3*idlePoll + time.Second,
		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	r := &receiver{}
	return blind.New(blind.Family{
		// The literals of cuffs.md section 5, check and CR included. Nothing else is ever written.
		Frames: [...][]byte{
			blind.Read:  []byte(" NA!2\r"),
			blind.Start: []byte(" NC0!E\r"),
			blind.Stop:  []byte(" ND!5\r"),
		},
		Receiver: r, Proof: &proof{from: r},
		Reply: replyTime, IdlePoll: idlePoll, FirstRead: cyclePoll, CyclePoll: cyclePoll, Misses: misses,
	}, set), nil
}
