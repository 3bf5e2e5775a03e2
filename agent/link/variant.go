package link

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"bedside/devices"
)

// Limits of the search for the variant of a line; our choice.
const (
	burstTime  = 2 * time.Second // from the first byte that makes no sense to the judgement; a cuff's message takes a tenth of it
	burstLeast = 16              // bytes; fewer are the plug being moved, and half of any cuff's message is more
	burstsMost = 3               // messages without sense in a row, until a variant that was right before is given up
)

// airOut is how long the variant stays after air was last known in the cuff, on the clock: the longest cycle of cuffs.md
// section 14.4. A cuff that cannot be heard may hold air, and what was right when it was started is right still.
const airOut = 3 * time.Minute

// search finds out which of a driver's variants is on the line. Only the goroutine of Run touches it.
type search struct {
	list   []devices.Variant // never empty; one if the variant is fixed
	at     int               // the one in use
	proven bool              // intact data came with it
	failed int               // variants in a row that brought nothing intact
	mutes  int               // conversations in a row that brought no byte at all
	bursts int               // messages without sense in a row, of a driver without MaxSilence
	odd    error             // why the last message of such a driver was none, while nothing else came
}

// newSearch returns the search among the variants of d, or among the only one that the settings name.
func newSearch(d *devices.Driver, fixed string) (search, error) {
	if fixed == "" {
		return search{list: d.Lines()}, nil
	}
	for _, v := range d.Variants {
		if v.Name == fixed {
			return search{list: []devices.Variant{v}}, nil
		}
	}
	return search{}, fmt.Errorf("driver %s has no variant %q", d.Name, fixed)
}

func (s *search) now() devices.Variant { return s.list[s.at] }

func (s *search) next() devices.Variant { return s.list[(s.at+1)%len(s.list)] }

// intact notes that valid data came: this variant is the one.
func (s *search) intact() { s.proven, s.failed, s.mutes, s.bursts, s.odd = true, 0, 0, 0, nil }

// hurried reports whether the present variant gets no more than the time in which its device must speak. One that was
// right before gets the usual pause, and so does the first of each round but the first round.
func (s *search) hurried() bool {
	if s.failed == 0 {
		return !s.proven
	}
	return s.failed%len(s.list) != 0
}

// mayTurn reports whether there is another variant to try, and no air can be in a cuff.
func (l *Link) mayTurn(now time.Time) bool {
	return len(l.search.list) > 1 && (l.cuffUsed.IsZero() || now.Sub(l.cuffUsed) >= airOut)
}

// pauseSilent returns how long, on the clock, a port is listened to after the device was silent for too long.
func (l *Link) pauseSilent(now time.Time) time.Duration {
	if l.mayTurn(now) && l.search.hurried() {
		return 0
	}
	return l.outside(l.quiet.next())
}

// turnVariant makes the next conversation use the next variant, after one that ended because nothing intact came.
func (c *conversation) turnVariant() {
	s := &c.l.search
	if s.mutes++; c.noise {
		s.mutes = 0
	}
	if c.air || !c.l.mayTurn(c.l.o.Clock.Now()) {
		return
	}
	s.at = (s.at + 1) % len(s.list)
	s.failed++
	s.bursts, s.proven = 0, false
}

// speaks notes that bytes came. After a round in which no variant brought any, the device has just been switched on: a
// new round begins, without its pauses.
func (c *conversation) speaks(now time.Time, n int) {
	if n == 0 {
		return
	}
	s := &c.l.search
	if !c.noise && s.mutes >= len(s.list) && len(s.list) > 1 {
		s.failed, s.mutes = 0, 0
		c.l.quiet.reset()
		c.heard, c.quiet = now, time.Time{}
	}
	c.noise = true
	if !c.mayBeQuiet() {
		return
	}
	if c.burst.IsZero() {
		c.burst, c.strange = now, 0
	}
	c.strange += n
}

// listenForSense judges what a device said that may be quiet for ever: silence tells nothing about it, but a message
// without sense does.
func (c *conversation) listenForSense(now time.Time) error {
	if c.burst.IsZero() || now.Before(c.burst.Add(c.l.outside(burstTime))) {
		return nil
	}
	s := &c.l.search
	c.burst = time.Time{}
	if c.strange < burstLeast {
		return nil
	}
	s.bursts++
	s.odd = c.whySilent(now)
	c.l.be(Silent, s.odd.Error(), s.odd)
	if c.air || !c.l.mayTurn(now) || s.proven && s.bursts < burstsMost {
		return nil
	}
	return errSilent
}

// Why a device is silent.
var (
	errNoise   = errors.New("bytes arrive that make no sense, wrong driver for this port or a bad cable")
	errNothing = errors.New("nothing arrives, device switched off or its cable loose")
)

// whySilent returns words that stay the same when round follows round, so that an alert does not change with each try.
func (c *conversation) whySilent(now time.Time) error {
	s := &c.l.search
	switch {
	case !c.l.mayTurn(now) && c.noise:
		return errNoise
	case !c.l.mayTurn(now):
		return errNothing
	case !c.noise:
		return fmt.Errorf("%w; trying %s in turn", errNothing, lines(s.list, " and "))
	case s.failed < len(s.list)-1:
		return fmt.Errorf("bytes arrive that make no sense at %v, trying %v", s.now().Line, s.next().Line)
	}
	return fmt.Errorf("bytes arrive that make no sense at %s, wrong driver for this port or a bad cable", lines(s.list, " or "))
}

// lines lists the line settings of variants in words.
func lines(list []devices.Variant, last string) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = v.Line.String()
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + last + words[n]
}
