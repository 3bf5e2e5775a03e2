package console

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"bedside/agent/wire"
)

const (
	// screenLives is how long a page's word holds. It says so every three seconds, as a station does of its screens (alarms.md
	// section 8: lease 10 s, renewed every 3 s).
	screenLives = 10 * time.Second
	// mostScreens bounds the pages of a room that are kept; our choice, far above any real room.
	mostScreens = 64
)

// audible are the pages of a room that can be heard. A page in the background sounds as well, so it counts.
type audible struct {
	mu   sync.Mutex
	list map[string]time.Time // last word of each
}

func (a *audible) sign(now time.Time, id string, sound bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.prune(now)
	if !sound {
		delete(a.list, id)
		return
	}
	if a.list == nil {
		a.list = make(map[string]time.Time)
	}
	if _, known := a.list[id]; known || len(a.list) < mostScreens {
		a.list[id] = now
	}
}

func (a *audible) count(now time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.prune(now)
	return len(a.list)
}

func (a *audible) prune(now time.Time) {
	for id, at := range a.list {
		if now.Sub(at) > screenLives {
			delete(a.list, id)
		}
	}
}

// Audible returns how many pages have said within the last ten seconds that they can be heard.
func (c *Console) Audible() int { return c.audible.count(time.Now()) }

// screen takes a page's word whether it can be heard.
func (c *Console) screen(w http.ResponseWriter, r *http.Request) {
	if sign, ok := signOf(w, r); ok {
		c.audible.sign(time.Now(), sign.ID, sign.Sound)
		writeReply(w, wire.Reply{OK: true})
	}
}

// signOf reads what a page says of itself, or answers that it cannot be read.
func signOf(w http.ResponseWriter, r *http.Request) (ScreenSign, bool) {
	var sign ScreenSign
	body, ok := readBody(w, r)
	if !ok {
		return sign, false
	}
	if err := json.Unmarshal(body, &sign); err != nil || sign.ID == "" || len(sign.ID) > maxScreenID {
		writeReply(w, wire.Reply{Code: "bad_request", Text: "a screen says its id, whether it is visible and whether it can be heard"})
		return sign, false
	}
	return sign, true
}
