package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/wire"
)

const site = "chaos"

// event is a stored message of a room as somebody has it.
type event struct {
	wire.Header
	Subject    string
	Device     string                 `json:"device"`
	Condition  string                 `json:"condition"`
	Occurrence string                 `json:"occurrence"`
	Event      string                 `json:"event"`
	State      string                 `json:"state"`
	Kind       string                 `json:"kind"`
	Values     map[string]wire.Number `json:"values"`

	Heard  time.Time // by the live subscription; zero if it was not
	Stored uint64    // number in the stream; 0 in a record
	Got    time.Time // by the consumer, first
	Times  int       // how often the live subscription heard it
}

func decode(subject string, payload []byte) (event, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return e, fmt.Errorf("chaos: payload on %s: %w", subject, err)
	}
	e.Subject = subject
	return e, nil
}

func (e *event) alert() bool   { return strings.Contains(e.Subject, ".alert.") }
func (e *event) reading() bool { return strings.Contains(e.Subject, ".reading.") }
func (e *event) class() string {
	if e.reading() {
		return wire.StreamReadings
	}
	return wire.StreamAlerts
}

// witness hears everything as a receiver of the contract would, by a connection of its own that no plan hurts: live, and by a
// consumer of each stream. It goes on through every restart of the server.
type witness struct {
	nc   *nats.Conn
	wait sync.WaitGroup
	stop context.CancelFunc

	mu       sync.Mutex
	events   map[string]*event // by id
	twice    []string          // stored under two numbers
	statuses map[string]*wire.Status
	beats    map[string][]time.Time // of the heartbeats of each room
	failed   error

	alerts chan wire.Alert // for the nurse
}

func newWitness(url string) (*witness, error) {
	nc, err := nats.Connect(url, nats.Name("chaos witness"), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond),
		nats.RetryOnFailedConnect(true), nats.PingInterval(2*time.Second))
	if err != nil {
		return nil, err
	}
	w := &witness{
		nc: nc, events: map[string]*event{}, statuses: map[string]*wire.Status{}, beats: map[string][]time.Time{},
		alerts: make(chan wire.Alert, 1024),
	}
	if _, err := nc.Subscribe(wire.Prefix+"."+site+".>", w.live); err != nil {
		nc.Close()
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	for _, stream := range []string{wire.StreamAlerts, wire.StreamReadings} {
		w.wait.Go(func() { w.consume(ctx, stream) })
	}
	return w, nil
}

func (w *witness) close() error {
	w.stop()
	w.wait.Wait()
	w.nc.Close()
	return w.failed
}

// live takes a message of the core subscription.
func (w *witness) live(m *nats.Msg) {
	now := time.Now()
	word := strings.Split(m.Subject, ".")
	if len(word) < 5 {
		return
	}
	switch word[4] {
	case "status":
		w.status(now, m)
	case "alert", "session", "reading", "receipt":
		w.take(m.Subject, m.Data, func(e *event) {
			e.Times++
			if e.Heard.IsZero() {
				e.Heard = now
				w.tellNurse(m)
			}
		})
	}
}

func (w *witness) status(now time.Time, m *nats.Msg) {
	s := new(wire.Status)
	err := json.Unmarshal(m.Data, s)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.failed = errors.Join(w.failed, fmt.Errorf("chaos: status: %w", err))
		return
	}
	w.statuses[s.Room] = s
	w.beats[s.Room] = append(w.beats[s.Room], now)
}

// tellNurse hands on what is new; a nurse who is too slow hears it again in the next status.
func (w *witness) tellNurse(m *nats.Msg) {
	var a wire.Alert
	if !strings.Contains(m.Subject, ".alert.") || json.Unmarshal(m.Data, &a) != nil {
		return
	}
	select {
	case w.alerts <- a:
	default:
	}
}

// take enters a message.
func (w *witness) take(subject string, payload []byte, note func(*event)) {
	e, err := decode(subject, payload)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.failed = errors.Join(w.failed, err)
		return
	}
	known := w.events[e.ID]
	if known == nil {
		known = &e
		w.events[e.ID] = known
	}
	note(known)
}

// consume reads a stream from its beginning, again and again where the server was away.
func (w *witness) consume(ctx context.Context, stream string) {
	js, err := jetstream.New(w.nc)
	if err != nil {
		w.fail(err)
		return
	}
	var last uint64
	for ctx.Err() == nil {
		if err := w.fetch(ctx, js, stream, &last); err != nil {
			pause(ctx, 100*time.Millisecond) // no server, or no stream yet: the end of the run says what is missing
		}
	}
}

// fetch reads until something fails. Where the reading goes on is kept here, not at the server.
func (w *witness) fetch(ctx context.Context, js jetstream.JetStream, stream string, last *uint64) error {
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	c, err := js.CreateConsumer(short, stream, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: *last + 1, AckPolicy: jetstream.AckNonePolicy,
		InactiveThreshold: 10 * time.Second, MemoryStorage: true,
	})
	cancel()
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		batch, err := c.Fetch(512, jetstream.FetchMaxWait(500*time.Millisecond))
		if err != nil {
			return err
		}
		for m := range batch.Messages() {
			meta, err := m.Metadata()
			if err != nil {
				return err
			}
			now, n := time.Now(), meta.Sequence.Stream
			if n != *last+1 && *last > 0 {
				return fmt.Errorf("chaos: %s: number %d after %d", stream, n, *last)
			}
			*last = n
			w.take(m.Subject(), m.Data(), func(e *event) { w.store(e, n, now) })
		}
		if err := batch.Error(); err != nil {
			return err
		}
	}
	return nil
}

// store notes the place in the stream. The caller holds mu.
func (w *witness) store(e *event, n uint64, now time.Time) {
	if e.Stored != 0 && e.Stored != n {
		w.twice = append(w.twice, fmt.Sprintf("%s under %d and %d", e.ID, e.Stored, n))
		return
	}
	e.Stored = n
	if e.Got.IsZero() {
		e.Got = now
	}
}

func (w *witness) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = errors.Join(w.failed, err)
}

// outbox returns what the room said last of what the server has not acknowledged, and when.
func (w *witness) outbox(room string) (waiting int, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	beats := w.beats[room]
	if len(beats) == 0 {
		return -1, time.Time{}
	}
	return w.statuses[room].Outbox, beats[len(beats)-1]
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
