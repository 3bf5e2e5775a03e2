package wire

import (
	"encoding/json"

	"bedside/alerts"
	"bedside/alerts/sessions"
)

// Unapproved is what a status says of a profile that no clinician has put a name to.
const Unapproved = "not clinically approved"

// Status is the payload of status: the full truth every five seconds, so that a late listener needs nothing else.
type Status struct {
	Header
	Version     string         `json:"version"`
	UptimeMS    int64          `json:"uptime_ms"`
	Profile     string         `json:"profile"` // of the session, or of the room while there is none
	ProfileHash string         `json:"profile_hash,omitempty"`
	Approved    string         `json:"approved_by,omitempty"` // empty: no clinician has approved the profile
	Approval    string         `json:"approval,omitempty"`    // the same for people: Unapproved, or empty
	Session     *SessionStatus `json:"session,omitempty"`     // absent outside a session; in place of the code of other payloads
	Silence     *Silence       `json:"silence,omitempty"`     // absent if nobody has silenced anything but single alerts
	Signal      string         `json:"signal,omitempty"`      // of all alerts together; absent if there is none
	Speed       float64        `json:"speed,omitempty"`       // of a sped-up demo
	Devices     []Device       `json:"devices"`
	Alerts      []Alert        `json:"alerts"`           // active and latched, highest priority first; each with the id of its last message
	Limits      []Limit        `json:"limits,omitempty"` // that values are judged by now; absent from a station's copy of an older room
	Broker      string         `json:"broker"`           // connected, lost
	Outbox      int            `json:"outbox"`           // events that the broker has not acknowledged
	Record      string         `json:"record"`           // ok, failing
	Recipients  *Recipients    `json:"recipients,omitempty"`
	OffsetNow   int64          `json:"clock_offset_ms"`
	Stopping    bool           `json:"stopping,omitempty"` // the last word of an agent that was told to stop
}

// SessionStatus is where the session stands. Its moments are in UTC, because whoever feeds a session feeds it so.
type SessionStatus struct {
	sessions.Status
	SinceDoseS   int64 `json:"since_dose_s,omitempty"`   // seconds since the first dose
	ObserveLeftS int64 `json:"observe_left_s,omitempty"` // seconds left of the least time of observation
}

// NewSessionStatus makes the session of a status.
func NewSessionStatus(s *sessions.Status) *SessionStatus {
	return &SessionStatus{
		Status: *s, SinceDoseS: int64(s.SinceDose.Seconds()), ObserveLeftS: int64(s.Observe.Seconds()),
	}
}

// Silence is what people have silenced, beside the acknowledgements that stand in the alerts.
type Silence struct {
	AudioUntil *Time             `json:"audio_until,omitempty"`
	AlarmUntil *Time             `json:"alarm_until,omitempty"`
	By         string            `json:"by,omitempty"` // of the pauses
	Reason     string            `json:"reason,omitempty"`
	Off        []alerts.Switched `json:"off,omitempty"`
}

// NewSilence makes the silence of a status, nil for none.
func NewSilence(s *alerts.Silence) *Silence {
	if s.AudioUntil.IsZero() && s.AlarmUntil.IsZero() && len(s.Off) == 0 {
		return nil
	}
	out := &Silence{AudioUntil: moment(s.AudioUntil), AlarmUntil: moment(s.AlarmUntil), Off: s.Off}
	if out.AudioUntil != nil || out.AlarmUntil != nil {
		out.By, out.Reason = s.By, s.Reason
	}
	return out
}

// Limit is one line that a value must not cross, as it lies now: baseline, phase and what is tighter without a baseline are in it.
type Limit struct {
	Condition string      `json:"condition"`
	Title     string      `json:"title"`
	Vital     string      `json:"vital"`
	Side      string      `json:"side"` // at_least: violated on it and above; below: under it
	Value     json.Number `json:"value"`
	Priority  string      `json:"priority"`               // with which the alert begins
	Off       bool        `json:"switched_off,omitempty"` // its signals are kept back for the session
	MayBeOff  bool        `json:"may_be_off,omitempty"`   // alarm-off takes this condition
}

// NewLimits makes the limits of a status.
func NewLimits(list []alerts.Limit) []Limit {
	out := make([]Limit, 0, len(list))
	for i := range list {
		l := &list[i]
		side := "at_least"
		if l.Side == alerts.Below {
			side = "below"
		}
		out = append(out, Limit{
			Condition: l.Condition, Title: l.Title, Vital: l.Vital.String(), Side: side, Value: Digits(l.Vital, l.Value),
			Priority: l.Priority.String(), Off: l.SwitchedOff, MayBeOff: l.MaySwitchOff,
		})
	}
	return out
}

// PastSession is a session that is over, as the answer to session-list names it.
type PastSession struct {
	Code    string `json:"code"`
	Profile string `json:"profile"`
	By      string `json:"by"`
	Since   Time   `json:"since"`
	Ended   Time   `json:"ended"`
	Doses   int    `json:"doses"`
}
