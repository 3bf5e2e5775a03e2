package broker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Question asks what a stream has: a direct get of the JetStream API, server 2.11 or newer. It is for the last messages
// of subjects, or for the next messages of a subject from a sequence on.
type Question struct {
	LastOf []string `json:"multi_last,omitempty"`
	UpTo   uint64   `json:"up_to_seq,omitempty"`
	Start  uint64   `json:"seq,omitempty"`
	NextOf string   `json:"next_by_subj,omitempty"`
	Batch  int      `json:"batch,omitempty"` // how many of NextOf; needed with it
}

// Stored is what is said of a message in a stream.
type Stored struct {
	ID  string // the Nats-Msg-Id it came with
	Seq uint64 // of the stream
}

// ErrNoDirect means that the stream does not let us look at what it has.
var ErrNoDirect = errors.New("the stream allows no direct get")

// Headers and states in the answer to a [Question]; status lines of the NATS protocol.
const (
	headerStatus      = "Status"
	headerDescription = "Description"
	statusEnd         = "204" // the end of the answer
	statusNone        = "404" // nothing there
	statusBad         = "408" // the question is refused
	statusNobody      = "503" // nobody listens on the subject
)

// Look asks a stream and returns the answer in the order of the stream. It waits for at most three seconds.
func Look(ctx context.Context, nc *nats.Conn, api API, stream string, q Question) (found []Stored, err error) {
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := sub.Unsubscribe(); e != nil && !errors.Is(e, nats.ErrConnectionClosed) {
			err = errors.Join(err, e)
		}
	}()
	if err := nc.PublishRequest(api.Get(stream), inbox, body); err != nil {
		return nil, err
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, err
		}
		switch status := m.Header.Get(headerStatus); status {
		case "":
			seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
			if err != nil {
				return nil, fmt.Errorf("a message without its sequence: %w", err)
			}
			found = append(found, Stored{ID: m.Header.Get(nats.MsgIdHdr), Seq: seq})
		case statusEnd, statusNone:
			return found, nil
		case statusNobody:
			return nil, ErrNoDirect
		default:
			return nil, errors.New(m.Header.Get(headerDescription))
		}
	}
}
