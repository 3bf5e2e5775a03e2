package wire

// Duty says who answers for a room. Names are initials or functions of staff, never of patients.
type Duty struct {
	Nurse   string `json:"nurse"`
	Backup  string `json:"backup,omitempty"`
	Since   Time   `json:"since"`
	Until   Time   `json:"until"`   // duty ends by itself then, unless somebody takes or prolongs it
	By      string `json:"by"`      // who said so
	Station string `json:"station"` // and where
}

// Watch is the payload of command.watch, by which a station renews, every three seconds, that it shows the room. A room
// that hears none for ten seconds takes the station for gone (alarms.md section 8: lease 10 s, renewed every 3 s).
type Watch struct {
	By      string `json:"by"`      // the station
	Screens int    `json:"screens"` // that are on, visible and have drawn a picture within the last ten seconds
	Sound   int    `json:"sound"`   // of them, those that can be heard
	Duty    *Duty  `json:"duty,omitempty"`
}

// Receipt is the payload of receipt: an alert has been painted on a visible page. The agent publishes it for the station
// that said so by command.receipt, so that it stands in the record in its place.
type Receipt struct {
	Header
	Station    string `json:"station"`
	Alert      string `json:"alert"` // id of the alert's message that was painted
	Occurrence string `json:"occurrence"`
	Condition  string `json:"condition"`
	Screens    int    `json:"screens"`  // that painted it so far
	AfterMS    int64  `json:"after_ms"` // from the decision to the station's word
}

// Recipients is the part of a status that says who hears the room.
type Recipients struct {
	Expected    bool       `json:"expected"` // a station belongs to this room, so its absence is an alert during a session
	Stations    []Watching `json:"stations,omitempty"`
	Duty        *Duty      `json:"duty,omitempty"`
	Covered     bool       `json:"covered"`           // somebody has duty and a screen is on
	Missing     string     `json:"missing,omitempty"` // what keeps alerts from being seen and heard, in words; empty if nothing does
	Reach       *Reach     `json:"reach,omitempty"`
	Undisplayed []string   `json:"undisplayed,omitempty"` // occurrences that no screen has shown yet
	Test        *AlarmTest `json:"test,omitempty"`        // the last test alarm
}

// AlarmTest is the last test alarm: an alert of the mode test that went to everything that sounds, shows or rings.
type AlarmTest struct {
	At             Time      `json:"at"`
	Until          Time      `json:"until"`
	Over           bool      `json:"over,omitempty"`
	Priority       string    `json:"priority"`
	By             string    `json:"by"`
	Occurrence     string    `json:"occurrence,omitempty"`
	Shown          []Painted `json:"shown,omitempty"` // by stations, in the order in which they said so
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"`
}

// Painted is a station whose screens have shown an alert.
type Painted struct {
	Station string `json:"station"`
	Screens int    `json:"screens"`
	AfterMS int64  `json:"after_ms"` // from the decision to the station's word
}

// Watching is a station whose word is fresh.
type Watching struct {
	Station string `json:"station"`
	Screens int    `json:"screens"`
	Sound   int    `json:"sound"`
	AgeMS   int64  `json:"age_ms"`
}

// RoomSound is what sounds in the room itself, or could: its speaker, and pages of it that have their sound on.
type RoomSound struct {
	Speaker string `json:"speaker"`          // off, untried, ready, failing
	Why     string `json:"why,omitempty"`    // it fails
	Pages   int    `json:"pages"`            // of the room that can be heard
	Alone   bool   `json:"alone,omitempty"`  // a session runs and nobody outside hears the room: what is medium or high sounds in it
	Sounds  string `json:"sounds,omitempty"` // occurrence that has to sound in the room now
	Heard   string `json:"heard,omitempty"`  // occurrence of which the speaker has played a burst to its end last
}

// The states of the speaker of a [RoomSound].
const (
	SpeakerOff     = "off"
	SpeakerUntried = "untried"
	SpeakerReady   = "ready"
	SpeakerFailing = "failing"
)

// Reach is the last reach test: an alert that travelled the real way and had to be acknowledged by the nurse on duty.
type Reach struct {
	At      Time   `json:"at"`
	State   string `json:"state"` // waiting, answered, unanswered
	By      string `json:"by,omitempty"`
	AfterMS int64  `json:"after_ms,omitempty"`
	Text    string `json:"text"`
}

// The states of a [Reach].
const (
	ReachWaiting    = "waiting"
	ReachAnswered   = "answered"
	ReachUnanswered = "unanswered"
)
