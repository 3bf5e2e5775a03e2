package chaos

import (
	"context"
	"errors"
	"maps"
	"os/exec"
	"time"

	"bedside/agent/record"
)

// stationReady is how long a station needs, after its start or the server's, until it hears the rooms; our choice.
const stationReady = 3 * time.Second

// facts gathers what is known of a room.
func (r *run) facts(ctx context.Context, room *room) (*facts, error) {
	f := &facts{
		name: room.name, course: newCourse(r.o.Seed, room.number), epoch: r.epoch, end: r.end,
		heard: r.witness.of(room.name), truth: map[string][]sentence{}, devices: map[string][]span{},
		agentUp: room.agent.up.spans(true, r.epoch, r.end),
		path:    both(r.broker.up.spans(true, r.epoch, r.end), room.carried.spans(true, r.epoch, r.end)),
		delayed: room.delayed.spans(true, r.epoch, r.end),
		full:    room.full.spans(false, r.epoch, r.end),
	}
	f.tile = room.tile
	well := both(r.station.up.spans(true, r.epoch, r.end), r.broker.up.spans(true, r.epoch, r.end))
	f.station = widen(well, -stationReady, 0)
	r.station.mu.Lock()
	if h := r.station.silent[room.name]; h != nil {
		f.silent = both(h.spans(false, h.changes[0].at, r.end), r.station.up.spans(true, r.epoch, r.end))
	}
	f.shownAt = r.station.shown
	r.station.mu.Unlock()
	r.witness.mu.Lock()
	f.beats = append([]time.Time(nil), r.witness.beats[room.name]...)
	r.witness.mu.Unlock()
	for name, d := range room.devices {
		f.devices[name] = d.plugged.spans(true, r.epoch, r.end)
		var err error
		if f.truth[name], err = readTruth(d.truth); err != nil {
			return nil, err
		}
	}
	var err error
	f.recorded, err = readRecord(ctx, room.record())
	return f, err
}

// readRecord returns all events of a record.
func readRecord(ctx context.Context, path string) (all []event, err error) {
	reader, err := record.OpenReader(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for after := uint64(0); ; {
		batch, err := reader.Events(ctx, after, 1000)
		if err != nil || len(batch) == 0 {
			return all, err
		}
		for i := range batch {
			e, err := decode(batch[i].Subject, batch[i].Payload)
			if err != nil {
				return nil, err
			}
			all, after = append(all, e), e.Seq
		}
	}
}

// prove lets the program verify the record of a room, and an earlier state of it nobody has: the chain alone is judged.
func (r *run) prove(ctx context.Context, room *room) {
	out, err := exec.CommandContext(ctx, r.o.Binary, "record", "verify", room.record()).CombinedOutput()
	if err != nil {
		r.verdict.wrong(room.name, "record", "not proven: %v: %s", err, out)
	}
}

// of returns what was heard of a room.
func (w *witness) of(room string) map[string]*event {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := maps.Clone(w.events)
	maps.DeleteFunc(events, func(_ string, e *event) bool { return e.Room != room })
	return events
}
