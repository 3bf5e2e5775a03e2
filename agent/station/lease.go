package station

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"bedside/agent/station/board"
	"bedside/agent/wire"
)

func sortPeers(list []wire.Peer) {
	slices.SortFunc(list, func(a, b wire.Peer) int { return cmp.Compare(a.Station, b.Station) })
}

// renew tells every room that is heard, every three seconds and whenever it has changed, who watches it. It also tells the
// other stations that this one is there. When a whole site appears at once, each room wants its lease at once: they share
// renewals that are a moment apart, so that the work grows with the rooms and not with their square.
func (s *Station) renew(ctx context.Context) error {
	every := s.o.Clock.Real(leaseEvery)
	lease := time.NewTicker(every)
	defer lease.Stop()
	beat := time.NewTicker(s.o.Clock.Real(beatEvery))
	defer beat.Stop()
	for {
		s.loops.lease.Turn(every)
		select {
		case <-ctx.Done():
			return nil
		case <-s.lease:
			s.watch()
			if !s.o.Clock.Sleep(ctx, leaseApart) {
				return nil
			}
		case <-lease.C:
			s.watch()
		case <-beat.C:
			s.beat()
		}
	}
}

// watch renews the lease in every room. It asks for no answer: a room that does not take it says so by its own alerts, and
// the next one comes in three seconds.
func (s *Station) watch() {
	if !s.up.Load() {
		return
	}
	s.mu.Lock()
	rooms := s.board.Rooms()
	s.mu.Unlock()
	on, sound := s.screens.count()
	for _, r := range rooms {
		if r.Link == board.LinkSilent {
			continue
		}
		payload, err := json.Marshal(wire.Watch{By: s.address.Station, Screens: on, Sound: sound, Duty: s.duties.of(s.now(), r.Room)})
		if err != nil {
			s.o.Log.Error("station: lease cannot be encoded", "err", err)
			return
		}
		if err := s.nc.Publish(s.room(r.Room).CommandFrom(wire.VerbWatch, s.address.Station), payload); err != nil {
			s.o.Log.Debug("station: lease", "room", r.Room, "err", err)
			return
		}
	}
}

func (s *Station) room(name string) wire.Room { return wire.Room{Site: s.address.Site, Room: name} }

func (s *Station) beat() {
	if !s.up.Load() {
		return
	}
	around := s.surroundings()
	s.mu.Lock()
	seen := s.board.Seen()
	s.mu.Unlock()
	payload, err := json.Marshal(wire.StationStatus{
		V: wire.Version, At: wire.Time{Time: s.now()}, Boot: s.boot, Site: s.address.Site, Station: s.address.Station, Version: s.o.Version,
		Screens: around.Screens, Sound: around.Sound, Rooms: around.Rooms, Silent: around.Silent, Channels: s.notifier.States(), Seen: seen,
	})
	if err != nil {
		s.o.Log.Error("station: heartbeat cannot be encoded", "err", err)
		return
	}
	if err := s.nc.Publish(s.address.Status(), payload); err != nil {
		s.o.Log.Debug("station: heartbeat", "err", err)
	}
}
