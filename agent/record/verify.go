package record

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// mostBreaks is how many breaks are told one by one; our choice. After so many, more say nothing new.
const mostBreaks = 20

// Chain is what Verify has found.
type Chain struct {
	Events    int       // that were read
	First     time.Time // wall clock of the oldest event, zero if there is none
	Last      time.Time // and of the newest
	Deleted   int64     // events that retention has deleted, all older than First
	DeletedAt time.Time // when it last did; zero if never, or by a program that did not note it
	Head      []byte    // SHA-256 of the last event and all before it; printed in a report it fixes everything up to there
	Imported  int       // events of imported sessions, each proven by the hash that it had in its own record
	Breaks    []Break   // where it is broken, the first twenty; empty: everything is as it was written
	Broken    int       // how many breaks there are
}

// Break is a place where the record is not what was written.
type Break struct {
	N     int64  `json:"event"`   // place in the chain, from 1
	What  string `json:"what"`    // one of the words below
	Text  string `json:"text"`    // where it is, in words
	Means string `json:"meaning"` // what must have happened
}

// The words of a [Break].
const (
	Changed   = "changed"   // an event does not fit its hash
	Missing   = "missing"   // events are gone from the middle
	Cut       = "cut"       // events are gone from the end
	Added     = "added"     // an event is there that the program has not written
	Rewritten = "rewritten" // the head that was noted elsewhere does not occur
	Damaged   = "damaged"   // the file cannot be read any further
)

// Verify reads the whole record and recomputes its chain. It finds a changed, added, removed or exchanged event, and a
// cut end; deletion by age or size is part of the chain. The error is ErrChain if there is a break; the result then says
// which. It does not protect from somebody who can write the file and recomputes the chain: for that a head has to be
// known from elsewhere. One that was noted can be given, else nil: then all before it is proven against that somebody too.
// Outbox and writer go on meanwhile.
func (r *Reader) Verify(ctx context.Context, noted []byte) (Chain, error) {
	p := proof{noted: noted}
	err := r.look(ctx, func(tx *sql.Tx) error {
		if err := p.events(ctx, tx); err != nil {
			return err
		}
		found, err := readSchema(ctx, tx)
		if err != nil || found.version < 2 { // there were no imports
			return err
		}
		return p.imports(ctx, tx)
	})
	if errors.Is(err, ErrDamaged) {
		p.broken(p.n+1, Damaged, fmt.Sprintf("the file cannot be read after event %d", p.n),
			"the disk or a copy has damaged it; what comes before is whole. A backup has the rest, if there is one")
		err = nil
	}
	if err == nil && p.Broken > 0 {
		err = fmt.Errorf("%w: %s", ErrChain, p.Breaks[0].Text)
	}
	return p.Chain, err
}

// proof is a Verify that is under way.
type proof struct {
	Chain
	n     int64 // where the chain has been followed to
	noted []byte
	seen  bool // noted
}

func (p *proof) broken(n int64, what, text, means string) {
	p.Broken++
	if len(p.Breaks) < mostBreaks {
		p.Breaks = append(p.Breaks, Break{N: n, What: what, Text: text, Means: means})
	}
}

func (p *proof) events(ctx context.Context, tx *sql.Tx) error {
	anchor, _, err := readState(ctx, tx, "anchor")
	if err != nil {
		return err
	}
	head, _, err := readState(ctx, tx, "head")
	if err != nil {
		return err
	}
	p.n, p.Head, p.Deleted = anchor.number, anchor.body, anchor.number
	if anchor.at != 0 {
		p.DeletedAt = time.Unix(0, anchor.at).UTC()
	}
	p.look(anchor.body)
	if err := each(ctx, tx, func(rows *sql.Rows) error {
		l, err := scanLinked(rows, false)
		if err == nil {
			p.event(l)
		}
		return err
	}, "SELECT "+eventColumns+", n, hash FROM events ORDER BY n"); err != nil {
		return err
	}
	p.end(head)
	return nil
}

