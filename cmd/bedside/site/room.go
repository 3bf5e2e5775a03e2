package site

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

// How a simulated room behaves: as an agent does (agent/bus, agent/monitor), with alerts often enough to be measured.
const (
	siteName     = "bench"
	readingEvery = time.Second
	statusEvery  = 5 * time.Second
	resendMost   = 256 // messages of a backlog that may be on their way at once
	resendEvery  = 10 * time.Second
	pingEvery    = 3 * time.Second
)

// room is one simulated room with a connection of its own.
type room struct {
	wire.Room
	boot   string
	nc     *nats.Conn
	rng    *rand.Rand
	site   *tally
	inbox  string
	since  time.Time
	opened int // alerts

	mu      sync.Mutex
	seq     uint64
	waiting []*message          // not acknowledged, in the order of seq
	byToken map[uint64]*message // of waiting
}

// message is one that the server has not acknowledged.
type message struct {
	*nats.Msg
	seq  uint64
	sent bool // on this connection
}

func newRoom(url string, number int, site *tally) (*room, error) {
	name := fmt.Sprintf("room-%d", number)
	r := &room{
		Room: wire.Room{Site: siteName, Room: name}, boot: fmt.Sprintf("%08x", number), site: site, since: time.Now(),
		rng: rand.New(rand.NewPCG(uint64(number), 0x73697465)), byToken: map[uint64]*message{},
		inbox: "_INBOX.bedside." + siteName + "." + name,
	}
	nc, err := nats.Connect(url, nats.Name("bench "+name), nats.CustomInboxPrefix(r.inbox), nats.MaxReconnects(-1),
		nats.ReconnectBufSize(-1), nats.PingInterval(pingEvery), nats.RetryOnFailedConnect(true), nats.Timeout(20*time.Second),
		nats.CustomReconnectDelay(func(int) time.Duration { return 100*time.Millisecond + rand.N(100*time.Millisecond) }),
		nats.ReconnectHandler(func(*nats.Conn) { r.again() }),
		// What a dying connection still says is no news: the backlog shows what did not arrive.
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	)
	if err != nil {
		return nil, err
	}
	r.nc = nc
	if _, err := nc.Subscribe(r.inbox+".ack.*", r.acknowledged); err != nil {
		return nil, err
	}
	for _, subject := range []string{r.Command("*"), r.CommandFrom("*", "*")} {
		if _, err := nc.Subscribe(subject, r.answer); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// answer takes every order, as a room does that a station watches.
func (r *room) answer(m *nats.Msg) {
	r.site.commands.Add(1)
	if m.Reply != "" && m.Respond([]byte(`{"ok":true}`)) != nil { // a lease wants no answer
		r.site.failures.Add(1)
	}
}

// live publishes until ctx ends, beginning at a moment of its own so that rooms do not speak in chorus.
func (r *room) live(ctx context.Context, alertEvery time.Duration) {
	start := time.NewTimer(time.Duration(r.rng.Int64N(int64(readingEvery))))
	defer start.Stop()
	select {
	case <-ctx.Done():
		return
	case <-start.C:
	}
	tick := time.NewTicker(readingEvery)
	defer tick.Stop()
	beat := r.rng.IntN(int(statusEvery / readingEvery))
	alert := 1 + r.rng.IntN(int(alertEvery/time.Second))
	for n := 0; ; n++ {
		now := time.Now()
		r.reading(now, "oximeter")
		r.reading(now, "monitor")
		if (n+beat)%int(statusEvery/readingEvery) == 0 {
			r.status(now)
		}
		if (n+alert)%int(alertEvery/time.Second) == 0 {
			r.alert(now)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (r *room) header(now time.Time) wire.Header {
	return wire.Header{
		V: wire.Version, ID: wire.MessageID(r.Room.Room, r.boot, r.seq), Seq: r.seq, At: wire.Time{Time: now},
		OffsetMS: now.Sub(r.since).Milliseconds(), Boot: r.boot, Site: r.Site, Room: r.Room.Room, Session: "K-" + r.boot, Mode: wire.Test,
	}
}

func (r *room) reading(now time.Time, device string) {
	reading := devices.Reading{At: now, Measurements: []devices.Measurement{
		{Vital: devices.PulseRate, Value: 65 + r.rng.IntN(15)}, {Vital: devices.SpO2, Value: 95 + r.rng.IntN(4)},
	}, Absences: []devices.Absence{{Vital: devices.PerfusionIndex, Reason: devices.NotMeasured}}}
	r.keep(r.Reading(device), func(h wire.Header) any { return wire.NewReading(h, device, "simulated", &reading) }, now)
}

func (r *room) alert(now time.Time) {
	a := r.ofAlert(now)
	event := alerts.Raised
	if a.State != alerts.Active {
		event = alerts.Ended
	}
	r.keep(r.Alert(a.Condition), func(h wire.Header) any { return wire.NewAlert(h, a, event.String(), "iv-ketamine@1") }, now)
}

// ofAlert is an alert that begins and ends in turn.
func (r *room) ofAlert(now time.Time) *alerts.Alert {
	state := alerts.Active
	if r.opened%2 == 1 {
		state = alerts.Inactive
	}
	r.opened++
	return &alerts.Alert{
		Occurrence: fmt.Sprintf("spo2_crit-%d", 1+(r.opened-1)/2), Condition: "spo2_crit", Title: "Critically low SpO2",
		Kind: alerts.Physiological, Priority: alerts.High, State: state, Since: now, HasValue: true, Vital: devices.SpO2,
		Value: 83, Limit: 85, Called: []string{"station"}, Text: "SpO2 83, limit 85",
	}
}

// keep publishes what the server has to acknowledge. The room's lock is held, so that messages leave in the order of seq.
func (r *room) keep(subject string, payload func(wire.Header) any, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	h := r.header(now)
	body, err := json.Marshal(payload(h))
	if err != nil {
		r.site.failures.Add(1)
		return
	}
	m := &message{seq: r.seq, Msg: &nats.Msg{
		Subject: subject, Reply: r.inbox + ".ack." + strconv.FormatUint(r.seq, 10), Data: body,
		Header: nats.Header{nats.MsgIdHdr: []string{h.ID}},
	}}
	r.waiting = append(r.waiting, m)
	r.byToken[m.seq] = m
	r.site.made.Add(1)
	r.send()
}

// send sends what may leave. The caller holds mu.
func (r *room) send() {
	for i, m := range r.waiting {
		if i >= resendMost {
			return
		}
		if m.sent {
			continue
		}
		if r.nc.PublishMsg(m.Msg) != nil {
			return // no connection: it goes again with the next one
		}
		m.sent = true
	}
}

// again is called by every new connection.
func (r *room) again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.waiting {
		m.sent = false
	}
	r.send()
}

func (r *room) acknowledged(m *nats.Msg) {
	token, err := strconv.ParseUint(m.Subject[strings.LastIndexByte(m.Subject, '.')+1:], 10, 64)
	if err != nil || strings.Contains(string(m.Data), `"error"`) || len(m.Data) == 0 {
		r.site.failures.Add(1)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byToken[token] == nil {
		return
	}
	delete(r.byToken, token)
	kept := r.waiting[:0]
	for _, w := range r.waiting {
		if w.seq != token {
			kept = append(kept, w)
		}
	}
	r.waiting = kept
	r.site.acked.Add(1)
	r.send()
}

// backlog is how many messages the server has not acknowledged.
func (r *room) backlog() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiting)
}
