package station

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
)

// How claims are waited for; our choice.
const (
	claimPause   = 10 * time.Second // notices are sent without a claim for so long after the broker did not answer to one
	claimLook    = time.Second      // how often claims of others are looked after
	claimWatched = 2 * peerLives    // and how long: whoever died within half of it is known to be dead
)

// claims decide which station sends a notice.
type claims struct {
	s      *Station
	mu     sync.Mutex
	bucket jetstream.KeyValue // nil before the first connection
	until  time.Time          // no claims before then: the broker did not answer

	lost []lost // to stations that may die before they send; of sendNotices alone
}

// lost is a notice that another station has claimed.
type lost struct {
	notice
	since time.Time // when that was seen, by our own clock: the server's may differ
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
// never. What another station has claimed is looked after until that one has surely sent it; see orphans.
func (c *claims) mine(ctx context.Context, n *notice) bool {
	c.mu.Lock()
	bucket, until := c.bucket, c.until
	c.mu.Unlock()
	if bucket == nil || !c.s.up.Load() || c.s.now().Before(until) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	_, err := bucket.Create(ctx, c.key(n), c.name())
	switch {
	case err == nil:
		return true
	case errors.Is(err, jetstream.ErrKeyExists):
		e, err := bucket.Get(ctx, c.key(n))
		// Our own claim is of an earlier life, or of an alert that was acknowledged since and calls again: the board asks
		// once for each time.
		if err != nil || claimer(e) == c.s.address.Station {
			return true
		}
		c.lost = append(c.lost, lost{*n, c.s.now()})
		c.lost = c.lost[max(0, len(c.lost)-noticeQueue):]
		return false
	}
	c.s.o.Log.Warn("station: a notice cannot be claimed and is sent", "err", err)
	c.mu.Lock()
	c.until = c.s.now().Add(claimPause)
	c.mu.Unlock()
	return true
}

func (c *claims) key(n *notice) string { return c.s.address.Site + "." + n.key }

// name is what a claim of this station says.
func (c *claims) name() []byte { return []byte(c.s.address.Station + " " + c.s.boot) }

func claimer(e jetstream.KeyValueEntry) string {
	station, _, _ := strings.Cut(string(e.Value()), " ")
	return station
}

// settled forgets what was lost of an alert that is over.
func (c *claims) settled(n *notice) {
	key := n.Key()
	c.lost = slices.DeleteFunc(c.lost, func(l lost) bool { return l.Key() == key })
}

// orphans returns the notices whose claimer died, perhaps before it sent them. One of several stations that see it takes
// the claim over.
func (c *claims) orphans(ctx context.Context) []notice {
	c.mu.Lock()
	bucket := c.bucket
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, claimWait) // for all of them: what is not reached now is looked at in a second
	defer cancel()
	now, deaf := c.s.now(), bucket == nil || !c.s.up.Load()
	var out []notice
	c.lost = slices.DeleteFunc(c.lost, func(l lost) bool { return !deaf && now.Sub(l.since) > claimWatched })
	for i := range c.lost {
		l := &c.lost[i]
		switch {
		case deaf: // who is not heard now need not be dead
			l.since = now
		case now.Sub(l.since) > peerLives && c.takeOver(ctx, bucket, l):
			out = append(out, l.notice)
		}
	}
	for i := range out {
		c.lost = slices.DeleteFunc(c.lost, func(l lost) bool { return l.key == out[i].key })
	}
	return out
}

// takeOver claims what a station claimed that is not heard any more, and reports whether this one sends it.
func (c *claims) takeOver(ctx context.Context, bucket jetstream.KeyValue, l *lost) bool {
	e, err := bucket.Get(ctx, c.key(&l.notice))
	if err != nil || c.s.peers.there(c.s.now(), claimer(e)) {
		return false
	}
	if _, err = bucket.Update(ctx, c.key(&l.notice), c.name(), e.Revision()); err != nil {
		l.since = c.s.now() // somebody else was faster, and is looked after in turn
		return false
	}
	c.s.o.Log.Warn("station: a notice is sent for a station that is not heard any more", "claimed_by", claimer(e), "room", l.Room)
	return true
}
