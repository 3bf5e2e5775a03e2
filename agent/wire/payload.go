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
	AcknowledgedAt *Time        `json:"acknowledged_at,omitempty"` // absent if that is not known, as after a restart of an agent that did not record it
	Via            string       `json:"via,omitempty"`             // of the acknowledgement: one of the Via words or a station; absent as well if it is not known
	Since          Time         `json:"since"`
	Device         string       `json:"device,omitempty"`
	Vital          string       `json:"vital,omitempty"`
	Value          *json.Number `json:"value,omitempty"`
	Limit          *json.Number `json:"limit,omitempty"`
	Unit           string       `json:"unit,omitempty"`
	Side           string       `json:"side,omitempty"`     // of the limit on which the violation lies: above or below
	Baseline       *json.Number `json:"baseline,omitempty"` // the person's own value of Vital before the first dose
	Signal         string       `json:"signal"`             // on, acknowledged, audio_paused, alarm_paused, off
	SilentUntil    *Time        `json:"silent_until,omitempty"`
	Called         []string     `json:"called,omitempty"` // whom it called because nobody acknowledged it, in order
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
	Link      string            `json:"link"`              // connected, silent, lost
	LinkMS    int64             `json:"link_ms,omitempty"` // for how long Link has been that
	Why       string            `json:"why,omitempty"`
	Simulated bool              `json:"simulated,omitempty"`
	Values    map[string]Latest `json:"values,omitempty"`
	Absent    map[string]string `json:"absent,omitempty"`    // reason, "stale" included
	AbsentMS  map[string]int64  `json:"absent_ms,omitempty"` // for how long for that reason
	Flags     []string          `json:"flags,omitempty"`
	Cuff      *Cuff             `json:"cuff,omitempty"`
	Commands  []string          `json:"commands,omitempty"` // verbs that this device takes
	Frames    uint64            `json:"frames"`
	FrameMS   *int64            `json:"frame_age_ms,omitempty"` // since the last frame; absent: none came since the agent started
	Faults    map[string]uint64 `json:"faults,omitempty"`       // by kind
	Reopened  uint64            `json:"reopened"`
}

// Latest is a current value with its age. A value too old to be current is absent instead, with reason "stale".
type Latest struct {
	Number
	AgeMS int64 `json:"age_ms"`
	At    Time  `json:"at"`
}

// Reply answers a command.
type Reply struct {
	OK   bool            `json:"ok"`
	Code string          `json:"code,omitempty"` // machine word of the refusal
	Text string          `json:"text,omitempty"` // the reason, for people
	Data json.RawMessage `json:"data,omitempty"`
}
