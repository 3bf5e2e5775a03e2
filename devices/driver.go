package devices

import "time"

// Driver describes one wire protocol family and opens conversations in it. It is a plain value; the list of all of
// them is in devices/catalog.
type Driver struct {
	Name    string  // configuration word and metric label: lower-case letters, digits, dashes
	Title   string  // for people: maker and models
	Kind    Kind    // what it is beside the bed
	Line    Line    // serial settings
	Vitals  []Vital // what it can measure
	Rate    int     // readings a second while all is well; 0 for a device that answers only when it measured
	Starts  bool    // whether the agent can start a measurement with it
	Proof   Proof   // how far the driver was tried
	Covered string  // models, in words, for the README's table

	// Variants are the ways in which members of the family are met, the likeliest first, and Line is that of the first. While
	// nothing intact arrives the agent tries them in turn. None: Line is all there is.
	Variants []Variant
	// Parts are the devices behind the line if there are several, such as a monitor's oximeter and its cuff: for the rest of
	// the house each is a device of its own. Kind, Vitals, Rate and Starts then describe the whole. None: it is one device.
	Parts []Part

	// Asks says where a fresh session, which nobody gave permission to start, may speak to find out whether the device at
	// the other end is one of the family. Zero: nowhere; the driver is found by listening alone.
	Asks Asks

	// Vents says, of a driver that Starts, what lets the air out of the cuff when the agent is killed in mid-measurement and
	// nobody sends the stop: the device's own limit, and who says so. A test kills the agent and holds every driver to it.
	Vents string

	// MaxSilence is how long a healthy device may send nothing. Longer means that it is gone. Zero: it may be quiet for
	// ever.
	MaxSilence time.Duration

	// NewSession starts a conversation. It fails only for settings that the driver cannot honour.
	NewSession func(Settings) (Session, error)
}

// Variant is one way in which a protocol family is met: line settings, and the dialect that comes with them.
type Variant struct {
	Name string // configuration word, unique in its driver: lower-case letters, digits, dashes
	Line Line
}

// Lines returns the variants of d, of which there is always one: a driver without a list has its Line, without a name.
// The slice is not to be changed.
func (d *Driver) Lines() []Variant {
	if len(d.Variants) > 0 {
		return d.Variants
	}
	return []Variant{{Line: d.Line}}
}

// Asks says what the questions of a fresh session may do to a device of another family, since it is not known yet who
// hears them. A driver claims more than the zero value only after its bytes were held against the orders of every device in
// the protocol pages, also of those that no driver here is for.
type Asks uint8

// The degrees, most careful first.
const (
	NeverAsks    Asks = iota // it has no question, or one that some device may take for an order
	AsksAttended             // harmless to every device that a driver here is for; with a person there who has taken cuffs off arms
	AsksFreely               // no known device takes any of it for an order
)

// Part is one of several devices that share a line. No two parts of a driver are of one kind: the kind tells whose a
// reading is, waves are the oximeter's, and cuff states and orders are the cuff's.
type Part struct {
	Kind   Kind
	Vitals []Vital // what it can measure
	Rate   int     // readings a second while all is well; 0 for a part that answers only when it measured
	Starts bool    // whether the agent can start a measurement with it
}

// Kind is the sort of device, used for words on screens and for grouping.
type Kind uint8

// The kinds there are.
const (
	Oximeter Kind = iota + 1
	Cuff
)

var kindNames = [...]string{Oximeter: "oximeter", Cuff: "cuff"}

// String returns "oximeter" or "cuff".
func (k Kind) String() string { return word(kindNames[:], int(k)) }

// Title returns the words for people, such as "Pulse oximeter"; "Device" if the kind is not known yet.
func (k Kind) Title() string {
	switch k {
	case Oximeter:
		return "Pulse oximeter"
	case Cuff:
		return "Blood-pressure cuff"
	}
	return "Device"
}

// Proof says what a driver has been tried on.
type Proof uint8

