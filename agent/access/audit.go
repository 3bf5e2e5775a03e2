package access

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// note keeps an event in the transaction of what it tells. A nil event is none.
func note(ctx context.Context, tx *sql.Tx, e *Event) error {
	if e == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO audit (at, what, by, origin, subject, was, is_now) VALUES (?, ?, ?, ?, ?, ?, ?)",
		e.At.UnixNano(), e.What, e.By, e.From, e.Subject, e.Was, e.Now)
	return err
}

// remark keeps and tells an event that changes nothing in the file. If it cannot be kept, it is told at once.
func (a *Access) remark(ctx context.Context, e Event) {
	a.writing.Lock()
	defer a.writing.Unlock()
	if err := within(ctx, a.db, func(tx *sql.Tx) error { return note(ctx, tx, &e) }); err != nil {
		a.log.Warn("access: an event cannot be kept", "event", e.What, "err", err)
		if a.o.Audit != nil {
			a.o.Audit(e)
		}
		return
	}
	a.tellLocked(ctx)
}

func (a *Access) tell(ctx context.Context) {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.tellLocked(ctx)
}

// tellLocked hands on, in order, the events that nobody has been told, and marks them. A crash between the two tells them
// twice rather than never; a disk that takes no mark does not.
func (a *Access) tellLocked(ctx context.Context) {
	if a.o.Audit == nil {
		return
	}
	err := within(ctx, a.db, func(tx *sql.Tx) error {
		query := "SELECT n, at, what, by, origin, subject, was, is_now FROM audit WHERE told = 0 ORDER BY n"
		err := each(ctx, tx, query, func(scan func(...any) error) error {
			var e Event
			var n, at int64
			if err := scan(&n, &at, &e.What, &e.By, &e.From, &e.Subject, &e.Was, &e.Now); err != nil {
				return err
			}
			if n > a.told {
				e.At = time.Unix(0, at)
				a.o.Audit(e)
				a.told = n
			}
			return nil
		})
		if err != nil {
			return err
		}
		_, marked := tx.ExecContext(ctx, "UPDATE audit SET told = 1 WHERE told = 0 AND n <= ?", a.told)
		_, pruned := tx.ExecContext(ctx, "DELETE FROM audit WHERE told = 1 AND n <= ? - ?", a.told, auditKept)
		return errors.Join(marked, pruned)
	})
	if err != nil {
		a.log.Warn("access: events cannot be read", "err", err)
	}
}

// Events returns the newest events of the file, at most as many as asked for, oldest first.
func (a *Access) Events(ctx context.Context, most int) ([]Event, error) {
	var list []Event
	err := within(ctx, a.db, func(tx *sql.Tx) error {
		query := "SELECT at, what, by, origin, subject, was, is_now FROM (SELECT * FROM audit ORDER BY n DESC LIMIT ?) ORDER BY n"
		rows, err := tx.QueryContext(ctx, query, most)
		if err != nil {
			return err
		}
		for rows.Next() {
			var e Event
			var at int64
			if err := rows.Scan(&at, &e.What, &e.By, &e.From, &e.Subject, &e.Was, &e.Now); err != nil {
				return errors.Join(err, rows.Close())
			}
			e.At = time.Unix(0, at)
			list = append(list, e)
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	return list, err
}
