package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
	"bedside/agent/station/board"
	"bedside/agent/station/duty"
	"bedside/agent/wire"
)

// roster is who has duty, as the stations agree on it. What is known stays known while the broker is away.
type roster struct {
	s      *Station
	orders sync.Mutex // one order at a time; taken before mu

	mu     sync.Mutex
	bucket jetstream.KeyValue // nil before the first connection
	known  map[string]entry   // by room
}

// entry is the duty of a room with its number in the bucket.
type entry struct {
	duty     *wire.Duty // nil for nobody
	revision uint64     // 0: the bucket has nothing of the room
	counts   bool       // told to the board as somebody's
}

// of returns who has duty in a room, nil for nobody.
func (r *roster) of(now time.Time, room string) *wire.Duty {
	r.mu.Lock()
	defer r.mu.Unlock()
	return duty.Now(now, r.known[room].duty)
}

// follow hears what changes in the bucket until the connection is made anew or ctx ends.
func (r *roster) follow(ctx context.Context) {
	for ctx.Err() == nil {
		r.s.loops.duties.Turn(shareTurn)
		err := r.watch(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		r.s.o.Log.Warn("station: duty is as it was last known", "err", err)
		select {
		case <-ctx.Done():
		case <-r.s.connected:
			wake(r.s.connected)
			return
		case <-time.After(bucketWait):
		}
	}
}

// watch returns nil when there is a new connection: the bucket is then read again from the beginning.
func (r *roster) watch(ctx context.Context) error {
	bucket, err := openBucket(ctx, r.s.nc, broker.BucketDuty)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.bucket = bucket
	r.mu.Unlock()
	w, err := bucket.Watch(ctx, r.s.address.Site+".*")
	if err != nil {
		return fmt.Errorf("station: follow %s: %w", broker.BucketDuty, err)
	}
	defer func() {
		if ctx.Err() != nil { // the connection ends with the station, and the server's answer need not be waited for, or may never come
			return
		}
		if err := w.Stop(); err != nil && !errors.Is(err, context.Canceled) {
			r.s.o.Log.Debug("station: end of following", "err", err)
		}
	}()
	fresh := make(map[string]bool) // rooms of the first reading; nil after it
	idle := time.NewTicker(turnEvery)
	defer idle.Stop()
	for {
		r.s.loops.duties.Turn(turnEvery)
		select {
		case <-ctx.Done():
			return nil
		case <-idle.C:
		case <-r.s.connected:
			wake(r.s.connected)
			return nil
		case e, open := <-w.Updates():
			switch {
			case !open:
				return fmt.Errorf("station: %s is not followed any more", broker.BucketDuty)
			case e == nil: // everything that there was has been read
				r.keepOnly(fresh)
				fresh = nil
			default:
				if room := r.take(e); fresh != nil {
					fresh[room] = true
				}
			}
		}
	}
}

// openBucket returns a bucket. A site's server has it; on one of somebody else it is made.
func openBucket(ctx context.Context, nc *nats.Conn, name string) (jetstream.KeyValue, error) {
	ctx, cancel := context.WithTimeout(ctx, bucketWait)
	defer cancel()
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("station: %s: %w", name, err)
	}
	bucket, err := js.KeyValue(ctx, name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		if err := broker.EnsureBuckets(ctx, nc); err != nil {
			return nil, fmt.Errorf("station: %s: %w", name, err)
		}
		bucket, err = js.KeyValue(ctx, name)
	}
	if err != nil {
		return nil, fmt.Errorf("station: %s: %w", name, err)
	}
	return bucket, nil
}

// take notes an entry of the bucket, and returns its room.
func (r *roster) take(e jetstream.KeyValueEntry) string {
	room := strings.TrimPrefix(e.Key(), r.s.address.Site+".")
	var d *wire.Duty
	if e.Operation() == jetstream.KeyValuePut {
		d = new(wire.Duty)
		if err := json.Unmarshal(e.Value(), d); err != nil || d.Nurse == "" {
			d = nil
		}
	}
	r.set(room, d, e.Revision())
	return room
}

// set notes a duty, unless a newer one is known.
func (r *roster) set(room string, d *wire.Duty, revision uint64) {
	r.mu.Lock()
	if r.known == nil {
		r.known = make(map[string]entry)
	}
	if revision < r.known[room].revision {
		r.mu.Unlock()
		return
	}
	now := duty.Now(r.s.now(), d)
	r.known[room] = entry{duty: d, revision: revision, counts: now != nil}
	r.mu.Unlock()
	r.s.step(board.Assign{Room: room, Duty: now})
	wake(r.s.lease)
}

// keepOnly drops what the bucket has not any more, because the broker lost it or another one answers.
func (r *roster) keepOnly(rooms map[string]bool) {
	r.mu.Lock()
	var gone []string
	for room := range r.known {
		if !rooms[room] {
			gone = append(gone, room)
			delete(r.known, room)
		}
	}
	r.mu.Unlock()
	for _, room := range gone {
		r.s.step(board.Assign{Room: room})
	}
}

