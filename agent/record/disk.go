package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"bedside/agent/wire"
)

// block is how many sequence numbers are reserved ahead. The next block is reserved when half of one is used: at three
// events a second that leaves three hours with a dead disk before a number is used that is not reserved (our choice).
const block = 1 << 16

// disk writes the transactions. It knows the end of the chain and the reservation as they are committed.
type disk struct {
	files    *files
	local    bool // nothing waits for a broker
	loaded   bool // what follows is as on the disk; a failed write makes it doubtful
	rows     int64
	head     []byte
	reserved uint64
	pending  int
}

type stateRow struct {
	number int64
	at     int64
	body   []byte
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readState(ctx context.Context, db queryer, name string) (row stateRow, found bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT number, at, body FROM state WHERE name = ?", name).Scan(&row.number, &row.at, &row.body)
	if errors.Is(err, sql.ErrNoRows) {
		return stateRow{}, false, nil
	}
	return row, err == nil, err
}

func writeState(ctx context.Context, tx *sql.Tx, name string, row stateRow) error {
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO state (name, number, at, body) VALUES (?, ?, ?, ?)",
		name, row.number, row.at, row.body)
	return err
}

// load reads where the record stands.
func (d *disk) load(ctx context.Context) error {
	head, _, err := readState(ctx, d.files.writer, "head")
	if err != nil {
		return err
	}
	reserved, _, err := readState(ctx, d.files.writer, "reserved")
	if err != nil {
		return err
	}
	var highest, pending int64
	if err := d.files.writer.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM events").Scan(&highest); err != nil {
		return err
	}
	const count = "SELECT count(*) FROM events WHERE stream_seq IS NULL"
	if err := d.files.writer.QueryRowContext(ctx, count).Scan(&pending); err != nil {
		return err
	}
	d.rows, d.head, d.pending = head.number, head.body, int(pending)
	d.reserved = max(uint64(reserved.number), uint64(highest)+1, 1)
	d.loaded = true
	return nil
}

// reservation returns the mark that has to be committed once used numbers are used.
func (d *disk) reservation(used uint64) uint64 {
	if d.reserved > used+block/2 {
		return d.reserved
	}
	return used + 1 + block
}

// write commits one load. Acknowledgements of messages that are not there are put into unmet. On failure nothing of it
// is committed as far as anybody can know, and the next write looks again.
func (d *disk) write(ctx context.Context, l *load, unmet map[string]ack) error {
	if !d.loaded {
		if err := d.load(ctx); err != nil {
			return err
		}
	}
	d.loaded = false
	next := *d
	if err := within(ctx, d.files.writer, func(tx *sql.Tx) error {
		if err := next.insert(ctx, tx, l); err != nil {
			return err
		}
		if err := next.acknowledge(ctx, tx, l, unmet); err != nil {
			return err
		}
		if mark := d.reservation(l.used); mark != d.reserved {
			next.reserved = mark
			if err := writeState(ctx, tx, "reserved", stateRow{number: int64(mark)}); err != nil {
				return err
			}
		}
		if l.config != nil {
			if err := writeState(ctx, tx, "configuration", stateRow{body: l.config}); err != nil {
				return err
			}
		}
		if l.snapshot == nil {
			return nil
		}
		return writeState(ctx, tx, "snapshot", stateRow{at: l.snapshot.at.UnixNano(), body: l.snapshot.body})
	}); err != nil {
		return err
	}
	*d = next
	d.loaded = true
	return nil
}

// insert adds the messages at the end of the chain. A message whose id is there already is the same message.
func (d *disk) insert(ctx context.Context, tx *sql.Tx, l *load) error {
	if len(l.messages) == 0 {
		return nil
	}
	statement, err := tx.PrepareContext(ctx, `INSERT INTO events
		(n, seq, class, id, subject, at, boot, offset_ms, session, payload, hash, stream_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`)
	if err != nil {
		return err
	}
	for i := range l.messages {
		e, kind := eventOf(&l.messages[i])
		hash := e.link(d.head, d.rows+1)
		waits := e.Class.Stream() != "" && !d.local // what does not counts as refused: nobody waits for it
		added, err := affected(statement.ExecContext(ctx, d.rows+1, int64(e.Seq), int64(e.Class), e.ID, e.Subject,
			e.At.UnixNano(), e.Boot, e.OffsetMS, e.Session, notNil(e.Payload), hash, sql.NullInt64{Valid: !waits}))
		if err != nil {
			return errors.Join(err, statement.Close())
		}
		if added == 0 {
			continue
		}
		d.rows, d.head = d.rows+1, hash
		if waits {
			d.pending++
		}
		if err := turn(ctx, tx, &e, d.rows, kind); err != nil {
			return errors.Join(err, statement.Close())
		}
	}
	if err := statement.Close(); err != nil {
		return err
	}
	return writeState(ctx, tx, "head", stateRow{number: d.rows, body: d.head})
}

func (d *disk) acknowledge(ctx context.Context, tx *sql.Tx, l *load, unmet map[string]ack) error {
	if len(l.acks) == 0 {
		return nil
	}
	const update = "UPDATE events SET stream_seq = ? WHERE id = ? AND class = ? AND stream_seq IS "
	first, err := tx.PrepareContext(ctx, update+"NULL")
	if err != nil {
		return err
	}
	for id, a := range l.acks {
		count, err := affected(first.ExecContext(ctx, int64(a.stream), id, int64(a.class)))
		d.pending -= count
		if err == nil && count == 0 { // not the first acknowledgement, or there is no such message
			count, err = affected(tx.ExecContext(ctx, update+"NOT NULL", int64(a.stream), id, int64(a.class)))
			if count == 0 {
				unmet[id] = a
			}
		}
		if err != nil {
			return errors.Join(err, first.Close())
		}
	}
	return first.Close()
}

func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{} // the column is NOT NULL
	}
	return b
}

// eventOf adds what the record wants to ask for later, from the header of the payload. A payload without one is kept
// as it is. Of a message about the session it also returns what kind of event it is.
func eventOf(m *wire.Message) (e Event, kind string) {
	e = Event{Message: *m}
	var header struct {
		Boot     string `json:"boot"`
		OffsetMS int64  `json:"offset_ms"`
		Session  string `json:"session"`
		Event    string `json:"event"`
		Seq      uint64 `json:"seq"`
	}
	if json.Unmarshal(m.Payload, &header) != nil {
		return e, ""
	}
	e.Boot, e.OffsetMS, e.Session = header.Boot, header.OffsetMS, header.Session
	if isWave(m) && e.Seq == 0 {
		e.Seq = header.Seq // that of the event after it
	}
	if strings.HasSuffix(m.Subject, ".session") {
		kind = header.Event
	}
	return e, kind
}
