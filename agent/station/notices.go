package station

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
	"bedside/agent/notify"
	"bedside/agent/station/board"
	"bedside/agent/wire"
	"bedside/alerts"
)

// claimPause is how long notices are sent without a claim after the broker did not answer to one; our choice.
const claimPause = 10 * time.Second

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
	idle := time.NewTicker(turnEvery)
	defer idle.Stop()
	for {
		s.loops.notices.Turn(turnEvery) // a claim takes less
		select {
		case <-ctx.Done():
			return nil
		case <-idle.C:
		case n := <-s.notices:
			// The end is told by each station: it goes where its beginning was told, and nowhere else.
			if !n.Resolved && !s.claims.mine(ctx, n.key) {
				continue
			}
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
	}
}

// claims decide which station sends a notice.
type claims struct {
	s      *Station
	mu     sync.Mutex
	bucket jetstream.KeyValue // nil before the first connection
	until  time.Time          // no claims before then: the broker did not answer
}

// open makes the bucket, or takes the one that there is.
func (c *claims) open(ctx context.Context) {
	bucket, err := openBucket(ctx, c.s.nc, broker.BucketNotices)
	if err != nil {
		if ctx.Err() == nil {
			c.s.o.Log.Warn("station: notices may be sent by several stations", "err", err)
		}
		return
	}
	c.mu.Lock()
	c.bucket, c.until = bucket, time.Time{}
	c.mu.Unlock()
}

// mine reports whether this station has to send: it claimed the notice, or there is nobody to ask. Twice is better than
// never.
func (c *claims) mine(ctx context.Context, key string) bool {
	c.mu.Lock()
	bucket, until := c.bucket, c.until
	c.mu.Unlock()
	if bucket == nil || !c.s.up.Load() || c.s.now().Before(until) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	_, err := bucket.Create(ctx, c.s.address.Site+"."+key, []byte(c.s.address.Station+" "+c.s.boot))
	if err == nil {
		return true
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return c.orphaned(ctx, bucket, key)
	}
	c.s.o.Log.Warn("station: a notice cannot be claimed and is sent", "err", err)
	c.mu.Lock()
	c.until = c.s.now().Add(claimPause)
	c.mu.Unlock()
	return true
}

// orphaned reports whether a notice was claimed by a station that may have died before it sent it: this one in an earlier
// life, or one that is not heard any more.
func (c *claims) orphaned(ctx context.Context, bucket jetstream.KeyValue, key string) bool {
	e, err := bucket.Get(ctx, c.s.address.Site+"."+key)
	if err != nil {
		return true
	}
	station, boot, _ := strings.Cut(string(e.Value()), " ")
	if station == c.s.address.Station {
		return boot != c.s.boot
	}
	return c.s.now().Sub(e.Created()) > peerLives && !c.s.peers.there(c.s.now(), station)
}
