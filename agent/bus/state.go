package bus

import (
	"strings"
	"sync/atomic"
)

// state is what an OnState was told last.
type state struct {
	connected bool
	why       string
}

func (b *Bus) setReason(err error) {
	b.stateMu.Lock()
	defer b.stateMu.Unlock()
	b.why = reason(err)
}

// report tells OnState what has changed, if anything has. It must not be called with a lock held.
func (b *Bus) report() {
	b.stateMu.Lock()
	defer b.stateMu.Unlock()
	if b.life.Err() != nil {
		return // the end is no news
	}
	connected, why := b.link.current() != nil, b.why
	if connected {
		why = joinWords(b.alerts.trouble(), b.readings.trouble())
	}
	b.tell(connected, why)
}

// onlyNews hands on what is not as it was told last. What it returns is not safe for concurrent use.
func onlyNews(tell func(connected bool, why string)) func(connected bool, why string) {
	var said *state
	return func(connected bool, why string) {
		now := state{connected, why}
		if said != nil && *said == now {
			return
		}
		said = &now
		tell(connected, why)
	}
}

func joinWords(words ...string) string {
	var some []string
	for _, w := range words {
		if w != "" && (len(some) == 0 || some[0] != w) {
			some = append(some, w)
		}
	}
	return strings.Join(some, "; ")
}

// Counters are totals since the process started. Each only grows.
type Counters struct {
	Published  uint64 // messages handed to the connection, all classes, repetitions included
	Acked      uint64 // messages that the broker said it stored
	Resent     uint64 // messages that were on their way when a connection or an acknowledgement was lost, and had to go again
	Refilled   uint64 // acknowledged messages that the broker had lost and gets again
	Found      uint64 // messages that turned out to be stored although their acknowledgement was lost
	Refused    uint64 // messages that the broker will never take, such as one larger than it allows
	Dropped    uint64 // waves and statuses that could not leave
	Commands   uint64 // commands answered
	Reconnects uint64 // connections after the first
	Errors     uint64 // rounds of sending that failed, and errors the client reported
}

type counters struct {
	published, acked, resent, refilled, found, refused, dropped, commands, errors atomic.Uint64
}

// Counters returns the totals of this moment.
func (b *Bus) Counters() Counters {
	return Counters{
		Published: b.count.published.Load(), Acked: b.count.acked.Load(), Resent: b.count.resent.Load(),
		Refilled: b.count.refilled.Load(), Found: b.count.found.Load(), Refused: b.count.refused.Load(),
		Dropped: b.count.dropped.Load() + b.passing.lost(), Commands: b.count.commands.Load(),
		Reconnects: b.link.reconnects(), Errors: b.count.errors.Load(),
	}
}
