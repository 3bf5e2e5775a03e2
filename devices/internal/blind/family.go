package blind

import (
	"time"

	"bedside/devices"
)

// Request is a frame of the host. These are all there are: a session has no way to send anything else.
type Request uint8

// The requests. Nothing stands for none.
const (
	Nothing Request = iota
	Read            // asks for the last result; moves nothing
	Start           // moves air
	Stop            // ends a measurement and lets the air out
)

// Message is what a [Receiver] found in the stream.
type Message uint8

// The messages. None says that every byte was used up without one.
const (
	None      Message = iota
	Confirmed         // the answer to a request that has no data, as far as the family's answers can be told apart
	Refused           // the device did not carry out a request, and says so
	Reported          // a result; the receiver's [Proof] knows what it says
	Foreign           // intact, but nothing that this host asks for
)

// Receiver cuts the bytes of a device into messages. Its memory is bounded whatever arrives.
type Receiver interface {
	// Next returns the first message of what is waiting and rx, and what is left of rx. None means that rx was used up.
	Next(rx []byte) (m Message, rest []byte)
	// GiveUp treats an unfinished message as a false start and returns the next one behind it, None if nothing waits any
	// more.
	GiveUp() Message
	// Account adds what was received since the last call: frames, their bytes, and a fault for bytes given up.
	Account(out *devices.Output)
}

// Verdict says what a report proves.
type Verdict uint8

// The verdicts. Only two reports in a row that agree prove anything: the checks of these families are weak.
const (
	Doubtful  Verdict = iota + 1 // it differs from what is known: ask again
	Unchanged                    // the result that is known already
	Fresh                        // a result of a measurement that has ended since the last report
	Older                        // a result that is now known, but not as a new one
)

// Circumstances are what a session knows about a report that its bytes do not say.
type Circumstances struct {
	Asked    bool // it may be the answer to a request
	Expected bool // a measurement of this session is under way
}

// Proof tells new results from old ones.
type Proof interface {
	// Judge takes the report that the receiver found last.
	Judge(now time.Time, c Circumstances) Verdict
	// Outcome returns what the report last judged Fresh says. It is valid until the next report.
	Outcome() Outcome
	// Forget forgets every report: what comes next is not new.
	Forget()
}

// Outcome is the end of a measurement.
type Outcome struct {
	Class        devices.CuffClass     // why there are no numbers; zero if there are
	Code         int                   // the device's own code behind Class, 0 if it gave none
	Odd          bool                  // it claims success with numbers that nobody can have; Class is set
	Age          time.Duration         // how long ago it ended, at least
	Measurements []devices.Measurement // empty with a Class
	Status       devices.Status
}

// Family is one protocol family.
type Family struct {
	Frames   [Stop + 1][]byte // what is written for each request, check included
	Receiver Receiver
	Proof    Proof

	Reply     time.Duration // how long the device has to answer
	IdlePoll  time.Duration // between two reads of an idle device
	FirstRead time.Duration // from a start to the first read
	CyclePoll time.Duration // between two reads of a device that measures
	// Misses is how many reads in a row may stay unanswered while measuring until the measurement is stopped; zero for a
	// device of which nobody knows whether it answers meanwhile: then its silence is not to be missed.
	Misses int
}
