package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/agent/config"
	"bedside/agent/wire"
	"bedside/alerts"
)

// The kinds of a [Notice] that have words of their own.
const (
	Physiological = "physiological"
	Technical     = "technical"
)

// Notice is one thing to tell: an alert began, climbed a step of the ladder, or is closed. It is a value that nobody changes
// once it was sent.
type Notice struct {
	ID         string          // unique among all notices of the site; the same one again is the same notice
	Site, Room string          // words for site and room; Room is empty for an alert of the station itself
	Priority   alerts.Priority // of the alert, now
	Kind       string          // Physiological or Technical; anything else is an alert without more words
	Condition  string          // for the record of the caller; never sent
	Occurrence string          // says which alert of the room this is; sent as a hash, see [Notice.Key]
	Step       string          // of the ladder, a word of config.ChannelSteps; empty counts as the first
	To         []string        // initials or functions of those who are called; empty: everybody; never sent
	At         time.Time       // when the alert began
	Resolved   bool            // the alert is closed: goes only where it was told before
	Simulated  bool            // nothing real: every text says so

	test   bool             // made by Test
	before *alerts.Priority // that the channel told last of the same alert, if it was another; set by its queue
}

// Key returns what tells one alert from another outside: the same for all notices of an occurrence, and without a meaning.
func (n *Notice) Key() string { return hash("occurrence", n.Site, n.Room, n.Occurrence) }

// message returns the id of this notice outside; the same whenever it is tried again.
func (n *Notice) message() string {
	return hash("message", n.Site, n.Room, n.Occurrence, n.ID, n.Step, n.Priority.String(), strconv.FormatBool(n.Resolved),
		strconv.FormatInt(n.At.UnixNano(), 10))
}

// hash makes 32 hexadecimal digits of words, each with its length, so that no two lists are the same.
func hash(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(strconv.Itoa(len(w)) + ":" + w)) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// public is all of a notice that may leave: every word is one of a closed list, a token or a hash.
type public struct {
	site, room, priority, kind, step string // room, kind and step may be empty
	key, message                     string
	at                               time.Time
	resolved, simulated, test        bool
}

func (n *Notice) public() public {
	p := public{
		site: token(n.Site), room: token(n.Room), priority: n.Priority.String(),
		key: n.Key(), message: n.message(),
		at: n.At, resolved: n.Resolved, simulated: n.Simulated, test: n.test,
	}
	if slices.Contains([]string{Physiological, Technical}, n.Kind) {
		p.kind = n.Kind
	}
	p.step = config.ChannelSteps()[0]
	if slices.Contains(config.ChannelSteps(), n.Step) {
		p.step = n.Step
	}
	return p
}

func token(s string) string {
	if wire.ValidToken(s) {
		return s
	}
	return ""
}

// headline says the whole in few words, such as "Room 2: high priority alert".
func (p *public) headline() string {
	what := p.priority + " priority alert"
	if p.kind == Technical {
		what = p.priority + " priority technical alert"
	}
	if p.resolved {
		what += " closed"
	}
	switch {
	case p.test:
		what = "test message, nothing has happened"
	case p.simulated:
		what = "SIMULATED, nothing has happened: " + what
	}
	return p.place() + ": " + what
}

// call says what to do.
func (p *public) call() string {
	switch {
	case p.test:
		return "Nobody needs to come. This channel works."
	case p.simulated:
		return "Nobody needs to come. The room plays or tests."
	case p.resolved:
		return "Nobody needs to come for it any more."
	case p.step == "next_person":
		return "Nobody has acknowledged it yet. Open the station."
	case p.step == "everyone":
		return "Nobody has acknowledged it yet, everyone is called. Open the station."
	default:
		return "Open the station."
	}
}

// when says since when, by the clock on the wall, and where.
func (p *public) when() string {
	at := p.at.Local().Format("15:04:05 MST")
	if p.test {
		return "Site " + p.site + ", " + at
	}
	return "Site " + p.site + ", since " + at
}

// place names the room for people: room-2 is Room 2.
func (p *public) place() string {
	if p.room == "" {
		return "Station"
	}
	return "Room " + strings.TrimPrefix(p.room, "room-")
}
