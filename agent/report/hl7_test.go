package report_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
)

// hl7 is a message as HL7 v2.6 chapters 2 and 7 describe it, read by what is written here alone.
type hl7 struct {
	head     []string
	segments map[string][][]string
	minutes  []measurement
	missing  int                      // minutes of a vital without a value
	readings map[string][]measurement // by their number
	figures  map[figureKey][]string
}

type measurement struct{ code, value, time string }

func readHL7(t testing.TB, b []byte) hl7 {
	t.Helper()
	text := string(b)
	require.True(t, strings.HasSuffix(text, "\r"), "segments end with a carriage return")
	require.NotContains(t, text, "\n")
	m := hl7{segments: map[string][][]string{}, readings: map[string][]measurement{}, figures: map[figureKey][]string{}}
	order, about := "", ""
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\r"), "\r") {
		f := strings.Split(line, "|")
		if i == 0 { // the separator is itself a field
			f = append([]string{"MSH", "|"}, f[1:]...)
			m.head = f
		}
		f = append(f, make([]string, 26)...)
		m.segments[f[0]] = append(m.segments[f[0]], f)
		switch f[0] {
		case "OBR":
			order, about = strings.TrimSuffix(f[3], "^BEDSIDE"), component(f[4], 1)
			require.False(t, seen[order], "two orders are %s", order)
			seen[order] = true
		case "OBX":
			require.Equal(t, strconv.Itoa(len(m.segments["OBX"])), f[1])
			m.take(t, f, order, about)
		}
	}
	return m
}

func (m *hl7) take(t testing.TB, f []string, order, about string) {
	t.Helper()
	if f[2] == "" {
		require.Empty(t, f[5])
		require.Equal(t, "X", f[11], "a value without a type is none")
	}
	kind, number, _ := strings.Cut(order[strings.LastIndex(order[:strings.LastIndex(order, "-")], "-")+1:], "-")
	switch {
	case about != "182777000":
		require.Equal(t, "99BEDSIDE", component(f[3], 3))
		number, _, _ = strings.Cut(f[4], ".")
		value := unescaped(t, f[5])
		if f[2] == "DTM" {
			value = moment(t, f[5])
		}
		k := figureKey{about, number, component(f[3], 1)}
		m.figures[k] = append(m.figures[k], value)
	case strings.HasSuffix(f[4], ".0"): // a device, which measures nothing itself
	case kind == "minute" && f[11] == "X":
		require.Empty(t, f[5])
		m.missing++
	case kind == "minute":
		m.minutes = append(m.minutes, measurement{component(f[3], 2), f[5], moment(t, f[14])})
	default:
		require.Equal(t, "reading", kind)
		m.readings[number] = append(m.readings[number], measurement{component(f[3], 2), f[5], moment(t, f[14])})
	}
}

func component(field string, n int) string { return append(strings.Split(field, "^"), "", "", "")[n-1] }

func moment(t testing.TB, dtm string) string {
	t.Helper()
	at, err := time.Parse("20060102150405.000-0700", dtm)
	require.NoError(t, err)
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

var escape = regexp.MustCompile(`\\[^\\]*\\`)

func unescaped(t testing.TB, field string) string {
	t.Helper()
	require.False(t, strings.ContainsAny(field, "^&~"), "%q has parts", field)
	return escape.ReplaceAllStringFunc(field, func(e string) string {
		text, known := map[string]string{`\F\`: "|", `\S\`: "^", `\T\`: "&", `\R\`: "~", `\E\`: `\`, `\.br\`: "\n"}[e]
		require.True(t, known, e)
		return text
	})
}

func TestHL7OfAShortSession(t *testing.T) {
	m := readHL7(t, written(t, "hl7", shortSession(t).report(), report.Style{}))
	assert.Equal(t, "ORU^R01^ORU_R01", m.head[9])
	assert.Equal(t, []string{"D", "2.6"}, m.head[11:13], "a test is no production")
	assert.Equal(t, "UNICODE UTF-8", m.head[18])
	require.Len(t, m.segments["PID"], 1)
	assert.Equal(t, []string{"K-0412^^^clinic^PI", "", "^^^^^^U"}, m.segments["PID"][0][3:6], "a pseudonym and no name")
	assert.Equal(t, "SIMULATED. Not a medical device. Does not replace an approved monitor, its alarms, or trained staff in the room.", m.segments["NTE"][0][3])
	for _, x := range m.segments["OBX"] {
		if x[11] != "X" || x[8] != "" {
			assert.Regexp(t, "^((NI|NA|NAV|OTH)~)?TEST$", x[8], "what is of a test says so wherever it is copied to")
		}
	}
	second := m.readings["2"]
	require.Len(t, second, 3, "nobody measured a mean")
	assert.Equal(t, measurement{"MDC_PRESS_BLD_NONINV_SYS", "151", "2026-11-21T09:02:00.250Z"}, second[0])
	assert.Equal(t, []string{""}, m.figures[figureKey{"session", "1", "profile_approved_by"}])
	assert.Contains(t, m.figures[figureKey{"act", "9", "text"}], "=1+1 <b> tränen, \"gut\"\nruhig", "a note keeps its lines")
}

// What means something to HL7 means nothing in a text, and a live session is production.
func TestHL7KeepsTextsApart(t *testing.T) {
	r := shortSession(t).report()
	hostile := `a|b^c&d~e\f`
	r.Mode, r.End.Reason, r.Doses[0].Drug = wire.Live, hostile, `\X0D\OBX|1`
	m := readHL7(t, written(t, "hl7", r, report.Style{}))
	assert.Equal(t, "P", m.head[11])
	assert.Equal(t, []string{hostile}, m.figures[figureKey{"session", "1", "end_reason"}])
	assert.Equal(t, []string{`\X0D\OBX|1`}, m.figures[figureKey{"dose", "1", "drug"}])
	for _, x := range m.segments["OBX"] {
		assert.NotContains(t, x[8], "DEMO")
		assert.NotContains(t, x[8], "TEST")
	}
	r.Mode = wire.Demo
	assert.Equal(t, "T", readHL7(t, written(t, "hl7", r, report.Style{})).head[11])
}

func TestHL7SaysWhyAMinuteHasNoValue(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	r.breathe(60, 0, 0)
	r.breathe(60, 71, 98)
	m := readHL7(t, written(t, "hl7", r.report(), report.Style{}))
	assert.Equal(t, 2, m.missing)
	require.Len(t, m.segments["NTE"], 3)
	assert.Equal(t, "finger out", m.segments["NTE"][1][3])
	assert.Equal(t, "NAV~TEST", m.segments["OBX"][2][8])
	assert.Equal(t, "P", m.segments["OBR"][0][25], "the session goes on")
}
