package access

import (
	"fmt"
	"time"
)

// Event is one change or try, for the record: who did what to whom, from where, and what it was before and is now. It holds
// no secret, and no text that somebody typed without being known.
type Event struct {
	At      time.Time `json:"at"`
	What    string    `json:"what"`          // one of the constants below
	By      string    `json:"by"`            // who: a person, "unidentified at" a device, or the user at the command line
	From    string    `json:"from"`          // where: a device, an address or the command line
	Subject string    `json:"subject"`       // whom or what it is about
	Was     string    `json:"was,omitempty"` // before; empty if nothing was
	Now     string    `json:"now,omitempty"` // after; empty if nothing is
}

// What an [Event] can be about.
const (
	PersonAdded      = "person_added"
	PersonRemoved    = "person_removed"
	RoleChanged      = "role_changed"
	PINChanged       = "pin_changed" // Was and Now stay empty
	DeviceOffered    = "device_offered"
	DeviceEnrolled   = "device_enrolled"
	DeviceRevoked    = "device_revoked"
	EnrolmentRefused = "enrolment_refused"
	SignedIn         = "signed_in"
	SignedOut        = "signed_out"
	SignInRefused    = "sign_in_refused"
	PersonUnlocked   = "person_unlocked"
	DeviceUnlocked   = "device_unlocked"
)

// Text says the event in a sentence.
func (e *Event) Text() string {
	var what string
	switch e.What {
	case PersonAdded:
		what = fmt.Sprintf("%s may sign in as %s", e.Subject, e.Now)
	case PersonRemoved:
		what = fmt.Sprintf("%s, who was %s, may sign in no longer", e.Subject, e.Was)
	case RoleChanged:
		what = fmt.Sprintf("%s was %s and is %s now", e.Subject, e.Was, e.Now)
	case PINChanged:
		what = fmt.Sprintf("%s has another PIN", e.Subject)
	case DeviceOffered:
		what = fmt.Sprintf("a code to enrol %s as %s was made", e.Subject, e.Now)
	case DeviceEnrolled:
		what = fmt.Sprintf("%s is enrolled as %s", e.Subject, e.Now)
	case DeviceRevoked:
		what = fmt.Sprintf("%s, which was %s, is enrolled no longer", e.Subject, e.Was)
	case EnrolmentRefused:
		what = "a wrong code to enrol a device was tried"
	case SignedIn:
		what = fmt.Sprintf("%s signed in as %s", e.Subject, e.Now)
	case SignedOut:
		what = fmt.Sprintf("%s signed out", e.Subject)
	case SignInRefused:
		what = fmt.Sprintf("signing in as %s was refused", e.Subject)
	case PersonUnlocked:
		what = fmt.Sprintf("the wrong PINs of %s are forgotten", e.Subject)
	case DeviceUnlocked:
		what = fmt.Sprintf("the wrong PINs typed at %s are forgotten", e.Subject)
	default:
		what = e.What + " " + e.Subject
	}
	return what + ", from " + e.From
}

// Actor is who changes something, and from where.
type Actor struct{ By, From string }
