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

// long makes the messages of two hours with the wave of an oximeter, 75 samples a second in runs of a fifth of one, as an agent
// records them that keeps waves.
func long(tb testing.TB) []wire.Message {
	tb.Helper()
	list, _ := recorded(tb)
	var last wire.Header
	require.NoError(tb, json.Unmarshal(list[len(list)-1].Payload, &last))
	out := list[:len(list)-1] // without its end
	for n := range 5 * 2 * 60 * 60 {
		h := last
		h.Seq, h.OffsetMS = last.Seq+uint64(n)+1, last.OffsetMS+int64(n)*200
		h.At = wire.Time{Time: last.At.Add(time.Duration(n) * 200 * time.Millisecond)}
		w := wire.Wave{Header: h, Device: "oximeter", Vital: "pleth", Rate: 75, FullScale: 255, Samples: make([]int32, 15)}
		for i := range w.Samples {
			w.Samples[i] = int32(128 + 100*math.Sin(float64(n*15+i)/10))
		}
		payload, err := json.Marshal(w)
		require.NoError(tb, err)
		out = append(out, wire.Message{Seq: h.Seq, Subject: address.Wave("oximeter"), At: h.At.Time, Payload: payload})
		if n%5 == 0 {
			payload, err := json.Marshal(wire.Reading{Header: h, Device: "oximeter", Driver: "clip", Values: map[string]wire.Number{
				"pulse_rate": {Value: "72", Unit: "/min"}, "spo2": {Value: "97", Unit: "%"},
			}})
			require.NoError(tb, err)
			out = append(out, wire.Message{Seq: h.Seq, Subject: address.Reading("oximeter"), At: h.At.Time, Payload: payload})
		}
	}
	return out
}

// Nearly three hours with waves, in every format: the goal is 2 s and 100 MiB, our choice.
func BenchmarkAllFormats(b *testing.B) {
	list := long(b)
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
