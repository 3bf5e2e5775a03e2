package wire

// Board is what a station shows: its rooms in a fixed order, and what the station has to say of itself. It is the answer to
// GET /api/v1/board of a station.
type Board struct {
	V        int            `json:"v"`
	Site     string         `json:"site"`
	Station  string         `json:"station"`
	Version  string         `json:"version"`
	At       Time           `json:"at"`
	Broker   string         `json:"broker"` // connected, lost
	Rooms    []Tile         `json:"rooms"`  // by name
	Alerts   []Alert        `json:"alerts"` // the station's own: silent rooms, failed channels; highest priority first
	Stations []Peer         `json:"stations,omitempty"`
	Channels []ChannelState `json:"channels,omitempty"`
}

// Tile is one room on a board: everything that its tile shows, and no more. The rest is the room's status.
type Tile struct {
	Room      string            `json:"room"`
	Mode      Mode              `json:"mode"`    // "" and no state: no heartbeat was heard since the station's start
	Link      string            `json:"link"`    // live, late, silent
	Heard     Time              `json:"heard"`   // when the room was heard last, by the station's clock
	AgeMS     int64             `json:"age_ms"`  // since then
	Words     string            `json:"words"`   // of a silent room: its last known state, for people
	Profile   string            `json:"profile"` // and whether it is approved
	Approval  string            `json:"approval,omitempty"`
	Session   *SessionStatus    `json:"session,omitempty"`
	Values    map[string]Latest `json:"values,omitempty"` // of all devices together; the freshest of each vital
	Absent    map[string]string `json:"absent,omitempty"`
	Flags     []string          `json:"flags,omitempty"`
	Alerts    []Alert           `json:"alerts"` // active and latched, highest priority first
	Signal    string            `json:"signal,omitempty"`
	Silence   *Silence          `json:"silence,omitempty"`
	Devices   []DeviceLine      `json:"devices"` // trouble in a word, for a tile
	Reach     *Reach            `json:"reach,omitempty"`
	Duty      *Duty             `json:"duty,omitempty"` // as the stations agree on it
	Covered   bool              `json:"covered"`
	Broker    string            `json:"broker"`
	Record    string            `json:"record"`
	Outbox    int               `json:"outbox"`
	Simulated bool              `json:"simulated,omitempty"`
	Speed     float64           `json:"speed,omitempty"`
	Changed   int               `json:"limits_changed,omitempty"` // limits and delays that are not the profile's own
}

// DeviceLine is a device as a tile shows it.
type DeviceLine struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Kind  string `json:"kind"`
	Link  string `json:"link"`
	Why   string `json:"why,omitempty"`
	Cuff  *Cuff  `json:"cuff,omitempty"`
}

// Peer is another station of the site.
type Peer struct {
	Station string `json:"station"`
	Screens int    `json:"screens"`
	AgeMS   int64  `json:"age_ms"`
}

// ChannelState is a way to somebody's pocket, and how it does.
type ChannelState struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`  // ntfy, webhook, alertmanager, mail
	State   string `json:"state"` // ok, failing, untried
	Why     string `json:"why,omitempty"`
	Waiting int    `json:"waiting"` // messages that are tried again
	Dead    uint64 `json:"dead"`    // messages given up, all in the record
	Last    *Time  `json:"last,omitempty"`
}
