package chaos

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"bedside/agent/wire"
	"bedside/cmd/bedside/child"
)

// lookEvery is how often the station's board is looked at; our choice, against limits of seconds.
const lookEvery = 300 * time.Millisecond

// station is the nurses' station of a run, with somebody who looks at its board and hears its alarms.
type station struct {
	*part
	client http.Client

	mu     sync.Mutex
	page   string // where it is; "" while it is not there
	board  wire.Board
	silent map[string]*history        // by room: well while the board does not say that it is silent
	shown  map[string][]time.Time     // by id of an alert's message: when a screen was told
	lives  map[string]map[string]bool // by page: the ids told on it
	twice  []string                   // told twice on one screen
}

func newStation(o *Options, url string) (*station, error) {
	dir := filepath.Join(o.Dir, "station")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "station.yaml")
	text := fmt.Sprintf("site: %s\nstation: desk\nnats: {url: %q}\nconsole: {listen: \"127.0.0.1:0\"}\nrecord: {path: %s}\n",
		site, url, filepath.Join(dir, "record.db"))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return &station{
		part: &part{Process: child.Process{
			Name: "station", Binary: o.Binary, Ready: " is station ", LogFile: filepath.Join(dir, "station.log"),
			Args: func() []string { return []string{"station", "--config", file} },
		}},
		client: http.Client{Timeout: 0}, silent: map[string]*history{}, shown: map[string][]time.Time{}, lives: map[string]map[string]bool{},
	}, nil
}

func (s *station) begin(ctx context.Context) error {
	if err := s.start(ctx); err != nil {
		return err
	}
	m := regexp.MustCompile(`board (http://[^ ,]+)`).FindStringSubmatch(s.Said())
	if m == nil {
		return fmt.Errorf("chaos: the station does not say where its board is: %q", s.Said())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = m[1]
	return nil
}

func (s *station) crash() error {
	s.mu.Lock()
	s.page = ""
	s.mu.Unlock()
	return s.kill()
}

func (s *station) where() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.page
}

// look watches the board and hears alarms until ctx ends.
func (s *station) look(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() {
		for ctx.Err() == nil {
			if err := s.ask(ctx); err != nil {
				pause(ctx, lookEvery) // it was killed, or begins
			}
			pause(ctx, lookEvery)
		}
	})
	both.Go(func() {
		for ctx.Err() == nil {
			if err := s.listen(ctx); err != nil {
				pause(ctx, lookEvery)
			}
		}
	})
	both.Wait()
}

// errAway means that there is no station to ask.
var errAway = errors.New("chaos: no station")

func (s *station) get(ctx context.Context, path string) (*http.Response, string, error) {
	page := s.where()
	if page == "" {
		return nil, "", errAway
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page+path, nil)
	if err != nil {
		return nil, "", err
	}
	resp, err := s.client.Do(req)
	return resp, page, err
}

// ask looks at the board once.
func (s *station) ask(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	resp, _, err := s.get(short, "/api/v1/board")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read only
	var b wire.Board
	if err := json.NewDecoder(resp.Body).Decode(&b); err != nil {
		return err
	}
	silent := map[string]bool{}
	for i := range b.Alerts {
		if b.Alerts[i].Condition == "agent_silent" && b.Alerts[i].State == "active" {
			silent[b.Alerts[i].Room] = true
		}
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.board = b
	for i := range b.Rooms {
		name := b.Rooms[i].Room
		if s.silent[name] == nil {
			s.silent[name] = &history{}
		}
		s.silent[name].mark(now, !silent[name])
	}
	return nil
}

// listen hears alarms as a screen does, until the connection ends.
func (s *station) listen(ctx context.Context) error {
	resp, page, err := s.get(ctx, "/api/v1/events")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read only
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 16<<20)
	word := ""
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			word = name
		}
		if data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok && word == "alarm" {
			s.hear(page, data)
		}
	}
	return lines.Err()
}

func (s *station) hear(page string, data []byte) {
	var said struct{ Alert wire.Alert }
	if json.Unmarshal(data, &said) != nil || said.Alert.ID == "" {
		return
	}
	now, id := time.Now(), said.Alert.ID
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lives[page] == nil {
		s.lives[page] = map[string]bool{}
	}
	if s.lives[page][id] {
		s.twice = append(s.twice, id)
	}
	s.lives[page][id] = true
	s.shown[id] = append(s.shown[id], now)
}

// tile returns what the board says of a room, nil if nothing.
func (s *station) tile(room string) *wire.Tile {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.board.Rooms {
		if s.board.Rooms[i].Room == room {
			return &s.board.Rooms[i]
		}
	}
	return nil
}
