package report_test

import (
	"encoding/json"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// waved returns the messages of the recorded session, two hours and eleven minutes, with the wave of an oximeter in between: 75
// samples a second in runs of a fifth of one, as an agent records them that keeps waves.
func waved(tb testing.TB) []wire.Message {
	tb.Helper()
	list, _ := recorded(tb)
	var out []wire.Message
	n := 0
	for _, m := range list {
		out = append(out, m)
		var h wire.Header
		require.NoError(tb, json.Unmarshal(m.Payload, &h))
		if m.Subject != address.Reading("oximeter") || h.Session == "" {
			continue
		}
		for range 5 {
			w := wire.Wave{Header: h, Device: "oximeter", Vital: "pleth", Rate: 75, FullScale: 255, Samples: make([]int32, 15)}
			for i := range w.Samples {
				w.Samples[i] = int32(128 + 100*math.Sin(float64(n*15+i)/10))
			}
			w.OffsetMS += int64(n%5) * 200
			w.At = wire.Time{Time: h.At.Add(time.Duration(n%5) * 200 * time.Millisecond)}
			n++
			payload, err := json.Marshal(w)
			require.NoError(tb, err)
			out = append(out, wire.Message{Seq: h.Seq, Subject: address.Wave("oximeter"), At: w.At.Time, Payload: payload})
		}
	}
	return out
}

// Two hours with waves, from the messages to every format: the goal is 2 s and 100 MiB, our choice.
func BenchmarkAllFormats(b *testing.B) {
	list := waved(b)
	b.ReportAllocs()
	for b.Loop() {
		var builder report.Builder
		for _, m := range list {
			require.NoError(b, builder.Take(m))
		}
		r, err := builder.Report(report.Options{Find: profiles.Find})
		require.NoError(b, err)
		for _, format := range report.Formats() {
			require.NoError(b, report.Write(io.Discard, r, format, report.Style{}))
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	r := recordedReport(b)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, report.PDF(io.Discard, r, report.Style{}))
	}
}
