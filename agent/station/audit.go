package station

import (
	"encoding/json"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// Audit puts an event into the station's record: what somebody did here. Header needs no more than the room, if it is about
// one; the rest is filled in. It never waits.
func (s *Station) Audit(a wire.Audit) { s.audit(&a) }

func (s *Station) audit(a *wire.Audit) {
	if s.store == nil {
		return
	}
	now := s.now()
	seq := s.audited.Add(1)
	a.Header = wire.Header{
		V: wire.Version, ID: wire.MessageID(s.address.Station, s.boot, seq), Seq: seq, At: wire.Time{Time: now}, Boot: s.boot,
		Site: s.address.Site, Room: a.Room, Mode: wire.Live,
	}
	payload, err := json.Marshal(a)
	if err != nil {
		s.o.Log.Error("station: event is not recorded, it cannot be encoded", "err", err)
		return
	}
	s.store.Append(record.Batch{Messages: []wire.Message{{
		ID: a.ID, Seq: seq, Class: wire.ClassAlert, Subject: s.address.Audit(), At: now, Payload: payload,
	}}})
}

// keep leaves the list of rooms for the next run.
func (s *Station) keep(rooms []byte) { s.store.Append(record.Batch{Snapshot: rooms}) }
