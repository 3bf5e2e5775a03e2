package station

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"bedside/agent/wire"
)

// receipts are messages of alerts that pages have painted and that their rooms do not know of yet.
type receipts struct {
	o     *Options
	mu    sync.Mutex
	rooms map[string]*waiting
}

// waiting is what waits for one room.
type waiting struct {
	ids   []shown
	due   time.Time // not before then
	asked bool      // a request is under way
}

type shown struct {
	id      string
	since   time.Time
	screens map[string]struct{}
}

// add notes that a screen has painted messages.
func (r *receipts) add(room string, ids []string, screen string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rooms == nil {
		r.rooms = make(map[string]*waiting)
	}
	w := r.rooms[room]
	if w == nil {
		w = &waiting{}
		r.rooms[room] = w
	}
	now := r.o.Clock.Now()
	for _, id := range ids {
		at := slices.IndexFunc(w.ids, func(s shown) bool { return s.id == id })
		if at < 0 {
			if id == "" || len(w.ids) >= mostShown {
				continue
			}
			at = len(w.ids)
			w.ids = append(w.ids, shown{id: id, since: now, screens: make(map[string]struct{})})
		}
		w.ids[at].screens[screen] = struct{}{}
	}
}

// batch is one request.
type batch struct {
	room    string
	ids     []string
	screens int
}

// take returns what is due, one batch for each room, at most so many.
func (r *receipts) take(limit int) []batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.o.Clock.Now()
	var out []batch
	for room, w := range r.rooms {
		w.ids = slices.DeleteFunc(w.ids, func(s shown) bool { return now.Sub(s.since) > receiptTries })
		if len(w.ids) == 0 && !w.asked {
			delete(r.rooms, room)
			continue
		}
		if w.asked || len(w.ids) == 0 || now.Before(w.due) || len(out) >= limit {
			continue
		}
		b := batch{room: room}
		for _, s := range w.ids[:min(len(w.ids), shownAtOnce)] {
			b.ids = append(b.ids, s.id)
			b.screens = max(b.screens, len(s.screens))
		}
		w.asked = true
		out = append(out, b)
	}
	return out
}

// done ends a request. What was not answered is tried again in a second.
func (r *receipts) done(b *batch, answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.rooms[b.room]
	if w == nil {
		return
	}
	w.asked = false
	if !answered {
		w.due = r.o.Clock.Now().Add(time.Second)
		return
	}
	w.ids = slices.DeleteFunc(w.ids, func(s shown) bool { return slices.Contains(b.ids, s.id) })
}

// sendReceipts tells rooms what screens have painted, gathered for a moment, again and again until they answer or it is
// over.
func (s *Station) sendReceipts(ctx context.Context) error {
	every := s.o.Clock.Real(batchEvery)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var group sync.WaitGroup
	defer group.Wait()
	slots := make(chan struct{}, askAtOnce)
	for {
		s.loops.receipts.Turn(every)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if !s.up.Load() {
			continue
		}
		for _, b := range s.receipts.take(askAtOnce - len(slots)) {
			slots <- struct{}{}
			group.Go(func() {
				s.receipts.done(&b, s.sendReceipt(ctx, &b))
				<-slots
			})
		}
	}
}

// sendReceipt reports whether the room has answered, whatever it said: a receipt that it refuses is not worth repeating.
func (s *Station) sendReceipt(ctx context.Context, b *batch) bool {
	payload, err := json.Marshal(wire.Request{By: s.address.Station, Shown: b.ids, Screens: b.screens})
	if err != nil {
		s.o.Log.Error("station: receipt cannot be encoded", "err", err)
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, receiptWait)
	defer cancel()
	answer, err := s.nc.RequestWithContext(ctx, s.room(b.room).CommandFrom(wire.VerbReceipt, s.address.Station), payload)
	if err != nil {
		s.o.Log.Debug("station: receipt", "room", b.room, "err", err)
		return false
	}
	var reply wire.Reply
	if err := json.Unmarshal(answer.Data, &reply); err != nil || !reply.OK {
		s.o.Log.Warn("station: a room does not take a receipt", "room", b.room, "err", reply.Text)
	}
	return true
}
