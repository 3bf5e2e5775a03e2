package broker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/wire"
)

// Bounds of the guard, our choice: after an outage all rooms ask at once.
const (
	guardWorkers = 8    // questions answered at once
	guardBatch   = 1024 // messages in one answer
	guardLast    = 16   // subjects in one question
)

var (
	errUnreadable = errors.New("the question cannot be read")
	errForeign    = errors.New("the question is about what is not the room's own")
)

// guard begins to answer the rooms' questions about their own messages. JetStream itself would answer any question about
// all rooms, and could be told to send the answer to a subject on which the room may not publish.
func (o *operator) guard() error {
	all := wire.Room{Site: "*", Room: "*"}
	for range guardWorkers {
		if _, err := o.nc.QueueSubscribe(GuardSubject(all, "*", "*"), "guard", o.answer); err != nil {
			return fmt.Errorf("guard: %w", err)
		}
	}
	return o.nc.Flush()
}

// answer is called by the client on one of the workers' goroutines.
func (o *operator) answer(m *nats.Msg) {
	part := strings.Split(m.Subject, ".") // _bedside guard SITE ROOM ASK STREAM, as the server's accounts have it
	if m.Reply == "" || len(part) != 6 {
		return
	}
	room, ask, stream := wire.Room{Site: part[2], Room: part[3]}, part[4], part[5]
	var err error
	if ask == AskInfo {
		err = o.info(m, stream)
	} else {
		err = o.get(m, room, stream)
	}
	if err == nil || o.working.Err() != nil {
		return
	}
	o.log.Warn("a room's question about its messages is not answered", "room", room.Room, "stream", stream, "err", err)
	refusal := nats.Header{headerStatus: {statusBad}, headerDescription: {"the station does not answer this question"}}
	if err := m.RespondMsg(&nats.Msg{Header: refusal}); err != nil {
		o.log.Debug("refusal of a question", "err", err)
	}
}

// info does not pass the question on: it could ask for the subjects of all rooms.
func (o *operator) info(m *nats.Msg, stream string) error {
	ctx, cancel := context.WithTimeout(o.working, apiTime)
	defer cancel()
	got, err := o.nc.RequestWithContext(ctx, JetStream.Info(stream), nil)
	if err != nil {
		return err
	}
	return m.Respond(got.Data)
}

// get answers with the ids and sequences of the room's own messages.
func (o *operator) get(m *nats.Msg, room wire.Room, stream string) error {
	var q Question
	d := json.NewDecoder(bytes.NewReader(m.Data))
	d.DisallowUnknownFields()
	if d.Decode(&q) != nil || (len(q.LastOf) == 0) == (q.NextOf == "") || len(q.LastOf) > guardLast {
		return errUnreadable
	}
	own := strings.TrimSuffix(room.Everything(), ">")
	foreign := func(subject string) bool { return !strings.HasPrefix(subject, own) }
	if q.NextOf != "" && foreign(q.NextOf) || slices.ContainsFunc(q.LastOf, foreign) {
		return errForeign
	}
	if q.NextOf != "" {
		q.Batch = min(max(q.Batch, 1), guardBatch)
	}
	found, err := Look(o.working, o.nc, JetStream, stream, q)
	if err != nil {
		return err
	}
	for _, one := range found {
		h := nats.Header{jetstream.SequenceHeader: {strconv.FormatUint(one.Seq, 10)}, nats.MsgIdHdr: {one.ID}}
		if err := m.RespondMsg(&nats.Msg{Header: h}); err != nil {
			return err
		}
	}
	return m.RespondMsg(&nats.Msg{Header: nats.Header{headerStatus: {statusEnd}}})
}
