package record

import (
	"context"
	"database/sql"
	"time"

	"bedside/agent/wire"
)

// Event is a message as it is in the record.
type Event struct {
	wire.Message
	Boot      string // of the process that made it, "" if its payload has none
	OffsetMS  int64  // monotonic, ms since that process started
	Session   string // pseudonymous code, "" outside a session
	Pending   bool   // the broker has not acknowledged it
	Hash      []byte // its link in the chain; nil where it was read without its place
	StreamSeq uint64 // its number in the broker's stream; 0 while it is pending, and if the broker refuses it for ever
}

const eventColumns = "seq, class, id, subject, at, boot, offset_ms, session, payload, stream_seq IS NULL, coalesce(stream_seq, 0)"

// scanEvent reads eventColumns and whatever follows them into more.
func scanEvent(rows *sql.Rows, more ...any) (Event, error) {
	var e Event
	var seq, class, at, stream int64
	targets := append([]any{&seq, &class, &e.ID, &e.Subject, &at, &e.Boot, &e.OffsetMS, &e.Session, &e.Payload, &e.Pending, &stream}, more...)
	if err := rows.Scan(targets...); err != nil {
		return Event{}, err
	}
	e.Seq, e.Class, e.At, e.StreamSeq = uint64(seq), wire.Class(class), time.Unix(0, at).UTC(), uint64(stream)
	return e, nil
}

// scanLinked reads an event with its place: the columns of scanEvent, then n, hash and, if asked for, the hash before it.
func scanLinked(rows *sql.Rows, before bool) (*linked, error) {
	l := &linked{}
	var hash []byte
	more := []any{&l.n, &hash}
	if before {
		more = append(more, &l.prev)
	}
	var err error
	l.Event, err = scanEvent(rows, more...)
	l.Hash = hash
	return l, err
}

// Events returns committed events with Seq > after, in the order of Seq, at most limit.
func (s *Store) Events(ctx context.Context, after uint64, limit int) ([]Event, error) {
	return s.files.reports.Events(ctx, after, limit)
}

// Reader returns what reads this record beside the writer. It ends with the Store, and is not closed by the caller.
func (s *Store) Reader() *Reader { return s.files.reports }
