package bus

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

// Bounds of reconciling, our choice.
const (
	scanBack   = 512 // messages of the stream to look back at, at first, when we do not know what it has of us
	scanWiden  = 8   // times further back with each look
	settleStep = 50 * time.Millisecond
	settleMax  = 2 * time.Second
)

// reconcile makes the outbox and the stream agree before anything of the backlog is sent: what the broker lost is
// unacknowledged again, what it has although its acknowledgement was lost is acknowledged. See DESIGN.md.
func (l *lane) reconcile(c *connection, info *jetstream.StreamInfo, made bool) error {
	before := time.Now().Add(-ackWait)
	if made {
		before = time.Now()
	}
	if !info.Config.AllowDirect {
		l.b.count.resent.Add(uint64(l.flight.settle(c.epoch, before)))
		l.reconciled(c.epoch)
		return nil
	}
	floor, err := l.floor(c.ctx, info.State.FirstSeq)
	if err != nil {
		return err
	}
	l.reconciled(0) // from here on the outbox is not told of early ones, so that it is known which of them it opens again
	refilled, err := l.b.o.Outbox.Refill(c.ctx, l.class, floor)
	if err != nil {
		if c.ctx.Err() != nil {
			return errDown
		}
		l.b.o.Log.Error("outbox cannot be compared with the stream", "stream", l.stream, "err", err)
	}
	if refilled > 0 {
		l.flight.forgetAcked(floor)
	}
	seen, err := l.learn(c, floor, refilled > 0, info.State.FirstSeq)
	if err != nil {
		return err
	}
	// Refill also opened early ones, and those were just found again.
	if lost := refilled - seen.reopened; lost > 0 {
		l.b.count.refilled.Add(uint64(lost))
		l.b.o.Log.Warn("the broker lost messages, they are sent again", "stream", l.stream, "count", lost, "after", floor)
	}
	l.b.count.resent.Add(uint64(l.flight.settle(c.epoch, before)))
	l.known.Store(max(floor, seen.last))
	l.reconciled(c.epoch)
	return nil
}

// floor returns the stream sequence after which the broker has nothing of ours from before this connection: what was
// acknowledged beyond it is lost. What the stream removed at its beginning, by age, size or by hand, is not lost.
func (l *lane) floor(ctx context.Context, first uint64) (uint64, error) {
	room := l.b.o.Room
	subjects := []string{room.Reading("*")}
	if l.class == wire.ClassAlert {
		subjects = []string{room.Alert("*"), room.Session()} // receipts come from consoles as well
	}
	last := max(first, 1) - 1
	for upTo := uint64(0); ; {
		msgs, err := l.direct(ctx, broker.Question{LastOf: subjects, UpTo: upTo})
		if err != nil {
			return 0, err
		}
		upTo = 0
		for _, m := range msgs {
			switch {
			case !l.own(m.ID):
			case l.flight.isEarly(m.ID): // hides what was last before it: ask again for what lies below
				if upTo == 0 || m.Seq-1 < upTo {
					upTo = m.Seq - 1
				}
			default:
				last = max(last, m.Seq)
			}
		}
		if upTo == 0 {
			return last, nil
		}
	}
}

// seen is what looking through a stream has shown.
type seen struct {
	floor    uint64 // where the broker ended before this connection
	found    int    // messages of ours
	reopened int    // of them, early ones beyond floor, of whose being stored the outbox had been told
	last     uint64 // stream sequence of the last one met
	least    uint64 // least Seq met
}

// learn looks through what the stream has of this room and the outbox may not know of, and acknowledges it.
func (l *lane) learn(c *connection, floor uint64, refilled bool, first uint64) (*seen, error) {
	s := &seen{floor: floor, least: math.MaxUint64}
	pending, err := l.b.o.Outbox.Pending(c.ctx, l.class, 0, 1)
	if err != nil {
		if c.ctx.Err() != nil {
			return s, errDown
		}
		l.b.o.Log.Error("outbox cannot be read", "stream", l.stream, "err", err)
	}
	if len(pending) == 0 && !refilled && l.flight.count() == 0 {
		return s, nil
	}
	if known := l.known.Load(); known > 0 {
		return s, l.learnFrom(c, s, min(known, floor)+1)
	}
	var oldest uint64
	if len(pending) > 0 {
		oldest = pending[0].Seq
	}
	return s, l.learnBack(c.ctx, s, oldest, first)
}

// learnFrom looks at everything from start on. Where the same server may still be storing what an earlier connection
// brought, it looks again until nothing more appears.
func (l *lane) learnFrom(c *connection, s *seen, start uint64) error {
	for until, was := time.Now().Add(settleMax), -1; ; was = s.found {
		if err := l.scan(c.ctx, s, max(start, s.last+1), 0); err != nil {
			return err
		}
		if l.server != c.server || s.found == was || l.flight.unsettled(c.epoch) == 0 || time.Now().After(until) {
			return nil
		}
		if err := sleep(c, settleStep); err != nil {
			return err
		}
	}
}

// learnBack is for the first connection of a process: how much its predecessor sent without noting the
// acknowledgement is not known. It looks further and further back until it meets a message that is older than all
// that is unacknowledged; acknowledgements come in the order of the stream.
func (l *lane) learnBack(ctx context.Context, s *seen, oldest, first uint64) error {
	first = max(first, 1)
	end := uint64(0)
	for back := uint64(scanBack); ; back *= scanWiden {
		start := first
		if s.floor > back+first {
			start = s.floor - back
		}
		if err := l.scan(ctx, s, start, end); err != nil {
			return err
		}
		if start == first || s.least < oldest {
			return nil
		}
		end = start
	}
}

// scan acknowledges what the stream has of ours from start on, up to but not including end if that is not 0.
func (l *lane) scan(ctx context.Context, s *seen, start, end uint64) error {
	subject := l.b.o.Room.Reading("*")
	if l.class == wire.ClassAlert {
		subject = l.b.o.Room.Everything()
	}
	for {
		msgs, err := l.direct(ctx, broker.Question{Start: start, NextOf: subject, Batch: scanBatch})
		if err != nil {
			return err
		}
		for _, m := range msgs {
			if end != 0 && m.Seq >= end {
				return nil
			}
			start = m.Seq + 1
			l.meet(s, m)
		}
		if len(msgs) < scanBatch {
			return nil
		}
	}
}

func (l *lane) meet(s *seen, m broker.Stored) {
	s.last = max(s.last, m.Seq)
	seq, ok := seqOf(m.ID)
	if !ok || !l.own(m.ID) {
		return
	}
	s.least = min(s.least, seq)
	s.found++
	flew, told := l.flight.found(m.ID, m.Seq)
	if flew {
		l.b.count.found.Add(1)
	}
	if told && m.Seq > s.floor {
		s.reopened++
	}
	l.b.o.Outbox.Acknowledge(l.class, m.ID, m.Seq)
}

// own reports whether an id is of this room's agent, of this process or of an earlier one.
func (l *lane) own(id string) bool {
	return strings.HasPrefix(id, l.b.o.Room.Room+"-")
}

func seqOf(id string) (uint64, bool) {
	seq, err := strconv.ParseUint(id[strings.LastIndexByte(id, '-')+1:], 10, 64)
	return seq, err == nil
}

// wrap keeps the cause of a failed question to the stream.
func (l *lane) wrap(err error) error { return fmt.Errorf("bus: direct get of %s: %w", l.stream, err) }
