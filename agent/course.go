package agent

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"bedside/agent/record"
	"bedside/agent/trend"
	"bedside/agent/wire"
)

// courseWait bounds how long the start of an agent waits for the trend of its last run; our choice. Without it the room is watched
// over all the same.
const courseWait = 2 * time.Second

// course is the trend of the room, for everybody who asks. It is safe for concurrent use.
type course struct {
	mu   sync.Mutex
	fold trend.Fold
}

// add takes what was published and is recorded.
func (c *course) add(messages []wire.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range messages {
		c.fold.Add(messages[i].Subject, messages[i].Payload)
	}
}

// recall takes what the last runs have recorded.
func (c *course) recall(ctx context.Context, from *record.Reader, now time.Time, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, courseWait)
	defer cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	err := from.Recent(ctx, now.Add(-trend.Kept), func(e record.Event) error {
		c.fold.Add(e.Subject, e.Payload)
		return nil
	})
	if err != nil {
		log.Warn("agent: the trend before this start is not complete", "err", err)
	}
}

// since returns the trend with the slots from that number on.
func (c *course) since(slot int64) wire.Trend {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fold.Trend(slot)
}
