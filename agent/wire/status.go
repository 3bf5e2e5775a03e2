package wire

import (
	"slices"

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
	Sound       *RoomSound     `json:"sound,omitempty"` // in the room itself
	OffsetNow   int64          `json:"clock_offset_ms"`
	ClockSynced *bool          `json:"clock_synced,omitempty"` // the computer's clock follows a time server; absent: not known
	DiskFree    *uint64        `json:"disk_free,omitempty"`    // bytes left where the record is; absent: not known
	Stopping    bool           `json:"stopping,omitempty"`     // the last word of an agent that was told to stop
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
	out := &Silence{AudioUntil: moment(s.AudioUntil), AlarmUntil: moment(s.AlarmUntil), Off: slices.Clone(s.Off)}
	for i := range out.Off {
		out.Off[i].Until = out.Off[i].Until.UTC() // as all moments travel
	}
	if out.AudioUntil != nil || out.AlarmUntil != nil {
		out.By, out.Reason = s.By, s.Reason
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
