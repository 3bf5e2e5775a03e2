package wire

import (
	"strings"
	"time"
)

// About returns what a subject says that a message of a room is about: the word behind site and room, such as "reading";
// "" for any other subject.
func About(subject string) string {
	below, ours := strings.CutPrefix(subject, Prefix+".")
	words := strings.SplitN(below, ".", 4)
	if !ours || len(words) < 3 {
		return ""
	}
	return words[2]
}

// The words that [About] returns for messages that are recorded.
const (
	AboutReading = "reading"
	AboutWave    = "wave"
	AboutAlert   = "alert"
	AboutSession = "session"
	AboutReceipt = "receipt"
)

// clockStep is by how much the wall clock and the one of the process may differ before it counts as a step of the former:
// DESIGN.md section 5.
const clockStep = 2 * time.Second

// Timeline gives the moments of recorded messages, taken in their order. A wall clock that was set during a run of the agent
// does not move them: what lasted is counted without it. Between two runs there is only the wall clock. The zero value is
// ready.
type Timeline struct {
	boot   string
	anchor time.Time // of the wall clock when the run began
}

// At returns the moment of a message in UTC, and whether the message is the first of a run of the agent.
func (t *Timeline) At(h *Header) (at time.Time, fresh bool) {
	offset := time.Duration(h.OffsetMS) * time.Millisecond
	began := h.At.Add(-offset)
	if fresh = h.Boot != t.boot; fresh {
		t.boot, t.anchor = h.Boot, began
	}
	if drift := began.Sub(t.anchor); drift.Abs() > clockStep {
		return t.anchor.Add(offset).UTC(), fresh
	}
	return h.At.UTC(), fresh
}
