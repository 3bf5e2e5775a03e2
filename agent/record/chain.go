package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
)

// ErrChain is returned by Verify when the record is not what was written.
var ErrChain = errors.New("record: the chain of events is broken")

// linked is an event with its place in the chain.
type linked struct {
	Event
	n    int64
	prev []byte // hash of row n-1
}

// link returns the hash of an event in row n after the row with hash prev. Every part is preceded by its length, so that
// nothing can move from one part to the next. The broker's number is not in it: it comes later and may change.
func (e *Event) link(prev []byte, n int64) []byte {
	h := sha256.New()
	var number [8]byte
	put := func(v uint64) {
		binary.BigEndian.PutUint64(number[:], v)
		h.Write(number[:]) // a hash never fails
	}
	h.Write(prev)
	for _, v := range []uint64{uint64(n), e.Seq, uint64(e.Class), uint64(e.At.UnixNano()), uint64(e.OffsetMS)} {
		put(v)
	}
	for _, part := range [][]byte{[]byte(e.ID), []byte(e.Subject), []byte(e.Boot), []byte(e.Session), e.Payload} {
		put(uint64(len(part)))
		h.Write(part)
	}
	return h.Sum(nil)
}

// Verify is [Reader.Verify] of a record in use.
func (s *Store) Verify(ctx context.Context) (Chain, error) { return s.files.reports.Verify(ctx, nil) }

// rows calls f for every row of a query, and stops at its first error.
func each(ctx context.Context, tx *sql.Tx, f func(*sql.Rows) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := f(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return rows.Err()
}
