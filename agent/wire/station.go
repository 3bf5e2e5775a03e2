package wire

// DutyOrder is the payload of an order about duty: POST /api/v1/duty of a station.
type DutyOrder struct {
	By     string   `json:"by"`     // who orders it
	Action string   `json:"action"` // take, handover, release, backup
	Rooms  []string `json:"rooms"`
	Nurse  string   `json:"nurse,omitempty"`  // take: empty for By; handover: to whom
	Backup string   `json:"backup,omitempty"` // of take, handover and backup
	Until  *Time    `json:"until,omitempty"`  // absent: the usual length of a duty
	Reason string   `json:"reason,omitempty"` // why a room is taken from somebody
	// Expect is whom the page showed on duty, by room, "" for nobody: an order given before somebody else's was seen is
	// refused. A room that is not in it is not compared.
	Expect map[string]string `json:"expect,omitempty"`
}

// The actions of a [DutyOrder].
const (
	DutyTake     = "take"
	DutyHandover = "handover"
	DutyRelease  = "release"
	DutyBackup   = "backup"
)

// DutyChange is what a [DutyOrder] has done in one room, in the data of its answer.
type DutyChange struct {
	Room string `json:"room"`
	Done bool   `json:"done"`
	Duty *Duty  `json:"duty,omitempty"` // as it stands now; absent for nobody
	Text string `json:"text"`
}

// StationStatus is the payload of a station's heartbeat, by which stations know of each other.
type StationStatus struct {
	V       int    `json:"v"`
	At      Time   `json:"at"`
	Boot    string `json:"boot"`
	Site    string `json:"site"`
	Station string `json:"station"`
	Version string `json:"version"`
	Screens int    `json:"screens"` // that are live
	Sound   int    `json:"sound"`   // of them, those that can be heard
	Rooms   int    `json:"rooms"`
	Silent  int    `json:"silent"` // rooms that should be heard and are not
	// Channels say how the ways to people's pockets do, in the order of the configuration.
	Channels []ChannelState `json:"channels,omitempty"`
	// Seen lists the alerts that stations raise about rooms and that a person has acknowledged here or, as far as this
	// station has heard, elsewhere. Each heartbeat repeats it, so that one that is lost costs seconds.
	Seen []SeenAlert `json:"seen,omitempty"`
}

// SeenAlert is an alert of a station itself about a room that a person has acknowledged.
type SeenAlert struct {
	Key      string `json:"key"`      // the same at all stations that found the same of the room
	Priority string `json:"priority"` // at which it was seen: what has become worse since was not
	By       string `json:"by"`       // who has seen it
}

// Audit is an event of a station's own record: what people did there, and what the station did for them. Its Room is the
// room it is about, or empty.
type Audit struct {
	Header
	Event string `json:"event"`
	By    string `json:"by,omitempty"`   // who
	From  string `json:"from,omitempty"` // where: a screen, a device, a station
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
	Text  string `json:"text,omitempty"`
}

// The events of an [Audit] that a station writes by itself. Sign-in and others add theirs.
const (
	AuditStarted       = "station_started"
	AuditStopped       = "station_stopped"
	AuditDuty          = "duty"          // Old and New say who had and who has it
	AuditOrder         = "order"         // forwarded to a room; New is the verb
	AuditOverride      = "override"      // an order that goes on although nobody is reached, a gate is not met, or a profile does not leave it to everybody
	AuditNotified      = "notified"      // a message to somebody's pocket was handed to its channels
	AuditNotifyFailed  = "notify_failed" // and could not be
	AuditDelivered     = "delivered"     // a channel took a message
	AuditDeadLetter    = "dead_letter"   // a channel gave a message up
	AuditAlert         = "alert"         // of the station itself; New is its state
	AuditSystem        = "system"        // somebody tested a channel, or had the record proven; Text says what came of it
	AuditRoomForgotten = "room_forgotten"
)

// Audit is the subject under which a station's own events stand in its record. Nothing is published on it.
func (s Station) Audit() string { return Prefix + "." + s.Site + "._station." + s.Station + ".audit" }
