package wire

import "bedside/alerts/sessions"

// Request is the payload of command.<verb>. Each verb uses the fields that [Verbs] lists for it and ignores the others.
type Request struct {
	By string `json:"by"` // who: name or initials of staff; required but for snapshot, trend and session-list
	// ID makes a repetition harmless: an order with an id that was carried out already is answered as it was, and not done
	// again. At most 64 characters, chosen by the sender, such as a random one for each press of a button.
	ID string `json:"id,omitempty"`

	Occurrence string `json:"occurrence,omitempty"` // of an alert, such as "spo2_low-3"
	Condition  string `json:"condition,omitempty"`  // id of an alarm condition
	Priority   string `json:"priority,omitempty"`   // of a test alarm: high, medium or low
	Device     string `json:"device,omitempty"`     // name of a cuff; may be empty where the room has one
	Seconds    int    `json:"seconds,omitempty"`    // how long a pause or a suspension lasts
	Sensor     bool   `json:"sensor,omitempty"`     // the pause is for moving the sensor
	Reason     string `json:"reason,omitempty"`
	Text       string `json:"text,omitempty"`
	Name       string `json:"name,omitempty"` // of a symptom
	Mark       string `json:"mark,omitempty"` // of a note: position, sensor_moved, patient_spoke, nausea or other
	Note       string `json:"note,omitempty"` // the id of the order that made a note

	Code      string                     `json:"code,omitempty"` // pseudonymous code of the session
	Route     string                     `json:"route,omitempty"`
	Profile   string                     `json:"profile,omitempty"` // id; empty for the one of the route
	Age       int                        `json:"age,omitempty"`     // years
	Screening map[string]sessions.Answer `json:"screening,omitempty"`

	Drug   string `json:"drug,omitempty"`
	Amount string `json:"amount,omitempty"` // with its unit, such as "28 mg"
	Number int    `json:"number,omitempty"` // of the nasal device, from 1
	Phase  string `json:"phase,omitempty"`

	Systolic  int `json:"systolic,omitempty"`   // mm[Hg]
	Diastolic int `json:"diastolic,omitempty"`  // mm[Hg]
	Mean      int `json:"mean,omitempty"`       // mm[Hg]
	PulseRate int `json:"pulse_rate,omitempty"` // /min

	Screens   int      `json:"screens,omitempty"`   // of a station, live
	Sound     int      `json:"sound,omitempty"`     // of them, those that can be heard
	Duty      *Duty    `json:"duty,omitempty"`      // as the stations agree on it
	Shown     []string `json:"shown,omitempty"`     // ids of messages of alerts that a screen has painted
	Uncovered string   `json:"uncovered,omitempty"` // why a session begins although no nurse is reached

	Since int64 `json:"since,omitempty"` // number of the first slot of a trend that is wanted

	Gate       string `json:"gate,omitempty"`       // predose or discharge
	Prescriber bool   `json:"prescriber,omitempty"` // By is the prescriber
	Tick       string `json:"tick,omitempty"`       // item of the discharge gate

	Limits []LimitOrder `json:"limits,omitempty"` // what limits-set is to change: all of it, or nothing
	Beyond bool         `json:"beyond,omitempty"` // By may set limits that the profile does not leave to everybody
}

// The verbs that an agent answers.
const (
	VerbAcknowledge     = "acknowledge"
	VerbPauseAudio      = "pause-audio"
	VerbPauseAlarms     = "pause-alarms"
	VerbResume          = "resume"
	VerbAlarmOff        = "alarm-off"
	VerbAlarmOn         = "alarm-on"
	VerbSymptom         = "symptom"
	VerbSymptomOver     = "symptom-over"
	VerbNote            = "note"
	VerbNoteUndo        = "note-undo"
	VerbSessionStart    = "session-start"
	VerbSessionScreen   = "session-screening"
	VerbSessionDose     = "session-dose"
	VerbInfusionEnd     = "infusion-end"
	VerbSessionPhase    = "session-phase"
	VerbSessionReading  = "session-reading"
	VerbSessionOverride = "session-override"
	VerbSessionConfirm  = "session-confirm"
	VerbSessionEnd      = "session-end"
	VerbSessionList     = "session-list"
	VerbLimitsSet       = "limits-set"
	VerbCuffStart       = "cuff-start"
	VerbCuffStop        = "cuff-stop"
	VerbSnapshot        = "snapshot"
	VerbTrend           = "trend"

	// Of stations: who watches, what was seen, and whether the way to the nurse works.
	VerbWatch     = "watch"
	VerbReceipt   = "receipt"
	VerbReachTest = "reach-test"
	VerbAlarmTest = "alarm-test"
)

