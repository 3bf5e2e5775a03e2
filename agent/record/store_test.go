package record_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

func TestOpenRefusesWithPlaceAndFix(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(t *testing.T, file string)
		want    error
		text    string
	}{
		{"not-a-database", func(t *testing.T, file string) {
			require.NoError(t, os.WriteFile(file, []byte("these are somebody's notes, and more than a header of them long"), 0o600))
		}, record.ErrNotDatabase, "move it away"},
		{"directory", func(t *testing.T, file string) {
			require.NoError(t, os.Mkdir(file, 0o700))
		}, record.ErrUnwritable, "let the agent's user write"},
		{"below-a-file", func(t *testing.T, file string) {
			require.NoError(t, os.Remove(filepath.Dir(file)))
			require.NoError(t, os.WriteFile(filepath.Dir(file), nil, 0o600))
		}, record.ErrUnwritable, "let the agent's user write"},
		{"newer-schema", func(t *testing.T, file string) {
			s := start(t, file, record.Options{})
			require.NoError(t, s.Tamper(t.Context(), "PRAGMA user_version = 99"))
			s.stop()
		}, record.ErrNewer, "install the newer bedside"},
		{"another-program", func(t *testing.T, file string) {
			s := start(t, file, record.Options{})
			require.NoError(t, s.Tamper(t.Context(), "PRAGMA application_id = 7"))
			s.stop()
		}, record.ErrForeign, "give another record.path"},
		{"in-use", func(t *testing.T, file string) {
			s := start(t, file, record.Options{})
			t.Cleanup(s.stop)
		}, record.ErrInUse, "stop it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := path(t)
			require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
			c.prepare(t, file)
			_, err := record.Open(file, record.Options{})
			require.ErrorIs(t, err, c.want)
			assert.Contains(t, err.Error(), file)
			assert.Contains(t, err.Error(), c.text)
			assert.NotContains(t, err.Error(), "\n", "one sentence")
		})
	}
}

func TestARecordIsForTheAgentOnly(t *testing.T) {
	file := path(t)
	start(t, file, record.Options{}).stop()
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Zero(t, info.Mode().Perm()&0o077)
}

func TestReopenGoesOn(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	first, err := s.Resume(t.Context())
	require.NoError(t, err)
	assert.Equal(t, record.Resume{NextSeq: 1}, first)
	s.Append(record.Batch{Messages: []wire.Message{reading(1), alert(2)}, Snapshot: []byte("state")})
	s.Acknowledge(wire.ClassAlert, alert(2).ID, 5)
	s.stop() // without Sync: the end of Run writes everything

	s = start(t, file, record.Options{})
	defer s.stop()
	again, err := s.Resume(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint64(3), again.NextSeq, "no gap after an orderly end")
	assert.Equal(t, "state", string(again.Snapshot))
	assert.WithinDuration(t, time.Now(), again.SavedAt, time.Minute)
	assert.Equal(t, 1, s.Depth())

	events, err := s.Events(t.Context(), 1, 10)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, record.Event{Message: alert(2), Boot: "7f3a", OffsetMS: 20, Session: "K-0412", StreamSeq: 5}, events[0])
}

func TestPassingMessagesAndForeignPayloads(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	odd := wire.Message{ID: "odd", Seq: 2, Class: wire.ClassAlert, Subject: "x", At: time.Unix(1, 2).UTC()}
	s.Append(batch(wire.Message{Class: wire.ClassPassing, Subject: room.Status(), Payload: []byte("{}")}, odd))
	require.NoError(t, s.Sync(t.Context()))
	events, err := s.Events(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, events, 1, "a passing message is not recorded, one without a header is")
	assert.Equal(t, "odd", events[0].ID)
	assert.Empty(t, events[0].Payload)
}

func TestTheSameMessageTwiceIsOneEvent(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	s.Append(batch(alert(1), alert(1), alert(2)))
	require.NoError(t, s.Sync(t.Context()))
	s.Append(batch(alert(1), alert(3)))
	require.NoError(t, s.Sync(t.Context()))
	assert.Equal(t, []uint64{1, 2, 3}, recorded(t, s))
	assert.Equal(t, 3, s.Depth())
	_, err := s.Verify(t.Context())
	assert.NoError(t, err)
}

func TestReadingsWaitForCompanyAndAlertsDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, path(t), record.Options{})
		defer s.stop()
		synctest.Wait()
		before := s.Commits()
		for seq := range uint64(10) {
			s.Append(batch(reading(seq + 1)))
			s.Acknowledge(wire.ClassReading, reading(seq+1).ID, seq+1)
			time.Sleep(99 * time.Millisecond) // of the bubble
		}
		synctest.Wait()
		assert.Empty(t, recorded(t, s), "990 ms old")
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		assert.Len(t, recorded(t, s), 10, "a second old")
		assert.Equal(t, before+1, s.Commits(), "ten readings and ten acknowledgements are one commit")

		s.Append(batch(reading(11)))
		s.Append(batch(alert(12)))
		time.Sleep(6 * time.Millisecond)
		synctest.Wait()
		assert.Len(t, recorded(t, s), 12, "an alert is committed within milliseconds, with what came before it")
		s.Append(record.Batch{Messages: []wire.Message{reading(13)}, Urgent: true})
		time.Sleep(6 * time.Millisecond)
		synctest.Wait()
		assert.Len(t, recorded(t, s), 13)
		assert.Equal(t, before+3, s.Commits())
		assert.Zero(t, len(pending(t, s, wire.ClassPassing)))
	})
}

func TestMoreNumbersAreReservedBeforeTheyAreUsed(t *testing.T) {
	file := path(t)
	s, err := record.Open(file, record.Options{})
	require.NoError(t, err)
	next, err := s.Resume(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	reserved := func() (mark uint64) {
		require.NoError(t, s.Sync(t.Context()))
		return s.Reserved()
	}
	mark := reserved()
	half := (mark - next.NextSeq) / 2
	s.Append(batch(reading(half - 1)))
	assert.Equal(t, mark, reserved(), "less than half is used")
	s.Append(batch(reading(half + 2)))
	assert.GreaterOrEqual(t, reserved(), mark+half, "half is used")
	cancel()
	require.NoError(t, <-ended)
	require.NoError(t, s.Close())
}

func TestSyncAndRefillEndWithTheWriter(t *testing.T) {
	s := start(t, path(t), record.Options{})
	s.stop()
	require.NoError(t, s.Sync(t.Context()), "everything is committed")
	s.Append(batch(alert(1)))
	require.ErrorIs(t, s.Sync(t.Context()), record.ErrStopped)
	_, err := s.Refill(t.Context(), wire.ClassAlert, 0)
	require.ErrorIs(t, err, record.ErrStopped)
}

func TestWavesAreRecordedIfAskedFor(t *testing.T) {
	wave := func(n int) wire.Message {
		return wire.Message{
			ID: fmt.Sprintf("room-1-7f3a-wave-%d", n), Class: wire.ClassPassing, Subject: room.Wave("oximeter"), At: time.Unix(9, 0).UTC(),
			Payload: []byte(`{"id":"room-1-7f3a-8","seq":8,"boot":"7f3a","offset_ms":12,"session":"K-1","samples":[1,2]}`),
		}
	}
	for _, asked := range []bool{false, true} {
		file := path(t)
		s := start(t, file, record.Options{Waves: asked})
		status := wire.Message{Class: wire.ClassPassing, Subject: room.Status(), Payload: []byte("{}"), ID: "status"}
		s.Append(batch(reading(7), wave(1), status, wave(2)))
		assert.Equal(t, 1, s.Depth(), "nobody waits for a wave")
		require.NoError(t, s.Sync(t.Context()))
		assert.Equal(t, 1, s.Depth())
		if !asked {
			assert.Equal(t, []uint64{7}, recorded(t, s))
			s.stop()
			continue
		}
		assert.Equal(t, []uint64{7, 8, 8}, recorded(t, s))
		count, err := s.Refill(t.Context(), wire.ClassPassing, 0)
		require.NoError(t, err)
		assert.Zero(t, count)
		s.stop()

		s = start(t, file, record.Options{Waves: asked})
		assert.Equal(t, 1, s.Depth())
		resume, err := s.Resume(t.Context())
		require.NoError(t, err)
		assert.Equal(t, uint64(9), resume.NextSeq)
		events, err := s.Events(t.Context(), 7, 10)
		require.NoError(t, err)
		assert.Equal(t, record.Event{Message: events[0].Message, Boot: "7f3a", OffsetMS: 12, Session: "K-1"}, events[0])
		one, _ := exported(t, s.Reader(), "K-1")
		require.NoError(t, readAll(one))
		assert.Contains(t, string(one), `"class":"wave"`)
		s.stop()
	}
}

func TestTheNextRunKnowsConfigurationAndSessionOfTheLast(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	s.Append(record.Batch{Messages: []wire.Message{begin("K-1", 1)}, Configuration: []byte("first")})
	require.NoError(t, s.Sync(t.Context()))
	s.Append(record.Batch{Configuration: []byte("second")})
	s.Append(batch(reading(2)))
	s.stop()
	s = start(t, file, record.Options{})
	resume, err := s.Resume(t.Context())
	require.NoError(t, err)
	assert.Equal(t, record.Resume{NextSeq: 3, Session: "K-1", Configuration: []byte("second")}, resume)
	s.Append(batch(end("K-1", 3)))
	s.stop()
	s = start(t, file, record.Options{})
	defer s.stop()
	resume, err = s.Resume(t.Context())
	require.NoError(t, err)
	assert.Empty(t, resume.Session)
}
