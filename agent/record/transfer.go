package record

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrThere is returned by Import when the record has another session of that code, or other events of the same.
var ErrThere = errors.New("the record has a session of that code already")

// Export writes one session as a single file that needs nothing else: every event with everything that is known of it,
// the hash that it has in the record, and a sum over the file. by names the program; now is the moment of the export.
// The error is ErrNoSession, ErrChain if an event is not as it was written, ErrOlder, or a failure to read or write.
func (r *Reader) Export(ctx context.Context, code string, w io.Writer, by string, now time.Time) (Archive, error) {
	var a Archive
	err := r.look(ctx, func(tx *sql.Tx) error {
		if err := r.current(ctx, tx); err != nil {
			return err
		}
		head, _, err := readState(ctx, tx, "head")
		if err != nil {
			return err
		}
		out := newArchiver(w)
		a = Archive{Version: archiveVersion, Session: code, Exported: now.UTC(), By: by, Head: hex.EncodeToString(head.body)}
		take := func(l *linked) error {
			if !bytes.Equal(l.link(l.prev, l.n), l.Hash) {
				return fmt.Errorf("%w: %s does not fit its hash; bedside record verify says more", ErrChain, l)
			}
			if a.Events == 0 {
				a.First = l.At
				a.Site, a.Room = place(l.Subject)
				if err := out.line(a); err != nil {
					return err
				}
			}
			a.Last, a.Events = l.At, a.Events+1
			return out.event(l)
		}
		if err := eachOfSession(ctx, tx, code, take); err != nil {
			return err
		}
		if a.Events == 0 { // then perhaps an imported one
			if err := eachImported(ctx, tx, code, take); err != nil {
				return err
			}
		}
		if a.Events == 0 {
			return fmt.Errorf("record: %s: %w: %s", r.path, ErrNoSession, code)
		}
		return out.end()
	})
	return a, err
}

// Import takes a session file into the record at path, which no agent may have open, and creates that record if there is
// none. The session can then be listed, reported and exported again; it is no part of the record's own chain, is never
// sent to a broker, and no retention deletes it. It takes all of the file or, on any error, nothing of it: those of
// [ReadArchive] and of [Open], or ErrThere. again says that the same events were there before.
func Import(ctx context.Context, path string, file io.Reader, now time.Time) (a Archive, again bool, err error) {
	f, err := openFiles(ctx, path)
	if err != nil {
		return Archive{}, false, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	if f.schema < len(migrations()) {
		return Archive{}, false, fmt.Errorf("record: prepare %s: %w: free some space", path, ErrFull)
	}
	err = within(ctx, f.writer, func(tx *sql.Tx) error {
		i := importer{tx: tx}
		if a, err = readArchive(file, func(l *linked) error { return i.take(ctx, l) }); err != nil {
			return err
		}
		again = i.again
		return i.finish(ctx, path, a, now)
	})
	if err != nil && code(err) != 0 {
		err = explain("write", path, err)
	}
	return a, again, err
}

// importer puts the events of a session file into the tables, as long as its transaction lasts.
type importer struct {
	tx    *sql.Tx
	add   *sql.Stmt
	begun bool
	again bool // the session is there already: compare instead
	own   bool // as one of the room's own
	bytes int
	last  linked
}

func (i *importer) begin(ctx context.Context, session string) error {
	i.begun = true
	var imports, own int
	if err := i.tx.QueryRowContext(ctx, "SELECT count(*) FROM imports WHERE session = ?", session).Scan(&imports); err != nil {
		return err
	}
	if err := i.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM events WHERE session = ? AND session <> '')", session).Scan(&own); err != nil {
		return err
	}
	i.again, i.own = imports+own > 0, own > 0
	var err error
	i.add, err = i.tx.PrepareContext(ctx, `INSERT INTO imported
		(session, n, seq, class, id, subject, at, boot, offset_ms, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	return err
}

func (i *importer) take(ctx context.Context, l *linked) error {
	if !i.begun {
		if err := i.begin(ctx, l.Session); err != nil {
			return err
		}
	}
	i.last = *l
	i.bytes += overhead + len(l.ID) + len(l.Subject) + len(l.Payload)
	if i.again {
		return nil
	}
	_, err := i.add.ExecContext(ctx, l.Session, l.n, int64(l.Seq), int64(l.Class), l.ID, l.Subject, l.At.UnixNano(), l.Boot, l.OffsetMS,
		notNil(l.Payload), notNil(l.prev), l.Hash)
	return err
}

func (i *importer) finish(ctx context.Context, path string, a Archive, now time.Time) error {
	if !i.begun {
		return fmt.Errorf("record: session file: %w: it has no events", ErrArchive)
	}
	if err := i.add.Close(); err != nil {
		return err
	}
	if i.again {
		return i.compare(ctx, path, a)
	}
	_, err := i.tx.ExecContext(ctx, "INSERT INTO imports (session, site, room, at, events, bytes, head) VALUES (?, ?, ?, ?, ?, ?, ?)",
		a.Session, a.Site, a.Room, now.UnixNano(), a.Events, i.bytes, i.last.Hash)
	return err
}

// compare looks whether the session that is there is the same. The last hash stands for all events before it.
func (i *importer) compare(ctx context.Context, path string, a Archive) error {
	table := "imported"
	if i.own {
		table = "events"
	}
	var events int
	var head []byte
	if err := i.tx.QueryRowContext(ctx, "SELECT count(*), (SELECT hash FROM "+table+" WHERE session = ?1 ORDER BY n DESC LIMIT 1) FROM "+
		table+" WHERE session = ?1", a.Session).Scan(&events, &head); err != nil {
		return err
	}
	if events == a.Events && bytes.Equal(head, i.last.Hash) {
		return nil
	}
	return fmt.Errorf("record: %s: %w, with other events: %s has %d there and %d in the file; import it into another record",
		path, ErrThere, a.Session, events, a.Events)
}
