package report_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices/devicetest/brevity"
)

// small is a session of a few minutes with everything in it that a builder reads.
func small(t testing.TB) []wire.Message {
	t.Helper()
	list, _ := recorded(t)
	var out []wire.Message
	readings := 0
	for _, m := range list {
		if wire.About(m.Subject) == wire.AboutReading {
			if readings++; readings%40 != 0 {
				continue
			}
		}
		out = append(out, m)
	}
	return out
}

// damage loses messages, cuts and flips bytes, and swaps neighbours, as seed says.
func damage(list []wire.Message, seed uint64) []wire.Message {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out []wire.Message
	for _, m := range list {
		switch rng.IntN(12) {
		case 0:
			continue
		case 1:
			m.Payload = m.Payload[:rng.IntN(len(m.Payload))]
		case 2:
			m.Payload = bytes.Clone(m.Payload)
			m.Payload[rng.IntN(len(m.Payload))] ^= byte(1 << rng.IntN(8))
		case 3:
			if len(out) > 0 {
				m, out[len(out)-1] = out[len(out)-1], m
			}
		}
		out = append(out, m)
	}
	return out
}

// whole expects what holds of any report: it can be written in these styles and every format, and what is known and what is missing add up.
func whole(t *testing.T, list []wire.Message, styles ...report.Style) {
	t.Helper()
	var b report.Builder
	for _, m := range list {
		if err := b.Take(m); err != nil {
			require.ErrorIs(t, err, report.ErrTooLong)
			return
		}
	}
	r, err := b.Report(report.Options{Find: profiles.Find})
	if err != nil {
		require.ErrorIs(t, err, report.ErrNoStart)
		return
	}
	assert.Equal(t, len(list), r.Events, "every message is counted")
	assert.False(t, r.To.Before(r.From))
	for _, c := range r.Coverage {
		missing := 0
		for _, n := range c.Absent {
			missing += n
		}
		assert.Equal(t, c.Seconds, c.Known+missing, "%s", c.Vital)
	}
	for _, format := range report.Formats() {
		for _, style := range styles {
			assert.NotEmpty(t, written(t, format, r, style), format)
		}
	}
}

func TestDamagedRecordsAreReportedAsFarAsTheyGo(t *testing.T) {
	list := small(t)
	seeds := uint64(4)
	if brevity.Asked() {
		seeds = 1
	}
	for seed := range seeds {
		whole(t, damage(list, seed), report.Style{}, report.Style{Language: report.German, Unit: report.KPa})
	}
}

// Any message, right after the beginning of a session or in place of it.
func FuzzBuilder(f *testing.F) {
	list := small(f)
	var start wire.Message
	for _, m := range list {
		if wire.About(m.Subject) == wire.AboutSession {
			var p wire.Session
			if json.Unmarshal(m.Payload, &p) == nil && p.Event == string(sessions.Started) {
				start = m
			}
		}
	}
	require.NotEmpty(f, start.Payload)
	seen, most := map[string]int{}, 6
	if brevity.Asked() {
		most = 2
	}
	for _, m := range list {
		about := wire.About(m.Subject)
		if seen[about]++; seen[about] <= most {
			f.Add(m.Subject, m.Payload, true)
		}
	}
	f.Add(list[0].Subject, list[0].Payload, false)
	f.Fuzz(func(t *testing.T, subject string, payload []byte, begun bool) {
		m := wire.Message{Seq: 1 << 40, Subject: subject, Payload: payload}
		if begun {
			whole(t, []wire.Message{start, m, list[len(list)/2], m}, report.Style{Language: report.German})
			return
		}
		whole(t, []wire.Message{m, m}, report.Style{})
	})
}
