package wire

import "encoding/json"

// Number is a published value. Its digits are exact: a perfusion index of 3.25 % is written 3.25.
type Number struct {
	Value json.Number `json:"value"`
	Unit  string      `json:"unit"` // UCUM
}

// Reading is the payload of reading.<device>. A vital is in Values or in Absent, never in both.
type Reading struct {
	Header
	Device string            `json:"device"`
	Driver string            `json:"driver"`
	Values map[string]Number `json:"values"`
	Absent map[string]string `json:"absent,omitempty"`
	Flags  []string          `json:"flags,omitempty"`
	Spot   bool              `json:"spot,omitempty"` // one measurement, not part of a continuous stream
}

// Wave is the payload of wave.<device>, published about three times a second and never stored by the broker.
type Wave struct {
	Header
	Device    string  `json:"device"`
	Vital     string  `json:"vital"`
	Rate      int     `json:"rate"` // samples a second
	FullScale int32   `json:"full_scale"`
	Samples   []int32 `json:"samples"` // -1 where a sample was lost
}

// Alert is the payload of alert.<condition>: one change of one occurrence and its state after it.
type Alert struct {
	Header
	Occurrence     string       `json:"occurrence"`
	Condition      string       `json:"condition"`
	Title          string       `json:"title"`
	Kind           string       `json:"kind"`
	Priority       string       `json:"priority"`
	Event          string       `json:"event"`
	State          string       `json:"state"`
	Acknowledged   bool         `json:"acknowledged"`
	AcknowledgedBy string       `json:"acknowledged_by,omitempty"`
	Since          Time         `json:"since"`
	Device         string       `json:"device,omitempty"`
	Vital          string       `json:"vital,omitempty"`
	Value          *json.Number `json:"value,omitempty"`
	Limit          *json.Number `json:"limit,omitempty"`
	Unit           string       `json:"unit,omitempty"`
	Baseline       *json.Number `json:"baseline,omitempty"`
	SessionPhase   string       `json:"session_phase,omitempty"`
	Profile        string       `json:"profile"`
	Text           string       `json:"text"`
}

// Cuff is what a cuff does now, inside a device's status and on the room page.
type Cuff struct {
	Phase    string `json:"phase"`
	Pressure *int   `json:"pressure,omitempty"` // mm[Hg], momentary
	Class    string `json:"class,omitempty"`
	Code     int    `json:"code,omitempty"`
	At       Time   `json:"at"`
}

// Device is the state of one device inside a status.
type Device struct {
	Name      string            `json:"name"`
	Driver    string            `json:"driver"`
	Kind      string            `json:"kind"`
	Title     string            `json:"title"`
	Port      string            `json:"port"`
	Link      string            `json:"link"` // connected, silent, lost
	Why       string            `json:"why,omitempty"`
	Simulated bool              `json:"simulated,omitempty"`
	Values    map[string]Latest `json:"values,omitempty"`
	Absent    map[string]string `json:"absent,omitempty"` // reason, "stale" included
	Flags     []string          `json:"flags,omitempty"`
	Cuff      *Cuff             `json:"cuff,omitempty"`
	Commands  []string          `json:"commands,omitempty"` // verbs that this device takes
	Frames    uint64            `json:"frames"`
	Faults    map[string]uint64 `json:"faults,omitempty"` // by kind
	Reopened  uint64            `json:"reopened"`
}

// Latest is a current value with its age. A value too old to be current is absent instead, with reason "stale".
type Latest struct {
	Number
	AgeMS int64 `json:"age_ms"`
	At    Time  `json:"at"`
}

// Status is the payload of status: the full truth every five seconds, so that a late listener needs nothing else.
type Status struct {
	Header
	Version   string   `json:"version"`
	UptimeMS  int64    `json:"uptime_ms"`
	Profile   string   `json:"profile"`
	Approved  string   `json:"approved_by,omitempty"` // empty: no clinician has approved the profile
	Speed     float64  `json:"speed,omitempty"`       // of a sped-up demo
	Devices   []Device `json:"devices"`
	Alerts    []Alert  `json:"alerts"` // active and latched, highest priority first
	Broker    string   `json:"broker"` // connected, lost
	Outbox    int      `json:"outbox"` // events that the broker has not acknowledged
	Record    string   `json:"record"` // ok, failing
	OffsetNow int64    `json:"clock_offset_ms"`
}

// Session is the payload of session: what people did and what the agent did, in the order in which it happened.
type Session struct {
	Header
	Event  string `json:"event"` // one of the Event constants
	By     string `json:"by,omitempty"`
	Device string `json:"device,omitempty"`
	Text   string `json:"text,omitempty"`
}

// The events of a [Session] payload.
const (
	EventAgentStarted = "agent_started" // Text says whether state was resumed
	EventAgentStopped = "agent_stopped"
	EventCuffStart    = "cuff_start"
	EventCuffStop     = "cuff_stop"
	EventClockStep    = "clock_step" // the wall clock was set; Text says by how much
)

// Reply answers a command.
type Reply struct {
	OK   bool            `json:"ok"`
	Code string          `json:"code,omitempty"` // machine word of the refusal
	Text string          `json:"text,omitempty"` // the reason, for people
	Data json.RawMessage `json:"data,omitempty"`
}

// Request is the payload of command.<verb>.
type Request struct {
	By         string `json:"by"`                   // who; required
	Occurrence string `json:"occurrence,omitempty"` // acknowledge
	Device     string `json:"device,omitempty"`     // cuff-start, cuff-stop; may be empty where the room has one cuff
}

// The verbs that an agent answers.
const (
	VerbAcknowledge = "acknowledge"
	VerbCuffStart   = "cuff-start"
	VerbCuffStop    = "cuff-stop"
	VerbSnapshot    = "snapshot"
)
