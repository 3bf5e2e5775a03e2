package notify_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/notify"
)

// TestWithoutChannelsItRunsToTheEnd: a station without channels ended as soon as it had begun.
func TestWithoutChannelsItRunsToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, err := notify.New(notify.Options{Site: "clinic", Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := false
		go func() { n.Run(ctx); ended = true }()
		synctest.Wait()
		assert.False(t, ended)
		cancel()
		synctest.Wait()
		assert.True(t, ended)
	})
}
