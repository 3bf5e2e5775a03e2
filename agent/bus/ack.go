package bus

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
)

// errNoStream means that nobody stores what is published.
var errNoStream = errors.New("the broker has no JetStream, or no such stream")

// Error codes of the JetStream API, from the server's errors.json.
const codeTooLarge = 10054 // JSStreamMessageExceedsMaximumErr

const (
	headerStatus   = "Status"
	statusNoAnswer = "503" // nobody listens on the subject
)

// pubAck is what the broker answers to a stored message.
type pubAck struct {
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
	Error  *struct {
		Code    int    `json:"err_code"`
		Problem string `json:"description"`
	} `json:"error"`
}

// onAck is called by the client for every acknowledgement of the lane, one after the other.
func (l *lane) onAck(m *nats.Msg) {
	token, err := strconv.ParseUint(m.Subject[strings.LastIndexByte(m.Subject, '.')+1:], 10, 64)
	if err != nil {
		return // not from a broker: nobody else knows the inbox, and a made-up token acknowledges nothing
	}
	if len(m.Data) == 0 && m.Header.Get(headerStatus) == statusNoAnswer {
		l.nak(token, errNoStream)
		return
	}
	var ack pubAck
	err = json.Unmarshal(m.Data, &ack)
	switch {
	case err != nil:
		l.nak(token, fmt.Errorf("acknowledgement cannot be read: %w", err))
	case ack.Error != nil && ack.Error.Code == codeTooLarge:
		l.b.o.Log.Error("message is larger than the stream allows", "stream", l.stream)
		l.refuse(token)
	case ack.Error != nil:
		l.nak(token, fmt.Errorf("the broker did not store: %s", ack.Error.Problem))
	case ack.Stream != l.stream || ack.Seq == 0:
		l.nak(token, fmt.Errorf("stream %s stores our subjects", strconv.Quote(ack.Stream)))
	default:
		l.stored(token, ack.Seq)
	}
}

func (l *lane) stored(token, streamSeq uint64) {
	e, early, ok := l.flight.ack(token, streamSeq)
	if !ok {
		return
	}
	l.b.count.acked.Add(1)
	if early {
		return // it proves nothing about the messages before it, and must not be taken for one of them
	}
	if e.epoch == l.ready.Load() {
		l.raiseKnown(streamSeq)
	}
	l.b.o.Outbox.Acknowledge(l.class, e.id, streamSeq)
}

// reconciled says that the connection of the epoch is reconciled, or with 0 that none is, and tells the outbox of what was sent early
// and is stored.
func (l *lane) reconciled(epoch uint64) {
	l.ready.Store(epoch)
	for id, seq := range l.flight.reconciled(epoch) {
		l.b.o.Outbox.Acknowledge(l.class, id, seq)
	}
}

func (l *lane) raiseKnown(seq uint64) {
	for {
		was := l.known.Load()
		if was >= seq || l.known.CompareAndSwap(was, seq) {
			return
		}
	}
}

func (l *lane) nak(token uint64, err error) {
	// Before the stream is reconciled it may not be there yet; that round finds out by itself.
	if epoch, ok := l.flight.release(token); ok && epoch == l.ready.Load() {
		l.fail(err)
	}
}
