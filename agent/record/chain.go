package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrChain is returned by Verify when the record is not what was written.
var ErrChain = errors.New("record: the chain of events is broken")

// Chain is what Verify has found in order.
type Chain struct {
	Events int    // verified
	Head   []byte // SHA-256 of the last event and all before it; printed in a report it fixes everything up to there
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

// Verify reads the whole record and recomputes its chain. It finds a changed, added, removed or exchanged event, and a
// cut end. It does not protect from somebody who can write the file and recomputes the chain: for that the head has to
// be known from elsewhere. Deletion by age is part of the chain. The outbox and the writer go on meanwhile.
func (s *Store) Verify(ctx context.Context) (Chain, error) {
	tx, err := s.files.reader.BeginTx(ctx, nil)
	if err != nil {
		return Chain{}, explain("read", s.files.path, err)
	}
	chain, err := verify(ctx, tx)
	if err != nil {
		err = abandon(tx, err)
		if errors.Is(err, ErrChain) {
			return chain, err
		}
		return chain, explain("read", s.files.path, err)
	}
	return chain, tx.Rollback()
}

func verify(ctx context.Context, tx *sql.Tx) (Chain, error) {
	anchor, _, err := readState(ctx, tx, "anchor")
	if err != nil {
		return Chain{}, err
	}
	head, _, err := readState(ctx, tx, "head")
	if err != nil {
		return Chain{}, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+eventColumns+", n, hash FROM events ORDER BY n")
	if err != nil {
		return Chain{}, err
	}
	n, prev, chain := anchor.number, anchor.body, Chain{Head: anchor.body}
	for rows.Next() {
		var at int64
		var hash []byte
		e, err := scanEvent(rows, &at, &hash)
		switch {
		case err != nil:
			return chain, errors.Join(err, rows.Close())
		case at != n+1:
			return chain, errors.Join(fmt.Errorf("%w: event %d comes after event %d", ErrChain, at, n), rows.Close())
		}
		if !bytes.Equal(e.link(prev, at), hash) {
			return chain, errors.Join(fmt.Errorf("%w: event %d (%s) or the one before was changed", ErrChain, at, e.ID), rows.Close())
		}
		n, prev = at, hash
		chain.Events, chain.Head = chain.Events+1, hash
	}
	if err := rows.Err(); err != nil {
		return chain, err
	}
	if n != head.number || !bytes.Equal(prev, head.body) {
		return chain, fmt.Errorf("%w: it ends with event %d, but %d was written last", ErrChain, n, head.number)
	}
	return chain, nil
}
