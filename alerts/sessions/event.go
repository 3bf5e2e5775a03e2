package sessions

import (
	"fmt"
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
)

// Phase is where a session stands.
type Phase string

// The phases. From Dosing to Recovery they come by the time since the dose, as far as the profile has them.
const (
	Preparation Phase = "preparation"
	BaselineOf  Phase = "baseline"
	Dosing      Phase = "dosing"
	Onset       Phase = "onset"
	Peak        Phase = "peak"
	Return      Phase = "return"
	Recovery    Phase = "recovery"
	Ended       Phase = "ended"
)

// Kind is what an event is about.
type Kind string

// The kinds of event. The list of a session only grows.
const (
	Started            Kind = "session_started"
	Uncovered          Kind = "uncovered" // it began although no nurse is reached
	Answered           Kind = "answered"  // one screening question, after the session began
	PhaseChanged       Kind = "phase"
	BaselineTaken      Kind = "baseline"
	BaselineMissing    Kind = "baseline_missing"
	Dosed              Kind = "dose"
	InfusionEnded      Kind = "infusion_ended"
	Noted              Kind = "note"
	NoteTakenBack      Kind = "note_taken_back" // Text is what the note said
	SymptomSeen        Kind = "symptom"
	SymptomGone        Kind = "symptom_over"
	Overridden         Kind = "override"
	Confirmed          Kind = "confirmed"
	Paused             Kind = "pause"
	PauseEnded         Kind = "pause_ended"
	ReadingDue         Kind = "reading_due"
	ReadingOverdue     Kind = "reading_overdue"
	ReadingMissed      Kind = "reading_missed"
	ReadingTaken       Kind = "reading"
	ReadingFailed      Kind = "reading_failed"
	EpisodeBegan       Kind = "episode_began"
	EpisodeWorsened    Kind = "episode_class"
	EpisodeOver        Kind = "episode_over"
	GateChanged        Kind = "gate"
	ObservationReached Kind = "observation_reached"
	SessionEnded       Kind = "session_ended"
)

// Event is one entry of the session's list. Only the parts that its kind needs are set.
type Event struct {
	At       time.Time    `json:"at"`
	Kind     Kind         `json:"event"`
	By       string       `json:"by,omitempty"`
	Phase    Phase        `json:"phase"`
	Text     string       `json:"text,omitempty"`
	Reason   string       `json:"reason,omitempty"`
	Mark     string       `json:"mark,omitempty"` // of a note: a word of Marks
	Note     string       `json:"note,omitempty"` // of a note, and of one that is taken back: its id
	Dose     *GivenDose   `json:"dose,omitempty"`
	Reading  *CuffReading `json:"reading,omitempty"`
	Baseline *Values      `json:"baseline,omitempty"`
	Episode  *Episode     `json:"episode,omitempty"`
	Gate     *Gate        `json:"gate,omitempty"`
	Start    *Beginning   `json:"start,omitempty"`

	Screening map[string]Answer `json:"screening,omitempty"` // of Answered: the question and its answer from now on
}

// Beginning is what was told when a session began: with it the session can be judged again.
type Beginning struct {
	Route     string            `json:"route,omitempty"`
	Age       int               `json:"age,omitempty"` // years; 0 for not told
	Screening map[string]Answer `json:"screening,omitempty"`
	By        string            `json:"by"`
}

// GivenDose is a dose as it was recorded.
type GivenDose struct {
	At     time.Time `json:"at"`
	Number int       `json:"number"` // from 1
	Drug   string    `json:"drug"`
	Amount string    `json:"amount"`
	Device int       `json:"device,omitempty"`
	By     string    `json:"by"`
}

// CuffReading is a blood pressure, by a cuff or by hand. Pressures in mmHg.
type CuffReading struct {
	At        time.Time `json:"at"`
	Systolic  int       `json:"systolic"`
	Diastolic int       `json:"diastolic"`
	Mean      int       `json:"mean,omitempty"`
	PulseRate int       `json:"pulse_rate,omitempty"`
	ByHand    bool      `json:"by_hand,omitempty"`
	By        string    `json:"by,omitempty"` // who measured by hand
}

// Values are the person's own values; 0 stands for one that is not known.
type Values struct {
	Systolic  int `json:"systolic,omitempty"`
	Diastolic int `json:"diastolic,omitempty"`
	Mean      int `json:"mean,omitempty"`
	PulseRate int `json:"pulse_rate,omitempty"`
	SpO2      int `json:"spo2,omitempty"`
}

// Ask is a request for a cuff reading.
type Ask struct {
	Agent bool   // the agent may start it; else staff are asked
	Why   string // for people
}

// Output is what a Step leads to.
type Output struct {
	Events  []Event
	Context *alerts.Context   // judge in it from now on; nil for no change
	Profile *profiles.Profile // judge by it from now on; nil for no change
	Over    bool              // the session has ended: judge as without one
	Ask     *Ask
	Faults  []alerts.Fault // no_baseline, nibp_overdue, bp_missed and session_idle, when they begin and end
}

// Refusal is why an input changes nothing. It is the only error of [Machine.Step].
type Refusal struct {
	Code string // for programs: CodeState, CodeValue, CodeGate or CodeUncovered
	Text string // for people
}

// The codes of a Refusal.
const (
	CodeState = "not_now" // the session is not where this can be done
	CodeValue = "bad_request"
	CodeGate  = "gate" // the gate is not met, and nobody has overridden it
	// CodeUncovered is for a session of which no nurse would hear.
	CodeUncovered = "uncovered"
)

// Error returns the text.
func (r *Refusal) Error() string { return r.Text }

func refuse(code, format string, args ...any) error {
	return &Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}
