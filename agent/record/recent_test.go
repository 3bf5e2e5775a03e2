package record_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

func TestRecentEventsComeInTheirOrderWithoutWaves(t *testing.T) {
	s := start(t, path(t), record.Options{Waves: true})
	defer s.stop()
	wave := message(wire.ClassPassing, "7f3a", 5)
	wave.Subject = room.Wave("oximeter")
	s.Append(batch(reading(1), alert(2), reading(3), reading(4), wave, alert(6)))
	require.NoError(t, s.Sync(t.Context()))
	var got []uint64
	require.NoError(t, s.Reader().Recent(t.Context(), alert(2).At, func(e record.Event) error {
		got = append(got, e.Seq)
		return nil
	}))
	assert.Equal(t, []uint64{2, 3, 4, 6}, got)
	enough := errors.New("enough")
	require.ErrorIs(t, s.Reader().Recent(t.Context(), alert(1).At, func(record.Event) error { return enough }), enough)
}
