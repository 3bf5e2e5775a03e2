package stages_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/stages"
)

func recordStop(order *[]string, name string) stages.Stage {
	return stages.Stage{Name: name, Wait: time.Second, Run: func(ctx context.Context) error {
		<-ctx.Done()
		*order = append(*order, name)
		return nil
	}}
}

func TestStagesStopInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var order []string
		done := make(chan error)
		go func() {
			done <- stages.Run(ctx, "agent", slog.New(slog.DiscardHandler), []stages.Stage{
				recordStop(&order, "record"), recordStop(&order, "bus"), recordStop(&order, "links"),
			})
		}()
		synctest.Wait()
		cancel()
		require.NoError(t, <-done)
		assert.Equal(t, []string{"links", "bus", "record"}, order)
	})
}

func TestFailedStageStopsTheOthersAndIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		broken := errors.New("console: address taken")
		err := stages.Run(t.Context(), "agent", slog.New(slog.DiscardHandler), []stages.Stage{
			recordStop(&order, "record"),
			{Name: "console", Wait: time.Second, Run: func(context.Context) error { return broken }},
		})
		require.ErrorIs(t, err, broken)
		assert.Equal(t, []string{"record"}, order)
	})
}

func TestStageThatHangsDoesNotHoldTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		var order []string
		begun := time.Now()
		time.AfterFunc(time.Second, cancel)
		err := stages.Run(ctx, "agent", slog.New(slog.DiscardHandler), []stages.Stage{
			recordStop(&order, "record"),
			{Name: "bus", Wait: 2 * time.Second, Run: func(context.Context) error { <-release; return nil }},
		})
		require.ErrorContains(t, err, "bus did not stop within 2s")
		assert.Equal(t, []string{"record"}, order)
		assert.Equal(t, 3*time.Second, time.Since(begun))
		close(release)
	})
}

func takes(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		time.Sleep(d)
		return nil
	}
}

// On a busy computer one part needs more than its time; as long as the sum holds, nothing is left behind.
func TestAStageHasTheTimeThatOthersLeave(t *testing.T) {
	for name, c := range map[string]struct {
		bus  time.Duration
		want string // of the error
	}{
		"within the sum": {bus: 2900 * time.Millisecond},
		"beyond it":      {bus: 3100 * time.Millisecond, want: "bus did not stop within 3s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				begun := time.Now()
				err := stages.Run(ctx, "agent", slog.New(slog.DiscardHandler), []stages.Stage{
					{Name: "record", Wait: time.Second, Run: takes(time.Second)},
					{Name: "bus", Wait: 2 * time.Second, Run: takes(c.bus)},
					{Name: "links", Wait: 2 * time.Second, Run: takes(time.Second)},
				})
				assert.LessOrEqual(t, time.Since(begun), 6*time.Second, "a second before the stop, and the sum")
				if c.want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, c.want)
				}
			})
		})
	}
}
