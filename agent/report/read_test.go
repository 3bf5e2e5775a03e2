package report_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Readers of the formats, as other programs have them: nothing here is shared with what writes.

// readTable reads a table as RFC 4180 has it, one map for each row.
func readTable(t testing.TB, b []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, bytes.Count(b, []byte("\n")), bytes.Count(b, []byte("\r\n")))
	list := make([]map[string]string, 0, len(rows))
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

// figureKey is group, number and name of a figure. Within an item a figure may come several times, in order.
type figureKey struct {
	group, number, name string
}

func readFigures(t testing.TB, b []byte) map[figureKey][]string {
	t.Helper()
	out := map[figureKey][]string{}
	for _, row := range readTable(t, b) {
		k := figureKey{row["group"], row["number"], row["figure"]}
		out[k] = append(out[k], row["value"])
	}
	return out
}

type coding struct{ System, Code string }

type concept struct{ Coding []coding }

func (c concept) code(system string) string {
	for _, x := range c.Coding {
		if x.System == system {
			return x.Code
		}
	}
	return ""
}

type value struct {
	ValueQuantity    *struct{ Value json.Number }
	ValueString      string
	ValueDateTime    string
	ValueSampledData *struct{ Data string }
	DataAbsentReason *concept
}

// text is the value as the table has it.
func (v value) text() string {
	if v.ValueQuantity != nil {
		return v.ValueQuantity.Value.String()
	}
	return v.ValueString + v.ValueDateTime
}

type resource struct {
	ResourceType      string
	ID                string
	Code              concept
	EffectiveDateTime string
	EffectivePeriod   *struct{ Start, End string }
	Component         []struct {
		Code concept
		value
	}
	value
	Meta struct {
		Profile []string
		Tag     []coding
	}
}

func readBundle(t testing.TB, b []byte) []resource {
	t.Helper()
	var bundle struct {
		ResourceType, Type string
		Entry              []struct {
			FullURL  string `json:"fullUrl"`
			Resource resource
		}
	}
	require.NoError(t, json.Unmarshal(b, &bundle))
	require.Equal(t, "Bundle", bundle.ResourceType)
	require.Equal(t, "collection", bundle.Type)
	seen := map[string]bool{}
	list := make([]resource, len(bundle.Entry))
	for i, e := range bundle.Entry {
		require.False(t, seen[e.FullURL], "two resources have the same address")
		seen[e.FullURL] = true
		list[i] = e.Resource
	}
	for _, to := range regexp.MustCompile(`"reference": "([^"]*)"`).FindAllSubmatch(b, -1) {
		require.True(t, seen[string(to[1])], "%s is not in the bundle", to[1])
	}
	return list
}

// edf is a file of EDF+ as Kemp and Olivan (2003) describe it.
type edf struct {
	start       string // date and time of the header
	patient     string
	recording   string
	signals     map[string][]string // values in their unit, "" for the lowest step
	annotations []note
}

type note struct{ onset, long, text string }

func readEDF(t testing.TB, b []byte) edf {
	t.Helper()
	at := 0
	field := func(width int) string {
		require.GreaterOrEqual(t, len(b), at+width)
		text := string(b[at : at+width])
		at += width
		require.False(t, strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }), "the header is not ASCII")
		return strings.TrimSpace(text)
	}
	number := func(width int) int {
		n, err := strconv.Atoi(field(width))
		require.NoError(t, err)
		return n
	}
	var out edf
	require.Equal(t, "0", field(8))
	out.patient, out.recording, out.start = field(80), field(80), field(8)+" "+field(8)
	size := number(8)
	require.Equal(t, "EDF+C", field(44))
	records := number(8)
	require.Equal(t, 1, number(8))
	n := number(4)
	column := func(width int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = field(width)
		}
		return list
	}
	labels, _, _ := column(16), column(80), column(8)
	least, most, low, high := column(8), column(8), column(8), column(8)
	_, counts, _ := column(80), column(8), column(32)
	require.Equal(t, size, at)
	require.Equal(t, "EDF Annotations", labels[n-1])
	out.signals = map[string][]string{}
	for range records {
		for s, label := range labels {
			count, err := strconv.Atoi(counts[s])
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(b), at+2*count)
			part := b[at : at+2*count]
			at += 2 * count
			if label == "EDF Annotations" {
				out.annotations = append(out.annotations, readTrack(t, part)...)
				continue
			}
			for i := range count {
				out.signals[label] = append(out.signals[label], scaled(t, int16(binary.LittleEndian.Uint16(part[2*i:])), least[s], most[s], low[s], high[s]))
			}
		}
	}
	require.Len(t, b, at, "nothing behind the records")
	return out
}

// scaled is a sample in the unit of its signal.
func scaled(t testing.TB, sample int16, least, most, low, high string) string {
	t.Helper()
	f := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return v
	}
	if float64(sample) == f(low) {
		return ""
	}
	require.LessOrEqual(t, float64(sample), f(high))
	v := f(least) + (float64(sample)-f(low))*(f(most)-f(least))/(f(high)-f(low))
	_, decimals, _ := strings.Cut(least, ".")
	return strconv.FormatFloat(v, 'f', len(decimals), 64)
}

func readTrack(t testing.TB, b []byte) []note {
	t.Helper()
	var list []note
	for i, tal := range strings.Split(strings.TrimRight(string(b), "\x00"), "\x00") {
		when, text, ok := strings.Cut(tal, "\x14")
		require.True(t, ok, "%q", tal)
		onset, long, _ := strings.Cut(when, "\x15")
		require.Contains(t, "+-", onset[:1])
		require.True(t, strings.HasSuffix(text, "\x14"), "%q", tal)
		if i == 0 {
			require.Equal(t, "\x14", text, "the first says when the record begins")
			continue
		}
		list = append(list, note{onset, long, strings.TrimSuffix(text, "\x14")})
	}
	return list
}

// readRows reads the tables of a page, one list of cells for each row.
func readRows(page []byte) [][]string {
	tags := regexp.MustCompile(`<[^>]*>`)
	var list [][]string
	for _, row := range regexp.MustCompile(`(?s)<tr[^>]*>(.*?)</tr>`).FindAllSubmatch(page, -1) {
		var cells []string
		for _, cell := range regexp.MustCompile(`(?s)<t[dh][^>]*>(.*?)</t[dh]>`).FindAllSubmatch(row[1], -1) {
			cells = append(cells, strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(string(cell[1]), ""))))
		}
		list = append(list, cells)
	}
	return list
}
