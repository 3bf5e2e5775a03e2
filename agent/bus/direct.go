package bus

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Bounds of a direct get, our choice: how many messages one asks for, and how long it waits.
const (
	scanBatch = 512
	apiTime   = 3 * time.Second // for one question to the broker
)

// request is a direct get of the JetStream API, server 2.11 or newer: the last messages of subjects, or the next
// messages of a subject from a sequence on.
type request struct {
	LastOf []string `json:"multi_last,omitempty"`
	UpTo   uint64   `json:"up_to_seq,omitempty"`
	Start  uint64   `json:"seq,omitempty"`
	NextOf string   `json:"next_by_subj,omitempty"`
	Batch  int      `json:"batch,omitempty"`
}

// stored is what we need of a message in a stream.
type stored struct {
	id  string
	seq uint64
}

// direct asks the stream and returns the answer in the order of the stream.
func (l *lane) direct(ctx context.Context, q request) ([]stored, error) {
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	nc := l.b.nc.Load()
	body, err := json.Marshal(q)
	if err != nil {
		return nil, l.wrap(err)
	}
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return nil, l.wrap(err)
	}
	defer l.unsubscribe(sub)
	if err := nc.PublishRequest("$JS.API.DIRECT.GET."+l.stream, inbox, body); err != nil {
		return nil, l.wrap(err)
	}
	var out []stored
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, l.wrap(err)
		}
		switch m.Header.Get(headerStatus) {
		case "":
			seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
			if err != nil {
				return nil, l.wrap(err)
			}
			out = append(out, stored{id: m.Header.Get(nats.MsgIdHdr), seq: seq})
		case "204", "404": // the end of the answer, or nothing there
			return out, nil
		case statusNoAnswer:
			return nil, l.wrap(errNoDirect)
		default:
			return nil, l.wrap(errors.New(m.Header.Get("Description")))
		}
	}
}

func (l *lane) unsubscribe(sub *nats.Subscription) {
	if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		l.b.o.Log.Debug("unsubscribe", "err", err)
	}
}