// The degrees of proof, weakest first.
const (
	ByProtocol  Proof = iota + 1 // written from documents only
	BySimulator                  // talks to a simulator that was written independently
	OnHardware                   // tried on a real device
)

var proofNames = [...]string{ByProtocol: "protocol only", BySimulator: "by simulator", OnHardware: "on hardware"}

// String returns the words of the README's table, such as "by simulator".
func (p Proof) String() string { return word(proofNames[:], int(p)) }

// Line holds serial settings.
type Line struct {
	Baud     int
	DataBits int
	Parity   Parity
	StopBits int
}

// Parity is the parity of a serial line.
type Parity uint8

// The parities in use.
const (
	NoParity Parity = iota
	OddParity
	EvenParity
)

// Settings are what the configuration says about a device.
type Settings struct {
	// AllowStart permits CuffStart. Off, the driver refuses it: staff press the button on the device.
	AllowStart bool
	// InitialPressure is the first inflation target in mmHg, 0 to leave the device's own. Only some cuffs take it.
	InitialPressure int
	// CuffUsed is when an earlier conversation with the same cuff last knew air in it, zero if none did. A session cannot
	// know what was before it; the shell that opens the next one hands it on, so that the rest between two measurements
	// holds across a reconnection.
	CuffUsed time.Time
	// Variant is the name of the variant that the line was opened with; empty stands for the first. Drivers without
	// variants ignore it.
	Variant string
}

// Session is one conversation with one device, from opening the port to closing it.
//
// Step is given the bytes that arrived (none if only time has passed) and the moment, and returns what they mean and
// what to write. It may be called with any split of the stream and gives the same result. It must not keep rx. A now
// earlier than the last one counts as the last one. It never panics, whatever the bytes.
//
// A Session is not safe for concurrent use. The slices of an Output belong to the session and are overwritten by the
// next call.
type Session interface {
	Step(now time.Time, rx []byte) Output
}

// Output is what a session makes of its input.
type Output struct {
	Readings []Reading
	Waves    []Wave
	Cuff     []CuffState
	Faults   []Fault
	Tx       []byte    // write this to the device
	Wake     time.Time // call Step by then even if the line is silent; zero means no need

	// Episodic says that the device speaks only when it has measured, by the latest of what it sent: silence tells nothing
	// about it, and Driver.MaxSilence does not count, until an Output says otherwise. Every Output says it or does not. It
	// is for a family in which some members stream and others do not, where only listening tells which is there.
	Episodic bool

	// Frames counts the frames that passed their check, FramedBytes the bytes in them. Together with the bytes of
	// Faults and those still waiting for the rest of a frame they account for every byte received.
	Frames, FramedBytes int
}

// FaultKind is what was wrong with bytes or with an answer: a closed set, used as a metric label.
type FaultKind uint8

// The kinds of fault. None is fatal: each is counted, and the conversation goes on.
const (
	BadChecksum  FaultKind = iota + 1 // a frame whose check failed
	BadFrame                          // bytes that no frame of the protocol can contain
	Inconsistent                      // intact frames that contradict each other; what they said was not believed
	Unexpected                        // a well-formed message that nobody asked for
	NoAnswer                          // the device did not answer in time
	DeviceError                       // the device refused or reported an error; Code has its number
)

var faultNames = [...]string{
	BadChecksum: "bad_checksum", BadFrame: "bad_frame", Inconsistent: "inconsistent", Unexpected: "unexpected",
	NoAnswer: "no_answer", DeviceError: "device_error",
}

// String returns the metric label, such as "bad_checksum".
func (k FaultKind) String() string { return word(faultNames[:], int(k)) }

// FaultKinds lists every kind, for code that declares one counter for each.
func FaultKinds() []FaultKind {
	return []FaultKind{BadChecksum, BadFrame, Inconsistent, Unexpected, NoAnswer, DeviceError}
}

// Fault is one thing that went wrong on the line.
type Fault struct {
	Kind  FaultKind
	Bytes int // received bytes given up because of it; 0 for faults above the framing
	Code  int // the device's own error number, 0 if none
}
