package station

import (
	"encoding/json"
	"sync"
	"time"

	"bedside/agent/wire"
)

// screens are the pages that show the board now.
type screens struct {
	o    *Options
	mu   sync.Mutex
	list map[string]screen
}

type screen struct {
	visible, sound bool
	at             time.Time
}

// sign takes a page's sign of life, and reports whether somebody sees or hears it who did not before, or the other way.
func (s *screens) sign(id string, visible, sound bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Clock.Now()
	if s.list == nil {
		s.list = make(map[string]screen)
	}
	before, known := s.list[id]
	if !known && len(s.list) >= mostScreens {
		s.prune(now)
		if len(s.list) >= mostScreens {
			return false
		}
	}
	s.list[id] = screen{visible, sound, now}
	return before.live(now) != visible || before.sound != sound
}

func (s screen) live(now time.Time) bool { return s.visible && now.Sub(s.at) <= screenLives }

func (s *screens) prune(now time.Time) {
	for id, page := range s.list {
		if now.Sub(page.at) > screenLives {
			delete(s.list, id)
		}
	}
}

// count returns how many screens are on, and how many of them can be heard.
func (s *screens) count() (on, sound int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Clock.Now()
	s.prune(now)
	for _, page := range s.list {
		if page.live(now) {
			on++
			if page.sound {
				sound++
			}
		}
	}
	return on, sound
}

// peers are the other stations of the site.
type peers struct {
	mu   sync.Mutex
	list map[string]peer
}

type peer struct {
	boot    string
	screens int
	at      time.Time
}

// heard takes a station's heartbeat, and returns what people have acknowledged there; our own comes back to us, and counts for
// nothing.
func (p *peers) heard(now time.Time, own string, payload []byte) []wire.SeenAlert {
	var s wire.StationStatus
	if json.Unmarshal(payload, &s) != nil || !wire.ValidToken(s.Station) || s.Boot == own {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.list == nil {
		p.list = make(map[string]peer)
	}
	if _, known := p.list[s.Station]; known || len(p.list) < mostPeers {
		p.list[s.Station] = peer{boot: s.Boot, screens: s.Screens, at: now}
	}
	return s.Seen
}

// now lists the stations that are heard, by name.
func (p *peers) now(now time.Time) []wire.Peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []wire.Peer
	for name, s := range p.list {
		age := now.Sub(s.at)
		if age > peerLives {
			delete(p.list, name)
			continue
		}
		list = append(list, wire.Peer{Station: name, Screens: s.screens, AgeMS: age.Milliseconds()})
	}
	sortPeers(list)
	return list
}

// there reports whether a station is heard.
func (p *peers) there(now time.Time, station string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, known := p.list[station]
	return known && now.Sub(s.at) <= peerLives
}
