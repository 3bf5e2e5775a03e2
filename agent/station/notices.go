package station

import (
	"context"
	"strings"
	"time"

	"bedside/agent/notify"
	"bedside/agent/station/board"
	"bedside/agent/wire"
	"bedside/alerts"
)

// notice is one that waits for its claim.
type notice struct {
	key string
	notify.Notice
}

// call queues a call. The caller holds mu.
func (s *Station) call(c *board.Call) {
	n := s.notice(c.Key, c.Room, &c.Alert)
	n.Step, n.To = c.Step, s.called(c.Room, c.Step)
	s.queue(n)
}

// over queues the end of what was called.
func (s *Station) over(o *board.Over) {
	n := s.notice(o.Key, o.Room, &o.Alert)
	n.Resolved = true
	s.queue(n)
}

func (s *Station) notice(key, room string, a *wire.Alert) notice {
	priority, known := alerts.ParsePriority(a.Priority)
	if !known {
		priority = alerts.High // what cannot be read is not made small
	}
	return notice{key, notify.Notice{
		ID: key, Site: s.address.Site, Room: room, Priority: priority, Kind: a.Kind, Condition: a.Condition, Occurrence: a.Occurrence,
		At: a.Since.Time, Simulated: a.Mode != wire.Live,
	}}
}

// called returns who is to be told; nobody in particular means everybody. Without a nurse on duty, or a back-up where that
// one is next, everybody is called: never zero recipients (alarms.md section 8).
func (s *Station) called(room, step string) []string {
	d := s.duties.of(s.now(), room)
	switch {
	case d == nil || step == board.StepEveryone:
		return nil
	case step == board.StepNextPerson && d.Backup != "":
		return []string{d.Backup}
	case step == board.StepNextPerson:
		return nil
	default:
		return []string{d.Nurse}
	}
}

func (s *Station) queue(n notice) {
	select {
	case s.notices <- n:
	default:
		s.metrics.Notice(false)
		s.audit(&wire.Audit{Header: wire.Header{Room: n.Room}, Event: wire.AuditNotifyFailed, New: n.Step, Text: n.Condition + ": too many notices wait"})
	}
}

// sendNotices claims and hands on what is queued, until ctx ends.
func (s *Station) sendNotices(ctx context.Context) error {
	look := time.NewTicker(s.o.Clock.Real(claimLook))
	defer look.Stop()
	for {
		s.loops.notices.Turn(turnEvery) // a claim takes less, and so does a look at those of others
		select {
		case <-ctx.Done():
			return nil
		case n := <-s.notices:
			// The end is told by each station: it goes where its beginning was told, and nowhere else.
			if n.Resolved {
				s.claims.settled(&n)
			} else if !s.claims.mine(ctx, &n) {
				continue
			}
			s.hand(&n)
		case <-look.C:
			for _, n := range s.claims.orphans(ctx) {
				s.hand(&n)
			}
		}
	}
}

// hand gives a notice to the channels, and notes it.
func (s *Station) hand(n *notice) {
	s.notifier.Send(n.Notice)
	s.metrics.Notice(true)
	to, what := strings.Join(n.To, ", "), n.Step
	if to == "" {
		to = "everyone"
	}
	if n.Resolved {
		to, what = "", "over"
	}
	s.audit(&wire.Audit{
		Header: wire.Header{Room: n.Room}, Event: wire.AuditNotified, Old: what, New: to,
		Text: n.Priority.String() + " " + n.Occurrence,
	})
}
