package record_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// What the monitor pays for an event, even while nobody writes and the oldest readings are dropped.
func BenchmarkAppend(b *testing.B) {
	s, err := record.Open(b.TempDir()+"/record.db", record.Options{})
	require.NoError(b, err)
	messages := []wire.Message{reading(1)}
	b.ReportAllocs()
	for b.Loop() {
		s.Append(record.Batch{Messages: messages})
	}
	require.NoError(b, s.Close())
}

// From Append of an alert to its commit.
func BenchmarkUrgentCommit(b *testing.B) {
	s := start(b, b.TempDir()+"/record.db", record.Options{})
	defer s.stop()
	seq := uint64(0)
	for b.Loop() {
		seq++
		s.Append(record.Batch{Messages: []wire.Message{alert(seq)}, Snapshot: make([]byte, 4096)})
		require.NoError(b, s.Sync(b.Context()))
	}
}

// Events recorded, acknowledged and committed in groups of a thousand.
func BenchmarkRows(b *testing.B) {
	s := start(b, b.TempDir()+"/record.db", record.Options{})
	defer s.stop()
	seq := uint64(0)
	for b.Loop() {
		for range 1000 {
			seq++
			s.Append(batch(reading(seq)))
			s.Acknowledge(wire.ClassReading, reading(seq).ID, seq)
		}
		require.NoError(b, s.Sync(b.Context()))
	}
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "rows/s")
}

// A page of the outbox from a record with a day of events behind it.
func BenchmarkPending(b *testing.B) {
	s := start(b, b.TempDir()+"/record.db", record.Options{Memory: 1 << 30})
	defer s.stop()
	for seq := range uint64(100_000) {
		s.Append(batch(reading(seq + 1)))
		if seq < 99_000 {
			s.Acknowledge(wire.ClassReading, reading(seq+1).ID, seq+1)
		}
		if seq%10_000 == 0 {
			require.NoError(b, s.Sync(b.Context()))
		}
	}
	require.NoError(b, s.Sync(b.Context()))
	for b.Loop() {
		messages, err := s.Pending(b.Context(), wire.ClassReading, 0, 256)
		require.NoError(b, err)
		require.Len(b, messages, 256)
	}
}

// Resident memory of the whole test program with one open store that has written and read.
func BenchmarkIdleMemory(b *testing.B) {
	before := resident(b)
	s := start(b, b.TempDir()+"/record.db", record.Options{})
	defer s.stop()
	seq := uint64(0)
	for b.Loop() {
		for range 100 {
			seq++
			s.Append(batch(reading(seq), alert(seq+1_000_000)))
		}
		require.NoError(b, s.Sync(b.Context()))
		_, err := s.Pending(b.Context(), wire.ClassAlert, 0, 256)
		require.NoError(b, err)
	}
	b.ReportMetric(before, "MiB-before")
	b.ReportMetric(resident(b), "MiB-resident")
}

func resident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here")
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(kib)[0])
			require.NoError(b, err)
			return float64(n) / 1024
		}
	}
	return 0
}
