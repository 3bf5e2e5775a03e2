package station

import (
	"context"
	"time"

	"bedside/agent/alive"
	"bedside/agent/station/board"
)

// Bounds, our choice.
const (
	// turnEvery is how often a loop that waits for work takes an empty turn, as a sign of life.
	turnEvery = 2 * time.Second
	// shareTurn is how long the stations' buckets and streams may take to be opened at a new connection. Each question to a
	// broker that does not answer has a bound of its own; together they stay below this.
	shareTurn = 30 * time.Second
)

// loops are those that must move.
type loops struct {
	record, notices, duties, alerts, readings, clock, lease, receipts *alive.Loop
}

// watchOver makes the watch over the loops. It tells people by an alert of the station itself.
func (s *Station) watchOver() {
	s.life = alive.New(alive.Options{
		Notify: s.o.Notify, Watchdog: s.o.Watchdog, Stalled: s.stalled, Status: s.statusLine, Log: s.o.Log,
	})
	s.loops = loops{
		record: s.life.Loop("record"), notices: s.life.Loop("notices"), duties: s.life.Loop("duties"),
		alerts: s.life.Loop("hearing of alerts"), readings: s.life.Loop("hearing of readings"),
		clock: s.life.Loop("clock"), lease: s.life.Loop("lease"), receipts: s.life.Loop("receipts"),
	}
}

// stalled raises or ends the alert about loops that hang. It does not wait for the board, which may be what hangs: it is asked
// again, and the service manager, which hears nothing meanwhile, starts the station again.
func (s *Station) stalled(_ context.Context, late []alive.Late) bool {
	if !s.mu.TryLock() {
		return false
	}
	defer s.mu.Unlock()
	f := board.Fault{Condition: "process_stalled", Title: "Station hangs", Priority: "high", On: len(late) > 0}
	if f.On {
		f.Text = "A part of station " + s.address.Station + " hangs: " + alive.Names(late) + ". Do not rely on its board: look after the rooms."
	}
	s.tell(s.board.Step(s.now(), f))
	return true
}

// statusLine is what the service manager shows of the station. It takes no lock of the board.
func (s *Station) statusLine() string {
	line := "station " + s.address.Station + " of " + s.address.Site
	if err := s.ready(); err != nil {
		line += "; " + err.Error()
	}
	return line
}
