package station

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/station/duty"
	"bedside/agent/wire"
)

// takeBack restores the rooms that were written before one was lost, and answers in words. It has time of its own: nothing
// stays half done because the order ran out of it, or the page that gave it was closed.
func (r *roster) takeBack(bucket jetstream.KeyValue, from string, o *wire.DutyOrder, done []change, lost *change, why error) wire.Reply {
	ctx, cancel := context.WithTimeout(context.Background(), orderWait)
	defer cancel()
	reply := refusal(duty.Taken, "")
	all := true
	if isConflict(why) {
		reply.Text = r.winner(ctx, bucket, lost)
	} else {
		reply = refusal("not_connected", lost.room+": the message server did not answer, and it was not done")
		if err := r.undo(ctx, bucket, lost); err != nil {
			reply.Text = lost.room + ": the message server did not answer: look whether it was done"
			r.audit(from, o, lost, "not known whether it was done: "+err.Error())
		}
	}
	for i := range done {
		c := &done[i]
		back := change{room: c.room, before: entry{revision: c.revision}, next: c.before.duty}
		if err := r.write(ctx, bucket, &back); err != nil {
			all = false
			r.audit(from, o, c, "and could not be taken back: "+err.Error())
			continue
		}
		c.revision = 0
	}
	switch {
	case all && len(done) > 0:
		reply.Text += "; nothing was changed in the other rooms"
	case !all:
		reply.Text += "; some other rooms were changed and could not be changed back"
	}
	return answer(reply, append(done, *lost), false)
}

// winner says who was faster.
func (r *roster) winner(ctx context.Context, bucket jetstream.KeyValue, lost *change) string {
	has, err := r.read(ctx, bucket, lost.room)
	if err != nil || duty.Now(r.s.now(), has.duty) == nil {
		return lost.room + ": somebody has changed it a moment ago"
	}
	lost.before = has
	return fmt.Sprintf("%s: %s has taken it a moment ago", lost.room, has.duty.Nurse)
}

// undo makes sure that a write without an answer does not count: it writes what was there in its place, which the same
// number allows to one of the two alone.
func (r *roster) undo(ctx context.Context, bucket jetstream.KeyValue, c *change) error {
	back := change{room: c.room, before: c.before, next: c.before.duty}
	err := r.write(ctx, bucket, &back)
	if !isConflict(err) {
		return err
	}
	has, err := r.read(ctx, bucket, c.room)
	if err != nil {
		return err
	}
	if has.duty == nil || c.next == nil || has.duty.Station != r.s.address.Station || !has.duty.Since.Equal(c.next.Since.Time) {
		return nil // somebody else's
	}
	back.before.revision = has.revision
	return r.write(ctx, bucket, &back)
}

// isConflict reports whether a write failed because the room was not any more as it was read.
func isConflict(err error) bool {
	if errors.Is(err, jetstream.ErrKeyExists) {
		return true
	}
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