// Verb describes a command.
type Verb struct {
	Name    string
	Needs   []string // fields beside by
	May     []string // fields that may be left out
	Meaning string
}

// Asks reports whether a verb only asks: it changes nothing and needs nobody who signs for it.
func Asks(verb string) bool {
	return verb == VerbSnapshot || verb == VerbTrend || verb == VerbSessionList
}

// Verbs lists every command in the order of the README. Each call returns a new slice.
func Verbs() []Verb {
	return []Verb{
		{VerbAcknowledge, []string{"occurrence"}, nil, "an alert was seen; a high one that goes on sounds again after 2 minutes, a medium one after 5"},
		{VerbPauseAudio, nil, []string{"seconds"}, "silence what sounds now, 120 s unless told otherwise, 180 s at most"},
		{VerbPauseAlarms, []string{"seconds", "reason"}, []string{"sensor"}, "a planned pause of 300 s at most; new high alerts break through; `sensor` if it is moved"},
		{VerbResume, nil, nil, "end both pauses"},
		{VerbAlarmOff, []string{"condition", "reason"}, []string{"seconds"}, "suspend one condition's signals for 60 to 900 s, after which they come back by themselves; without `seconds` until the session ends; nothing that can be high"},
		{VerbAlarmOn, []string{"condition"}, nil, "end that"},
		{VerbSymptom, []string{"name"}, nil, "somebody sees a symptom; those of the profile are a high alert at once"},
		{VerbSymptomOver, []string{"name"}, nil, "it is seen no longer"},
		{VerbNote, []string{"text"}, []string{"mark"}, "a remark in the session's list; with a `mark` (`position`, `sensor_moved`, `patient_spoke`, `nausea`, `other`) it needs no `text`"},
		{VerbNoteUndo, []string{"note"}, nil, "take a note back within 15 s; `note` is the `id` of the order that made it; both stay in the record"},
		{VerbSessionStart, []string{"code", "route"}, []string{"profile", "age", "screening", "uncovered"}, "begin a session under a pseudonymous code; `screening` answers questions by `yes` or `no`; `uncovered` says why it begins although no nurse is reached"},
		{VerbSessionScreen, []string{"screening"}, []string{"reason"}, "answer screening questions before the first dose; with a `reason` where another answer was given before"},
		{VerbSessionDose, []string{"drug", "amount"}, []string{"number"}, "a dose was given now; the first one needs the gate before it met or overridden"},
		{VerbInfusionEnd, nil, nil, "the infusion has ended"},
		{VerbSessionPhase, []string{"phase", "reason"}, nil, "move the session to a phase by hand"},
		{VerbSessionReading, []string{"systolic", "diastolic"}, []string{"mean", "pulse_rate"}, "a blood pressure measured by hand; judged like one of a cuff, and marked"},
		{VerbSessionOverride, []string{"gate", "reason"}, []string{"prescriber"}, "go on although a gate is not met; a hard one only by the prescriber"},
		{VerbSessionConfirm, []string{"tick"}, nil, "a clinician confirms an item of the list before leaving"},
		{VerbSessionEnd, nil, []string{"reason"}, "end the session; early only with a reason"},
		{VerbLimitsSet, []string{"limits"}, []string{"reason", "beyond"}, "other limits and delays for this session: all that are listed, or none; a `reason` for what is less careful, `beyond` where the profile leaves it to nobody but a lead"},
		{VerbSessionList, nil, nil, "the last sessions of the room, in `data`; needs no `by`"},
		{VerbCuffStart, nil, []string{"device"}, "start a measurement, where the configuration allows it"},
		{VerbCuffStop, nil, []string{"device"}, "let the air out"},
		{VerbReachTest, nil, nil, "send a test alert that the nurse on duty, or the back-up, has to acknowledge at a station within 60 s"},
		{VerbAlarmTest, []string{"priority"}, nil, "a test alarm for 20 s, `high`, `medium` or `low`, to everything that sounds, shows or rings; not while a session runs"},
		{VerbWatch, nil, []string{"screens", "sound", "duty"}, "a station's word that it shows the room, every 3 s; after 10 s without it the station is gone"},
		{VerbReceipt, []string{"shown"}, []string{"screens"}, "a station's word that screens have painted the alerts of these message ids"},
		{VerbSnapshot, nil, nil, "the status, in `data`; needs no `by`"},
		{VerbTrend, nil, []string{"since"}, "the last four hours of the room, in `data`: slots from number `since` on, readings of pressure, marks and alerts; needs no `by`"},
	}
}
