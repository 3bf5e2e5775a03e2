package agent

import (
	"fmt"

	"bedside/agent/machine"
)

// spaceLooks in a row prove that the disk of the record is nearly full (machine.LittleSpace), or that it is not
// (machine.EnoughSpace); our choice. With computerEvery between them that is a minute: longer than a copy of the record lies
// beside it before it is moved away.
const spaceLooks = 6

// spaceText is the same as long as the alert lasts, so that nothing about it has to be said twice; how much is left stands in
// the list of devices.
func spaceText() string {
	return fmt.Sprintf("The disk is nearly full, less than %d MB are left. History is saved until no space is left: have some made on it.", machine.LittleSpace/1_000_000)
}

// space judges how much is left on the disk of the record. It has no state of the alert: between the two marks nothing is said,
// so what the engine has, also from before a restart, stays.
type space struct {
	little, enough int // looks in a row
	said           verdict
}

// verdict is what looks prove.
type verdict uint8

// What they can prove. Undecided is also a disk that did not answer: nothing known is nothing proven.
const (
	undecided verdict = iota
	nearlyFull
	roomy
)

// look takes what is left, nil if that is not known, and returns what is newly proven. full says that the record finds no space
// at all: that is an alert of its own, and nothing is raised beside it.
func (s *space) look(free *uint64, full bool) verdict {
	little, enough := free != nil && *free < machine.LittleSpace, free != nil && *free >= machine.EnoughSpace
	s.little, s.enough = runOf(s.little, little && !full), runOf(s.enough, enough)
	now := undecided
	switch {
	case s.little >= spaceLooks:
		now = nearlyFull
	case s.enough >= spaceLooks:
		now = roomy
	}
	if now == undecided || now == s.said {
		return undecided
	}
	s.said = now
	return now
}

// runOf returns how many times in a row something was so, as far as it matters.
func runOf(before int, so bool) int {
	if !so {
		return 0
	}
	return min(before+1, spaceLooks)
}
