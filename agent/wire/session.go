package wire

import "bedside/alerts/sessions"

// Session is the payload of session: what people did, what the session made of it and what the agent did, in the order in
// which it happened. Event is one of the Event constants or a kind of [sessions.Event]; the parts behind Text are set as
// that kind needs them.
type Session struct {
	Header
	Event    string                `json:"event"`
	By       string                `json:"by,omitempty"`
	Via      string                `json:"via,omitempty"` // the way by which By ordered it: one of the Via words or a station
	Device   string                `json:"device,omitempty"`
	Phase    string                `json:"session_phase,omitempty"`
	Text     string                `json:"text,omitempty"`
	Reason   string                `json:"reason,omitempty"`
	Seconds  int                   `json:"seconds,omitempty"` // of alarm_off: how long it lasts; absent: until the session ends
	Mark     string                `json:"mark,omitempty"`    // of a note: what was marked with one press, a word of sessions.Marks
	Note     string                `json:"note,omitempty"`    // of a note, and of note_taken_back: the id of the order that made it
	Dose     *sessions.GivenDose   `json:"dose,omitempty"`
	Reading  *sessions.CuffReading `json:"reading,omitempty"`
	Baseline *sessions.Values      `json:"baseline,omitempty"`
	Episode  *sessions.Episode     `json:"episode,omitempty"`
	Gate     *sessions.Gate        `json:"gate,omitempty"`
	Profile  string                `json:"profile,omitempty"`      // of session_started
	Hash     string                `json:"profile_hash,omitempty"` // of session_started
	Approved string                `json:"approved_by,omitempty"`  // of session_started: the clinician; empty for none
	Version  string                `json:"version,omitempty"`      // of session_started and agent_started: the program's
	Limits   []LimitChanged        `json:"limits,omitempty"`       // of limits_set
	Beyond   bool                  `json:"beyond,omitempty"`       // of limits_set: some of them are set beyond what everybody may
	Start    *sessions.Beginning   `json:"start,omitempty"`        // of session_started
	Duty     *Duty                 `json:"duty,omitempty"`         // of duty and session_started, if somebody has it
	Reach    *Reach                `json:"reach,omitempty"`        // of reach_test, and the last one of session_started

	Screening map[string]sessions.Answer `json:"screening,omitempty"` // of answered: one question, and its answer from now on
}

// The events of a [Session] payload that are not the session's own.
const (
	EventAgentStarted = "agent_started" // Text says whether state was resumed
	EventAgentStopped = "agent_stopped"
	EventCuffStart    = "cuff_start" // By is a person, or "schedule" for a reading that the session asked for
	EventCuffStop     = "cuff_stop"
	EventClockStep    = "clock_step"    // the wall clock was set; Text says by how much
	EventAudioPaused  = "audio_paused"  // Text says for how long
	EventAlarmsPaused = "alarms_paused" // Text says for how long
	EventResumed      = "resumed"
	EventAlarmOff     = "alarm_off"  // Text names the condition; Seconds says for how long, or until the session ends
	EventAlarmOn      = "alarm_on"   // Text names the condition
	EventLimitsSet    = "limits_set" // Limits says what is set now and was before, Text the same for people
	EventStation      = "station"    // a station has begun to watch the room, or is not heard any more; Text says which
	EventDuty         = "duty"       // somebody else has duty now, or for another time, or nobody; Text says who
	EventAlarmTest    = "alarm_test" // a test alarm began, or is over; Text says what came of it
	EventReachTest    = "reach_test" // a test alert was sent, answered wrongly, answered, or not answered; Text says what

	// EventSuspensionEnded tells that an alarm_off has lasted its Seconds: the signals of the condition that Text names are back.
	EventSuspensionEnded = "suspension_ended"

	// EventAccess tells a change of who may sign in and which devices are enrolled, and who signed in or tried to. Text says
	// what it was and is.
	EventAccess = "access_changed"

	// EventConfiguration comes first after a start. Text has a hash of the configuration, with the profile in force, and what
	// is different from the last start.
	EventConfiguration = "configuration"
)

// NewSession makes the payload of an event of the session.
func NewSession(h Header, e *sessions.Event) Session {
	h.At = Time{e.At}
	return Session{
		Header: h, Event: string(e.Kind), By: e.By, Phase: string(e.Phase), Text: e.Text, Reason: e.Reason, Mark: e.Mark, Note: e.Note,
		Dose: e.Dose, Reading: e.Reading, Baseline: e.Baseline, Episode: e.Episode, Gate: e.Gate, Start: e.Start,
		Screening: e.Screening,
	}
}
