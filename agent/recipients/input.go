package recipients

import (
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// Input is something that happened: one of the types below.
type Input interface{ isInput() }

// Watch is a station's word that it shows the room, repeated every three seconds.
type Watch struct {
	Station string
	Screens int        // that are on, visible, and have drawn a picture lately
	Sound   int        // of them, those that can be heard
	Duty    *wire.Duty // as the stations agree on it; nil for nobody
}

// Shown is a station's word that alerts were painted on visible screens. A repetition changes nothing.
type Shown struct {
	Station  string
	Screens  int      // that painted them so far
	Messages []string // ids of messages of alerts; those that are not known, or too old, are passed over
}

// Alerted is a message that the room has published about an alert.
type Alerted struct {
	Message string // its id
	Change  alerts.Change
	Alert   alerts.Alert // after the change
}

// Session says whether a session runs. It may be repeated, and then it is the passing of time alone.
type Session struct{ Running bool }

// ReachTest orders a test alert to the nurse on duty.
type ReachTest struct{ By string }

// Answer is an acknowledgement of the test alert. It is refused if it is not what the test waits for.
type Answer struct {
	By      string
	Station string // empty if it does not come from a station
}

// Tick is the passing of time alone.
type Tick struct{}

func (Watch) isInput()     {}
func (Shown) isInput()     {}
func (Alerted) isInput()   {}
func (Session) isInput()   {}
func (ReachTest) isInput() {}
func (Answer) isInput()    {}
func (Tick) isInput()      {}

// Outcome is what a Step leads to. It belongs to the caller.
type Outcome struct {
	Faults   []alerts.Fault  // no_recipient, delivery_timeout and reach_test, when they begin, change and end
	Acts     []wire.Session  // for the record, without their header
	Receipts []wire.Receipt  // for the record, without their header
	Reach    *sessions.Reach // what the gate before the dose must know; nil for no change
}

// The conditions that are raised here.
const (
	NoRecipient     = "no_recipient"
	DeliveryTimeout = "delivery_timeout"
	TestAlert       = "reach_test"
)

// Times.
const (
	lease    = 10 * time.Second // alarms.md section 8; renewed every 3 s
	deaf     = 10 * time.Second // without a screen that receives, until it is an alert: DESIGN section 7
	unseen   = 10 * time.Second // of a High alert, until it is one: alarms.md section 8
	patience = 60 * time.Second // for the answer to a test alert; our choice: what alarms.md section 8 waits for one to a High
	lateness = time.Minute      // in which a receipt for an alert that is over still counts; our choice
)

// Bounds; our choice, far above any real room.
const (
	maxStations = 64
	maxScreens  = 1000
	maxShown    = 200 // messages of one receipt
	maxWord     = 64  // of a name
	maxMessages = 16  // of one occurrence that receipts are taken for
)
