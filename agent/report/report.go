package report

import (
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// Report is everything that is reported of a session. Moments are in UTC, without the steps of a clock that was set.
type Report struct {
	Session string // pseudonymous code
	Site    string
	Room    string
	Mode    wire.Mode
	Version string // of the program that began the session; empty where the record does not say

	From  time.Time // the beginning of the session
	To    time.Time // its end, or the last message of one that goes on
	Ended bool
	Start sessions.Beginning // what was said when it began, with the last answers of the screening
	Duty  *wire.Duty         // who had it then; nil for nobody, or for a record that does not say
	Reach *wire.Reach        // the last test of the way to the nurse before; nil for none
	End   Act                // who ended it and why; zero while it goes on

	Profile  Profile
	Doses    []sessions.GivenDose
	Infusion time.Time // end of the infusion; zero for none
	Phases   []Phase
	Baseline sessions.Values
	Missing  string // of the baseline, in words; empty if nothing is missing

	Peaks       []Peak
	Lines       []Line
	Readings    []sessions.CuffReading
	Episodes    []sessions.Episode // each as it was told last
	Alerts      []Alert            // in the order in which they were raised
	Acts        []Act              // what people did, in order
	Limits      []LimitChange      // limits and delays that somebody changed for the session, in order
	Suspensions []Suspension       // alerts whose signals somebody kept back, in order
	Gates       []Gate             // as they were met, or failed, or were overridden, in order
	REMS        sessions.REMS
	Minutes     int // observed, from the first dose to the end; 0 without a dose

	Coverage []Coverage
	Devices  []Device
	Gaps     []Gap  // the agent did not run
	Notices  []Act  // what the agent did or met: starts, clock steps, stations, duty, reach tests
	Unread   int    // messages that are not as they were sent, and are left out
	Events   int    // messages taken
	Proof    string // head of the hash chain over these messages, hex; empty where it is not known

	Seconds []Second // one for each second from From to To
	Pleth   []Pleth  // recorded waves, in order; usually none
}

// Profile is what the session was watched by.
type Profile struct {
	Word       string // such as "iv-ketamine@1"
	Hash       string
	Title      string // empty where this program does not have the profile as it was
	ApprovedBy string // empty: no clinician has approved it, or nobody knows
	Known      bool   // this program has it, as it was, so Lines can be drawn
}

// Phase is a part of the session.
type Phase struct {
	Phase    sessions.Phase
	From, To time.Time
}

// Peak is the furthest value of a vital after the first dose: the highest, of SpO2 the lowest.
type Peak struct {
	Vital     devices.Vital
	Value     int
	Baseline  int // 0 for not known
	At        time.Time
	AfterDose time.Duration
	Returned  time.Duration // from the peak to the end of the elevation it belongs to; 0 for none, or one that goes on
}

// afterDose returns when an elevation was highest, after the first dose; negative for before it, and where there was none.
func afterDose(r *Report, e *sessions.Episode) time.Duration {
	if len(r.Doses) == 0 {
		return -1
	}
	return e.PeakAt.Sub(r.Doses[0].At)
}

// Line is one bound of the profile, and how much lay beyond it. A bound relative to the baseline is drawn where it lay.
type Line struct {
	Condition string
	Title     string
	Priority  string // of the condition when it is raised
	Sometimes bool   // the condition is judged at some times only, such as before somebody leaves
	Vital     devices.Vital
	Side      alerts.Side
	Limit     int
	Beyond    time.Duration // of an oximeter: seconds with a value beyond it. Zero for a cuff
	Readings  int           // of a cuff: readings beyond it
	Of        int           // of so many seconds with a value, or readings
}

// Alert is one occurrence of a condition.
type Alert struct {
	Occurrence   string
	Condition    string
	Title        string
	Kind         string // physiological, technical
	Device       string
	First        string // priority when it was raised
	Priority     string // highest priority that it reached
	Raised       time.Time
	Before       bool      // it was there when the session began
	Over         time.Time // the violation ended; zero where it went on to the end
	Text         string    // of its worst
	Vital        string
	Value        string // worst, with the decimals of the vital; empty for none
	Limit        string // that fired then
	Unit         string
	Acknowledged []Acknowledgement
	Called       []Call
	Displayed    []Display
}

// Acknowledgement is a person who has seen an alert.
type Acknowledgement struct {
	At  time.Time
	By  string
	Via string // the way of the order; empty where the record does not say
}

// Call is somebody or something that was called because nobody acknowledged.
type Call struct {
	At   time.Time
	Whom string
}

// Display is a station whose screen has shown the alert, as it was first.
type Display struct {
	Station string
	After   time.Duration // from the decision
}

// Act is an entry of the session's list.
type Act struct {
	At     time.Time
	Event  string
	By     string
	Via    string
	Device string
	Text   string
	Reason string
	Mark   string    // of a note: what was marked with one press, and is its text if nobody wrote more
	Until  time.Time // of an alert that was suspended: when it sounds again by itself; zero: with the end of the session
}

// Gate is a gate as it stood when it was told.
type Gate struct {
	At time.Time
	sessions.Gate
}

// Coverage is how much was measured of a continuous vital: seconds of the session with a value, and without, by reason.
type Coverage struct {
	Vital   devices.Vital
	Seconds int // of the session
	Known   int
	Absent  map[string]int // reason as published; NotReceived where no reading came
	Longest Gap            // longest time without a value
}

// NotReceived is the reason of a second in which no reading came: the device was silent, its cable pulled, or the agent
// not running.
const NotReceived = "not_received"

// Gap is a stretch of time.
type Gap struct{ From, To time.Time }

// Length returns how long the gap is.
func (g Gap) Length() time.Duration { return g.To.Sub(g.From) }

// Device is a device as the readings name it.
type Device struct {
	Name     string
	Driver   string
	Readings int
	First    time.Time
	Last     time.Time
	Flags    map[string]int  // readings that carried it
	Vitals   []devices.Vital // that its readings were about, in the order of the vocabulary
}

// Measures reports whether readings of the device were about a vital.
func (d *Device) Measures(v devices.Vital) bool { return slices.Contains(d.Vitals, v) }

// Second is what was known in one second. A value is only in it if it was published then.
type Second struct {
	At      time.Time
	Known   [continuous]bool
	Value   [continuous]int    // as [devices.Measurement]
	Why     [continuous]string // reason where nothing is known; empty for a vital that no device of the session measures
	Flags   []string
	Reading *sessions.CuffReading // taken in this second
}

// The continuous vitals, in the order of a Second.
const continuous = 3

// Continuous returns the vitals that a [Second] has, in its order. Each call returns a new slice.
func Continuous() []devices.Vital {
	return []devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex}
}

// Pleth is a run of recorded samples.
type Pleth struct {
	At        time.Time
	Device    string
	Rate      int
	FullScale int32
	Samples   []int32 // -1 where a sample was lost
}
