package machine

// Free space on a disk that Bedside writes to, in bytes; our choice, for the alert, the list of devices and doctor alike. A room
// with one oximeter and a cuff records about 100 MB a month, and the broker's streams hold as much again.
const (
	// LittleSpace is less than enough to be easy about: months of sessions, and yet soon filled by something else. Below it a
	// disk counts as nearly full.
	LittleSpace = 500_000_000
	// EnoughSpace is enough, and again after there was little. Twice as much, so that what comes and goes by itself, such as a
	// log that begins anew, neither ends the alert nor raises another.
	EnoughSpace = 1_000_000_000
)