// expire tells the board of duties that have run out.
func (r *roster) expire(now time.Time) {
	r.mu.Lock()
	var over []string
	for room, e := range r.known {
		if e.counts && duty.Now(now, e.duty) == nil {
			e.counts = false
			r.known[room] = e
			over = append(over, room)
		}
	}
	r.mu.Unlock()
	for _, room := range over {
		r.s.step(board.Assign{Room: room})
	}
}

// change is what an order does in one room.
type change struct {
	room     string
	before   entry
	next     *wire.Duty
	revision uint64 // after it; 0: not done
}

// order carries out an order in all of its rooms or in none, as far as the bucket allows: what was written when a later room
// is lost to somebody else is taken back, unless that has been changed meanwhile, too. The answer says what was done.
func (r *roster) order(ctx context.Context, from string, o *wire.DutyOrder) wire.Reply {
	if err := duty.Check(r.s.now(), o); err != nil {
		return refused(err)
	}
	r.orders.Lock()
	defer r.orders.Unlock()
	r.mu.Lock()
	bucket := r.bucket
	r.mu.Unlock()
	if !r.s.up.Load() || bucket == nil {
		return refusal("not_connected", "The message server is not reached: duty stays as it was, and nothing can be changed now")
	}
	ctx, cancel := context.WithTimeout(ctx, orderWait)
	defer cancel()
	changes := make([]change, 0, len(o.Rooms))
	// Everybody writes in the same order: of two orders that meet one is first in the first room that both want, so they do
	// not take each other's rooms away until neither has any.
	for _, room := range slices.Sorted(slices.Values(o.Rooms)) {
		has, err := r.read(ctx, bucket, room)
		if err != nil {
			return refusal("not_connected", "Duty cannot be read from the message server, and nothing was changed: "+err.Error())
		}
		next, err := duty.Apply(r.s.now(), o, room, r.s.address.Station, has.duty)
		if err != nil {
			return refused(err)
		}
		changes = append(changes, change{room: room, before: has, next: next})
	}
	for i := range changes {
		c := &changes[i]
		if err := r.write(ctx, bucket, c); err != nil {
			return r.takeBack(bucket, from, o, changes[:i], c, err)
		}
	}
	for i := range changes {
		r.audit(from, o, &changes[i], "")
	}
	return answer(wire.Reply{OK: true}, changes, true)
}

func refused(err error) wire.Reply {
	if why, ok := errors.AsType[*duty.Refusal](err); ok {
		return refusal(why.Code, why.Text)
	}
	return refusal(duty.BadRequest, err.Error())
}

// read asks the bucket itself: what was heard may be a moment old.
func (r *roster) read(ctx context.Context, bucket jetstream.KeyValue, room string) (entry, error) {
	e, err := bucket.Get(ctx, r.key(room))
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		r.mu.Lock()
		defer r.mu.Unlock()
		return entry{revision: 0}, nil
	case err != nil:
		return entry{}, err
	}
	r.take(e)
	d := new(wire.Duty)
	if json.Unmarshal(e.Value(), d) != nil || d.Nurse == "" {
		d = nil
	}
	return entry{duty: d, revision: e.Revision()}, nil
}

func (r *roster) key(room string) string { return r.s.address.Site + "." + room }

// write replaces what was read, if it is still there. Nobody is written as a duty without a nurse: who gave it up, and when,
// is worth keeping.
func (r *roster) write(ctx context.Context, bucket jetstream.KeyValue, c *change) error {
	value := c.next
	if value == nil {
		value = &wire.Duty{Since: wire.Time{Time: r.s.now()}, Station: r.s.address.Station}
	}
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if c.before.revision == 0 {
		c.revision, err = bucket.Create(ctx, r.key(c.room), b)
	} else {
		c.revision, err = bucket.Update(ctx, r.key(c.room), b, c.before.revision)
	}
	if err != nil {
		c.revision = 0
		return err
	}
	r.set(c.room, c.next, c.revision)
	return nil
}

// answer adds what was done in each room.
func answer(reply wire.Reply, changes []change, whole bool) wire.Reply {
	list := make([]wire.DutyChange, 0, len(changes))
	for i := range changes {
		c := &changes[i]
		d := wire.DutyChange{Room: c.room, Done: c.revision != 0, Duty: c.before.duty, Text: "unchanged"}
		if d.Done {
			d.Duty, d.Text = c.next, duty.Words(c.next)
		}
		list = append(list, d)
	}
	b, err := json.Marshal(list)
	if err == nil {
		reply.Data = b
	}
	if whole && reply.Text == "" && len(list) == 1 {
		reply.Text = list[0].Room + ": " + list[0].Text
	}
	return reply
}

func (r *roster) audit(from string, o *wire.DutyOrder, c *change, text string) {
	r.s.audit(&wire.Audit{
		Header: wire.Header{Room: c.room}, Event: wire.AuditDuty, By: o.By, From: from,
		Old: duty.Words(c.before.duty), New: duty.Words(c.next), Text: strings.TrimSpace(o.Action + " " + o.Reason + " " + text),
	})
}
