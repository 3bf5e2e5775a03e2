// Package duty has the rules of who answers for a room: what an order makes of the duty that there is. Who may give which
// order is asked elsewhere; that two stations do not give orders past each other is the work of whoever stores the result.
//
// The package is pure: it gets the moment as an argument.
package duty

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bedside/agent/wire"
)

// How long a duty lasts. Both are our choice: a long shift with its handover, and a usual one.
const (
	Longest = 14 * time.Hour
	Usual   = 8 * time.Hour
)

// Bounds of an order, our choice.
const (
	mostName   = 40 // characters of initials or of a function
	mostReason = 400
	mostRooms  = 1000
)

// The codes of refusals.
const (
	BadRequest = "bad_request" // the order itself makes no sense
	Taken      = "taken"       // somebody else has the room
	Free       = "free"        // nobody has the room
)

// Refusal is why an order does not count in a room.
type Refusal struct{ Code, Text string }

// Error returns the reason, for people.
func (r *Refusal) Error() string { return r.Text }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{code, fmt.Sprintf(format, args...)}
}

// Now returns the duty that counts at a moment: nil for none, and for one that has run out or was given up.
func Now(now time.Time, d *wire.Duty) *wire.Duty {
	if d == nil || d.Nurse == "" || !now.Before(d.Until.Time) {
		return nil
	}
	return d
}

// Check says what is wrong with an order whatever the state of its rooms is. It is a *Refusal, or nil.
func Check(now time.Time, o *wire.DutyOrder) error {
	if len(o.Rooms) == 0 || len(o.Rooms) > mostRooms {
		return refuse(BadRequest, "an order about duty names its rooms")
	}
	for i, r := range o.Rooms {
		if !wire.ValidToken(r) || slices.Contains(o.Rooms[:i], r) {
			return refuse(BadRequest, "%q is not the name of a room, or is there twice", r)
		}
	}
	for _, name := range []string{o.By, o.Nurse, o.Backup} {
		if name != strings.TrimSpace(name) || utf8.RuneCountInString(name) > mostName || !utf8.ValidString(name) {
			return refuse(BadRequest, "initials have at most %d characters, and no space around them", mostName)
		}
	}
	if utf8.RuneCountInString(o.Reason) > mostReason {
		return refuse(BadRequest, "a reason has at most %d characters", mostReason)
	}
	if o.By == "" {
		return refuse(BadRequest, "say who orders this")
	}
	if o.Until != nil && (!o.Until.After(now) || o.Until.Sub(now) > Longest) {
		return refuse(BadRequest, "a duty ends at most %d hours from now, and not in the past", int(Longest.Hours()))
	}
	switch {
	case !slices.Contains([]string{wire.DutyTake, wire.DutyHandover, wire.DutyRelease, wire.DutyBackup}, o.Action):
		return refuse(BadRequest, "an order about duty is one of take, handover, release and backup")
	case o.Action == wire.DutyHandover && o.Nurse == "":
		return refuse(BadRequest, "a handover names the nurse who takes over")
	case o.Backup != "" && o.Backup == heir(o):
		return refuse(BadRequest, "the back-up is somebody else than the nurse on duty")
	}
	return nil
}

// heir returns who has duty after the order, "" if that is not said by it.
func heir(o *wire.DutyOrder) string {
	if o.Action == wire.DutyTake && o.Nurse == "" {
		return o.By
	}
	return o.Nurse
}

// Apply returns what a checked order makes of the duty in one room, given at a station. The order's result is nil for
// nobody. The error is a *Refusal; then the duty stays.
func Apply(now time.Time, o *wire.DutyOrder, room, station string, has *wire.Duty) (*wire.Duty, error) {
	has = Now(now, has)
	if seen, ok := o.Expect[room]; ok && seen != nurse(has) {
		if has == nil {
			return nil, refuse(Free, "%s: %s has given it up a moment ago", room, seen)
		}
		return nil, refuse(Taken, "%s: %s has taken it a moment ago", room, has.Nurse)
	}
	next := &wire.Duty{Since: wire.Time{Time: now}, Until: wire.Time{Time: now.Add(Usual)}, By: o.By, Station: station}
	if o.Until != nil {
		next.Until = *o.Until
	}
	if has == nil && o.Action != wire.DutyTake {
		return nil, refuse(Free, "%s: nobody has duty there", room)
	}
	switch o.Action {
	case wire.DutyTake:
		next.Nurse, next.Backup = heir(o), o.Backup
		if has == nil {
			break
		}
		if has.Nurse != next.Nurse && o.Reason == "" {
			return nil, refuse(Taken, "%s: %s has duty until %s; it is handed over by %s, or taken with a reason", room, has.Nurse,
				has.Until.In(now.Location()).Format("15:04"), has.Nurse)
		}
		if has.Nurse == next.Nurse { // prolonged
			next.Since = has.Since
		}
		next.Backup = another(next.Nurse, o.Backup, has.Backup)
	case wire.DutyHandover:
		next.Nurse, next.Backup = o.Nurse, another(o.Nurse, o.Backup, has.Backup)
	case wire.DutyBackup:
		if o.Backup == has.Nurse {
			return nil, refuse(BadRequest, "%s: %s has duty there and cannot be the back-up, too", room, has.Nurse)
		}
		*next = *has
		next.Backup, next.By, next.Station = o.Backup, o.By, station
	case wire.DutyRelease:
		return nil, nil //nolint:nilnil // nobody is what was ordered
	}
	return next, nil
}

func nurse(d *wire.Duty) string {
	if d == nil {
		return ""
	}
	return d.Nurse
}

// another returns the first of the names that is given and is not the nurse's.
func another(nurse string, names ...string) string {
	for _, n := range names {
		if n != "" && n != nurse {
			return n
		}
	}
	return ""
}

// Words says who has duty, for people and for the record.
func Words(d *wire.Duty) string {
	if d == nil || d.Nurse == "" {
		return "nobody"
	}
	text := d.Nurse
	if d.Backup != "" {
		text += ", back-up " + d.Backup
	}
	return text + ", until " + d.Until.UTC().Format(time.RFC3339)
}
