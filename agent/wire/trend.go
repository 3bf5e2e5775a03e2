package wire

import "encoding/json"

// TrendStep is how many seconds one slot of a [Trend] has.
const TrendStep = 5

// Trend is the answer to GET /api/v1/trend: the last hours of a room, as they are drawn.
type Trend struct {
	At     Time         `json:"at"`     // of the newest message in it; zero time if there is none
	StepS  int          `json:"step_s"` // TrendStep
	Slots  []TrendSlot  `json:"slots"`  // oldest first; a slot in which nothing was measured is not there
	Cuffs  []TrendCuff  `json:"cuffs"`
	Marks  []TrendMark  `json:"marks"`
	Alerts []TrendAlert `json:"alerts"`
}

// TrendSlot is what was measured in one slot: its number, which is the whole seconds since 1970 in UTC divided by TrendStep, the
// lowest and the highest pulse rate, the lowest and the highest SpO2, and 1 if the device doubted any of it. What was not measured
// is 0, which no oximeter measures.
type TrendSlot [6]int64

// TrendCuff is one reading of blood pressure, in mm[Hg], or an attempt of a session that gave none.
type TrendCuff struct {
	At        Time   `json:"at"`
	Systolic  int    `json:"systolic"` // 0 of an attempt that failed
	Diastolic int    `json:"diastolic"`
	Mean      int    `json:"mean,omitempty"`       // 0 if it was not measured
	PulseRate int    `json:"pulse_rate,omitempty"` // 0 if it was not measured
	ByHand    bool   `json:"by_hand,omitempty"`
	By        string `json:"by,omitempty"`     // who measured by hand
	Failed    string `json:"failed,omitempty"` // why there is none, for people
}

// TrendMark is one moment of a session. Kind is the event of a [Session] payload.
type TrendMark struct {
	At   Time   `json:"at"`
	Kind string `json:"kind"` // session_started, phase, dose, note, symptom, session_ended, agent_started
	Text string `json:"text"` // of a phase its word
	By   string `json:"by,omitempty"`
	Mark string `json:"mark,omitempty"` // of a note: what was marked with one press
	Note string `json:"note,omitempty"` // of a note: its id
	// TakenBack: it was a wrong press, and the record says both.
	TakenBack bool `json:"taken_back,omitempty"`
}

// TrendAlert is one occurrence of an alert, from when its condition was true until it was no more.
type TrendAlert struct {
	Occurrence string `json:"occurrence"`
	Title      string `json:"title"`
	Kind       string `json:"kind"`
	Priority   string `json:"priority"` // the highest that it had
	From       Time   `json:"from"`
	To         *Time  `json:"to,omitempty"` // absent while it goes on
	Condition  string `json:"condition"`
	// Text is what it said when its value was worst, or when it was said last, where no value is in it.
	Text           string       `json:"text"`
	Vital          string       `json:"vital,omitempty"`
	Value          *json.Number `json:"value,omitempty"` // the worst, as the side of the limit says
	Limit          *json.Number `json:"limit,omitempty"` // of that value
	Side           string       `json:"side,omitempty"`
	AcknowledgedBy string       `json:"acknowledged_by,omitempty"` // the first who did
	AcknowledgedAt *Time        `json:"acknowledged_at,omitempty"`
	Via            string       `json:"via,omitempty"` // of that acknowledgement, as in [Alert]; absent if it is not known
}
