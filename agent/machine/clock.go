package machine

import "time"

// Clock is what the system knows of the time.
type Clock struct {
	Now    time.Time
	Known  bool // the system tells whether it follows a time server
	Synced bool // it does
}