func (p *proof) look(hash []byte) {
	p.seen = p.seen || len(p.noted) > 0 && bytes.Equal(hash, p.noted)
}

func (l *linked) String() string {
	return fmt.Sprintf("event %d (%s, %s)", l.n, l.ID, l.At.Format("2006-01-02 15:04:05 MST"))
}

// event takes the next row.
func (p *proof) event(l *linked) {
	if p.Events == 0 {
		p.First = l.At
	}
	p.Events, p.Last = p.Events+1, l.At
	switch {
	case l.n <= p.Deleted:
		p.broken(l.n, Added, l.String()+" stands where retention has deleted",
			"it was put there afterwards by something else than this program")
		return
	case l.n != p.n+1:
		p.broken(p.n+1, Missing, fmt.Sprintf("%s are missing before %s", span(p.n+1, l.n-1), l),
			"they were removed by something else than this program, which deletes from the oldest end only")
	case !bytes.Equal(l.link(p.Head, l.n), l.Hash):
		p.broken(l.n, Changed, l.String()+" does not fit its hash",
			"it was changed after it was written, or exchanged with another; or the hash of the one before it was")
	}
	p.n, p.Head = l.n, l.Hash
	p.look(l.Hash)
}

func span(from, to int64) string {
	if from == to {
		return fmt.Sprintf("event %d", from)
	}
	return fmt.Sprintf("events %d to %d", from, to)
}

// end compares with what was written last.
func (p *proof) end(head stateRow) {
	switch {
	case p.n < head.number:
		p.broken(p.n+1, Cut, fmt.Sprintf("it ends with event %d, but %d was written last", p.n, head.number),
			"the newest events were removed by something else than this program")
	case p.n > head.number:
		p.broken(head.number+1, Added, fmt.Sprintf("it ends with event %d, but %d was written last", p.n, head.number),
			"the newest events were put there by something else than this program")
	case p.Broken == 0 && !bytes.Equal(p.Head, head.body):
		p.broken(p.n, Changed, fmt.Sprintf("the last event, %d, is not the one that was written last", p.n),
			"it was exchanged together with its hash")
	}
	if len(p.noted) > 0 && !p.seen {
		p.broken(p.n, Rewritten, "the noted head does not occur in the chain",
			"the note is of another record or of events that retention has deleted; or the record was changed and its chain recomputed")
	}
}

// imports proves the sessions of other records by the hashes that they had there.
func (p *proof) imports(ctx context.Context, tx *sql.Tx) error {
	type imported struct {
		code   string
		events int
		head   []byte
	}
	var list []imported
	if err := each(ctx, tx, func(rows *sql.Rows) error {
		var i imported
		err := rows.Scan(&i.code, &i.events, &i.head)
		list = append(list, i)
		return err
	}, "SELECT session, events, head FROM imports ORDER BY session"); err != nil {
		return err
	}
	for _, i := range list {
		var last linked
		count, whole := 0, true
		if err := eachImported(ctx, tx, i.code, func(l *linked) error {
			fits := bytes.Equal(l.link(l.prev, l.n), l.Hash) && (count == 0 || l.n != last.n+1 || bytes.Equal(l.prev, last.Hash))
			if !fits && whole {
				whole = false
				p.broken(l.n, Changed, fmt.Sprintf("imported session %s: %s does not fit its hash", i.code, l),
					"it was changed after it was imported; import the session again into another record")
			}
			last, count = *l, count+1
			return nil
		}); err != nil {
			return err
		}
		if whole && (count != i.events || !bytes.Equal(last.Hash, i.head)) {
			p.broken(last.n, Missing, fmt.Sprintf("imported session %s has %d events, and %d were imported", i.code, count, i.events),
				"some were removed or added; import the session again into another record")
		}
		p.Imported += count
	}
	return nil
}
