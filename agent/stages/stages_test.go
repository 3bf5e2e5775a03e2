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
