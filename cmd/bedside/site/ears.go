package site

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/wire"
)

// latencies are collected from several goroutines.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

// take returns what was collected, and begins anew.
func (l *latencies) take() Spread {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := spread(l.all)
	l.all = nil
	return s
}

// Spread is how long something took, in milliseconds.
type Spread struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
}

func spread(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	ms := func(i int) float64 { return float64(all[i].Microseconds()) / 1000 }
	return Spread{len(all), ms(len(all) / 2), ms(len(all) * 99 / 100), ms(len(all) - 1)}
}

// hear takes the time of every alert that arrives at a listener of its own.
func hear(url string, l *latencies) (*nats.Conn, error) {
	nc, err := nats.Connect(url, nats.Name("bench witness"), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		return nil, err
	}
	_, err = nc.Subscribe(wire.Room{Site: siteName, Room: "*"}.Alert("*"), func(m *nats.Msg) {
		now := time.Now()
		var h wire.Header
		if json.Unmarshal(m.Data, &h) == nil {
			l.add(now.Sub(h.At.Time))
		}
	})
	if err != nil {
		nc.Close()
		return nil, err
	}
	return nc, nc.Flush()
}

// screen takes the time of every alert that arrives at a nurse's screen: the station's server-sent events.
func screen(ctx context.Context, page string, l *latencies, bytesOf func(int)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page+"/api/v1/events", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read only
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 64<<20)
	alarm := false
	for lines.Scan() {
		now, line := time.Now(), lines.Bytes()
		bytesOf(len(line) + 1)
		if word, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			alarm = string(word) == "alarm"
			continue
		}
		data, ok := bytes.CutPrefix(line, []byte("data: "))
		if !ok || !alarm {
			continue
		}
		var said struct{ Alert wire.Header }
		if json.Unmarshal(data, &said) == nil && !said.Alert.At.IsZero() {
			l.add(now.Sub(said.Alert.At.Time))
		}
	}
	return lines.Err()
}
