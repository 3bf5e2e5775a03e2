package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/alive"
	"bedside/agent/broker"
	"bedside/agent/station/board"
	"bedside/agent/wire"
)

// subscribe listens to all rooms. Waves stay where they are: no tile shows them. Readings have a queue of their own, so that
// no alert waits behind them; the board minds no order.
func (s *Station) subscribe() error {
	all := wire.Room{Site: s.address.Site, Room: "*"}
	for _, sub := range []struct {
		subject string
		to      chan *nats.Msg
	}{
		{all.Alert("*"), s.urgent},
		{all.Status(), s.urgent},
		{all.Session(), s.urgent},
		{all.Receipt(), s.urgent},
		{all.Reading("*"), s.readings},
	} {
		if _, err := s.nc.ChanSubscribe(sub.subject, sub.to); err != nil {
			return fmt.Errorf("station: subscribe to %s: %w", sub.subject, err)
		}
	}
	peers := wire.Station{Site: s.address.Site, Station: "*"}
	if _, err := s.nc.Subscribe(peers.Status(), s.hearPeer); err != nil {
		return fmt.Errorf("station: subscribe to stations: %w", err)
	}
	return nil
}

func (s *Station) hearPeer(m *nats.Msg) {
	if seen := s.peers.heard(s.now(), s.boot, m.Data); len(seen) > 0 {
		s.step(board.Seen(seen))
	}
}

// connection is told by the client when the broker comes and goes.
func (s *Station) connection(up bool, why string) {
	s.up.Store(up)
	s.step(board.Connection{Up: up, Why: why})
	if up {
		s.o.Log.Info("station: connected")
		wake(s.connected)
		wake(s.lease)
		return
	}
	s.o.Log.Warn("station: the message server is not reached", "err", why)
}

// trouble is told by the client what does not work although the broker is there. The client calls it from one goroutine.
func (s *Station) trouble(subject string, err error) {
	if errors.Is(err, nats.ErrSlowConsumer) {
		// Messages were dropped; the next heartbeat of each room heals the board. The client says it anew whenever a full
		// queue had room for one more message, so that one overrun would fill the log.
		s.metrics.Slow()
		now := s.now()
		if last, ok := s.overran[subject]; ok && now.Sub(last) < overranEvery {
			return
		}
		s.overran[subject] = now
	}
	s.o.Log.Warn("station: NATS", "subject", subject, "err", err)
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// hear takes what rooms say until ctx ends.
func (s *Station) hear(ctx context.Context) error {
	var group sync.WaitGroup
	group.Go(func() { s.hearQueue(ctx, s.urgent, s.loops.alerts) })
	group.Go(func() { s.hearQueue(ctx, s.readings, s.loops.readings) })
	group.Wait()
	return nil
}

func (s *Station) hearQueue(ctx context.Context, queue chan *nats.Msg, life *alive.Loop) {
	idle := time.NewTicker(turnEvery)
	defer idle.Stop()
	for {
		life.Turn(turnEvery)
		select {
		case <-ctx.Done():
			return
		case <-idle.C:
		case m := <-queue:
			s.take(m)
		}
	}
}

// take decodes a message before it takes the lock: most of the work is there.
func (s *Station) take(m *nats.Msg) {
	in, err := board.Decode(m.Subject, m.Data)
	s.metrics.Heard(err == nil)
	if err != nil {
		s.o.Log.Debug("station: message is not taken", "subject", m.Subject, "err", err)
		return
	}
	s.step(in)
}

// step tells the board something.
func (s *Station) step(in board.Input) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(s.board.Step(s.now(), in))
}

// tell does what the board's events ask for. The caller holds mu; nothing here waits.
func (s *Station) tell(events []board.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case board.Changed:
			if tile, ok := s.board.Tile(s.now(), e.Room); ok {
				s.console.Alarm(e.Room, e.Alert, tile)
			}
		case board.Past:
			s.metrics.Late()
		case board.Call:
			s.call(&e)
		case board.Over:
			s.over(&e)
		case board.Own:
			a := &e.Alert
			s.o.Log.Warn("station: alert", "event", a.Event, "condition", a.Condition, "room", a.Room, "text", a.Text)
			s.audit(&wire.Audit{
				Header: wire.Header{Room: a.Room}, Event: wire.AuditAlert, By: a.AcknowledgedBy, New: a.Event,
				Text: a.Condition + ", " + a.Priority + ": " + a.Text,
			})
		case board.Noted:
			s.noted(&e)
		}
	}
}

func (s *Station) noted(e *board.Noted) {
	s.o.Log.Info("station: room", "room", e.Room, "event", e.Kind, "text", e.Text)
	switch e.Kind {
	case board.NotedAppeared, board.NotedBack, board.NotedRestarted:
		wake(s.lease)
		s.tell(s.board.Step(s.now(), board.Assign{Room: e.Room, Duty: s.duties.of(s.now(), e.Room)}))
	case board.NotedForgotten:
		s.audit(&wire.Audit{Header: wire.Header{Room: e.Room}, Event: wire.AuditRoomForgotten, Text: e.Text})
	}
}

// tick lets time pass, and keeps the list of rooms for the next run.
func (s *Station) tick(ctx context.Context) error {
	every := s.o.Clock.Real(tickEvery)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	s.audit(&wire.Audit{Event: wire.AuditStarted, New: s.o.Version})
	var saved time.Time
	for {
		s.loops.clock.Turn(every)
		select {
		case <-ctx.Done():
			s.save()
			s.audit(&wire.Audit{Event: wire.AuditStopped})
			return nil
		case <-ticker.C:
			s.duties.expire(s.now())
			s.step(board.Tick{})
			if now := s.now(); now.Sub(saved) >= saveEvery {
				saved = now
				s.save()
			}
		}
	}
}

func (s *Station) save() {
	s.mu.Lock()
	rooms := s.board.Save()
	s.mu.Unlock()
	b, err := json.Marshal(rooms)
	if err != nil {
		s.o.Log.Error("station: the list of rooms cannot be encoded", "err", err)
		return
	}
	s.keep(b)
}

// share makes what the stations and rooms of a site share on the broker, at every connection, and follows the duties.
func (s *Station) share(ctx context.Context) error {
	idle := time.NewTicker(turnEvery)
	defer idle.Stop()
	for {
		s.loops.duties.Turn(turnEvery)
		select {
		case <-ctx.Done():
			return nil
		case <-idle.C:
			continue
		case <-s.connected:
		}
		s.loops.duties.Turn(shareTurn)
		for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
			made, err := broker.EnsureStream(ctx, s.nc, broker.JetStream, broker.Stream(class, broker.Site))
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				s.o.Log.Warn("station: stream", "stream", class.Stream(), "err", err)
			case made.Differs != "":
				s.o.Log.Warn("station: stream is not as Bedside would make it, and stays as it is", "stream", class.Stream(), "differs", made.Differs)
			}
		}
		s.claims.open(ctx)
		s.duties.follow(ctx)
	}
}

// brokerHealth is told by the embedded server what does not work.
func (s *Station) brokerHealth(err error) {
	text := ""
	if err != nil {
		text = "The message server of the station does not work fully: " + err.Error()
	}
	s.step(board.Fault{Condition: "broker_failing", Title: "Message server fails", Priority: "medium", Text: text, On: err != nil})
}

// recordHealth is told by the record.
func (s *Station) recordHealth(err error) {
	text := ""
	if err != nil {
		text = "The station's record cannot be written: " + err.Error()
	}
	s.step(board.Fault{Condition: "log_write_fail", Title: "Record fails", Priority: "medium", Text: text, On: err != nil})
}
