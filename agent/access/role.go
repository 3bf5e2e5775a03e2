package access

import (
	"fmt"
	"slices"

	"bedside/agent/wire"
)

// Role is what somebody may do. Each may do what the one before it may; ECOSYSTEM section 5 names them.
type Role uint8

// The roles. Outside and Display are no person's.
const (
	Outside Role = iota // no enrolled device: sees nothing
	Display             // a device that only shows, such as a screen on a wall that anybody can touch
	Viewer              // sees, and does what must not wait for a sign-in; so does whoever stands at a device and has not signed in
	Nurse               // leads sessions and handles alarms
	Lead                // goes on although a rule says no, and takes data out
	Admin               // people and devices
)

// nobody is more than any role: what no page may order.
const nobody Role = 255

// String returns the word of the role, as it is kept and typed.
func (r Role) String() string {
	names := []string{"outside", "display", "viewer", "nurse", "lead", "admin"}
	if int(r) >= len(names) {
		return "nobody"
	}
	return names[r]
}

// Roles returns the words of the roles that a person can have, from the least.
func Roles() []string {
	return []string{Viewer.String(), Nurse.String(), Lead.String(), Admin.String()}
}

// ParseRole returns the role of a person by its word.
func ParseRole(word string) (Role, bool) {
	i := slices.Index(Roles(), word)
	return Viewer + Role(max(0, i)), i >= 0
}

// The rights beside the verbs of the contract.
const (
	RightView      = "view"                    // see rooms, states and events
	RightScreen    = "screen"                  // say that a screen shows them
	RightUncovered = "session-start-uncovered" // begin a session although no nurse is reached
	RightDuty      = "duty"                    // take, hand over and release duty
	RightHistory   = "history"                 // read recorded sessions on the page
	RightExport    = "export"                  // take a session's files out
	RightLimits    = "limits-set-beyond"       // change limits beyond what the profile leaves to everybody
	RightChannels  = "notify-test"             // send a test over the notification channels
	RightSystem    = "system"                  // see how devices and computer are
	RightDetect    = "detect"                  // look for devices on unused ports, and prove the record
	RightUsers     = "users"                   // add, change and remove people
	RightDevices   = "devices"                 // enrol and revoke devices
)

// least returns the least role for every verb of the contract and every other right. All of it is our choice but for the
// four roles; the reasons stand in DESIGN.md. What is not listed is refused.
func least() map[string]Role {
	return map[string]Role{
		RightView: Display, RightScreen: Display, wire.VerbSnapshot: Display, wire.VerbSessionList: Display,
		wire.VerbTrend: Display,

		// What must not wait for a sign-in: each is bounded by the agent or brings the alarms back.
		wire.VerbAcknowledge: Viewer, wire.VerbPauseAudio: Viewer, wire.VerbResume: Viewer,
		wire.VerbSymptom: Viewer, wire.VerbCuffStop: Viewer,

		wire.VerbPauseAlarms: Nurse, wire.VerbAlarmOff: Nurse, wire.VerbAlarmOn: Nurse, wire.VerbSymptomOver: Nurse,
		wire.VerbNote: Nurse, wire.VerbNoteUndo: Nurse, wire.VerbSessionStart: Nurse, wire.VerbSessionScreen: Nurse, wire.VerbSessionDose: Nurse, wire.VerbInfusionEnd: Nurse,
		wire.VerbSessionPhase: Nurse, wire.VerbSessionReading: Nurse, wire.VerbSessionConfirm: Nurse, wire.VerbSessionEnd: Nurse,
		wire.VerbLimitsSet: Nurse, wire.VerbCuffStart: Nurse, wire.VerbReachTest: Nurse, wire.VerbAlarmTest: Nurse, RightDuty: Nurse, RightSystem: Nurse, RightHistory: Nurse,

		wire.VerbSessionOverride: Lead, RightUncovered: Lead, RightLimits: Lead, RightExport: Lead, RightChannels: Lead, RightDetect: Lead,

		RightUsers: Admin, RightDevices: Admin,

		// A station's own words, proven by its NATS credential; a page has its own way to say what it shows.
		wire.VerbWatch: nobody, wire.VerbReceipt: nobody,
	}
}

// Allowed reports whether a role has a right: a verb of the contract, or one of the Right constants. If not, why says so in
// a sentence for people. It is pure.
func Allowed(role Role, right string) (ok bool, why string) {
	need, known := least()[right]
	switch {
	case !known || need == nobody:
		return false, "no page may do this"
	case role >= need:
		return true, ""
	case role == Outside:
		return false, "this device is not enrolled: an admin makes a code for it"
	case role == Display:
		return false, "this screen only shows"
	default:
		return false, fmt.Sprintf("this needs somebody signed in as %s or more", need)
	}
}

// may returns the verbs and rights that a role has, sorted.
func may(role Role) []string {
	list := []string{}
	for right := range least() {
		if ok, _ := Allowed(role, right); ok {
			list = append(list, right)
		}
	}
	slices.Sort(list)
	return list
}
