package record

import (
	"context"
	"database/sql"
	"time"

	"bedside/agent/wire"
)

// recentRows bounds how far back from its end [Reader.Recent] looks, so that the start of an agent does not wait for a record of
// years; our choice, about a day of a room that keeps no waves.
const recentRows = 100_000

// Recent calls f for every event since a moment of the wall clock but for waves, in the order in which they were decided. The error
// may be what f returned.
func (r *Reader) Recent(ctx context.Context, since time.Time, f func(Event) error) error {
	return r.look(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(rows *sql.Rows) error {
			e, err := scanEvent(rows)
			if err != nil {
				return err
			}
			return f(e)
		}, "SELECT "+eventColumns+" FROM events WHERE n > (SELECT coalesce(max(n), 0) FROM events) - ? AND at >= ? AND class <> ? ORDER BY n",
			recentRows, since.UnixNano(), int64(wire.ClassPassing))
	})
}
