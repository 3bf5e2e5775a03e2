package report_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/devices"
)

// The figures of the summary, counted again from the table of the seconds by what is written here alone.
func TestFiguresFollowFromTheSeconds(t *testing.T) {
	r := recordedReport(t)
	seconds := readTable(t, written(t, "csv", r, report.Style{}))
	figures := readFigures(t, written(t, "figures", r, report.Style{}))
	get := func(group, number, name string) string {
		v := figures[figureKey{group, number, name}]
		require.Len(t, v, 1, "%s %s %s", group, number, name)
		return v[0]
	}
	require.Len(t, seconds, len(r.Seconds))
	for n := range len(r.Peaks) {
		n++
		number := strconv.Itoa(n)
		vital := get("peak", number, "vital")
		best, when := 0, ""
		for _, s := range seconds {
			v, err := strconv.Atoi(s[vital])
			if err != nil || strings.HasPrefix(s["after_dose_s"], "-") {
				continue
			}
			if when == "" || vital == "spo2" && v < best || vital != "spo2" && v > best {
				best, when = v, s["after_dose_s"]
			}
		}
		assert.Equal(t, get("peak", number, "value"), strconv.Itoa(best), vital)
		after, err := strconv.ParseFloat(get("peak", number, "after_dose"), 64)
		require.NoError(t, err)
		assert.Equal(t, when, strconv.Itoa(int(after)), vital)
	}
	for k := range figures {
		if k.group == "line" && k.name == "beyond" {
			vital, side := get("line", k.number, "vital"), get("line", k.number, "side")
			limit, err := strconv.Atoi(get("line", k.number, "limit"))
			require.NoError(t, err)
			beyond, of := 0, 0
			for _, s := range seconds {
				if v, err := strconv.Atoi(s[vital]); err == nil {
					of++
					if side == "below" && v < limit || side == "at_least" && v >= limit {
						beyond++
					}
				}
			}
			assert.Equal(t, []string{strconv.Itoa(beyond), strconv.Itoa(of)}, []string{get("line", k.number, "beyond"), get("line", k.number, "of")}, vital)
		}
		if k.group == "coverage" && k.name == "known" {
			vital := get("coverage", k.number, "vital")
			known, reasons := 0, map[string]int{}
			for _, s := range seconds {
				if s[vital] != "" {
					known++
					continue
				}
				for q := range strings.SplitSeq(s["quality"], ";") {
					if why, ok := strings.CutPrefix(q, vital+":"); ok {
						reasons["absent."+why]++
					}
				}
			}
			assert.Equal(t, get("coverage", k.number, "known"), strconv.Itoa(known))
			for why, n := range reasons {
				assert.Equal(t, get("coverage", k.number, why), strconv.Itoa(n))
			}
		}
	}
}

// FHIR and EDF+ have every value of the tables, and no other.
func TestProgramsReadTheSameNumbersInEachFormat(t *testing.T) {
	r, short := recordedReport(t), shortSession(t).report()
	r.Limits, r.Suspensions = short.Limits, append(r.Suspensions, short.Suspensions...)
	require.NotEmpty(t, r.Limits)
	require.Greater(t, len(r.Suspensions), 3)
	seconds := readTable(t, written(t, "csv", r, report.Style{}))
	figures := readFigures(t, written(t, "figures", r, report.Style{}))
	bundle := readBundle(t, written(t, "fhir", r, report.Style{}))
	message := readHL7(t, written(t, "hl7", r, report.Style{}))
	file := readEDF(t, written(t, "edf", r, report.Style{}))

	column := func(name string) []string {
		list := make([]string, len(seconds))
		for i, s := range seconds {
			list[i] = s[name]
		}
		return list
	}
	at := map[string]map[string]string{}
	for _, s := range seconds {
		at[s["time"]] = s
	}
	in := map[figureKey][]string{}
	courses, minutes, panels := 0, map[string]int{}, 0
	for _, x := range bundle {
		require.Contains(t, x.Meta.Tag, coding{"http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST"}, "of a test")
		group := x.Code.code("urn:bedside:figure")
		switch name, _ := strings.CutPrefix(group, "course-"); {
		case x.ValueSampledData != nil:
			courses++
			data := strings.Split(x.ValueSampledData.Data, " ")
			for i := range data {
				if data[i] == "E" {
					data[i] = ""
				}
			}
			assert.Equal(t, column(strings.ReplaceAll(name, "-", "_")), data, name)
		case group != "":
			number := x.ID[strings.LastIndex(x.ID, "-")+1:]
			for _, c := range x.Component {
				k := figureKey{group, number, c.Code.code("urn:bedside:figure")}
				in[k] = append(in[k], c.text())
			}
		case x.Code.code("http://loinc.org") == "85354-9":
			panels++
			number := strings.TrimPrefix(x.ID, "bp-")
			for i, name := range []string{"systolic", "diastolic", "mean"} {
				assert.Equal(t, figures[figureKey{"reading", number, name}], []string{x.Component[i].text()})
			}
		case x.ResourceType == "Observation" && !strings.HasPrefix(x.ID, "bp-"):
			name := strings.ReplaceAll(x.ID[:strings.LastIndex(x.ID, "-")], "-", "_")
			minutes[name]++
			if x.EffectivePeriod != nil {
				assert.NotNil(t, x.DataAbsentReason)
				continue
			}
			assert.Equal(t, at[x.EffectiveDateTime][name], x.text())
		}
	}
	assert.Equal(t, figures, in)
	assert.Equal(t, len(r.Coverage), courses)
	assert.Equal(t, len(r.Readings), panels)
	whole := (len(r.Seconds) + 59) / 60
	assert.Equal(t, map[string]int{"pulse_rate": whole, "spo2": whole}, minutes)
	assert.Equal(t, figures, message.figures)
	sameMeasurements(t, message, at, figures)
	assert.Len(t, message.readings, len(r.Readings))
	assert.Equal(t, 2*whole, len(message.minutes)+message.missing)

	for label, name := range map[string]string{
		"Pulse rate": "pulse_rate", "SpO2": "spo2", "Perfusion index": "perfusion_index",
		"Systolic": "systolic", "Diastolic": "diastolic", "Mean pressure": "mean",
	} {
		assert.Equal(t, column(name), file.signals[label], label)
	}
	var texts []string
	for _, n := range file.annotations {
		texts = append(texts, n.text)
	}
	for i := range r.Peaks {
		number := strconv.Itoa(i + 1)
		get := func(name string) string { return figures[figureKey{"peak", number, name}][0] }
		assert.Contains(t, texts, fmt.Sprintf("Peak %s %s %s, baseline %s", get("vital"), get("value"), r.Peaks[i].Vital.Unit(), get("baseline")))
	}
	for i := range r.Doses {
		number := strconv.Itoa(i + 1)
		assert.Contains(t, texts, fmt.Sprintf("Dose %s: %s %s", number, figures[figureKey{"dose", number, "drug"}][0], figures[figureKey{"dose", number, "amount"}][0]))
	}
	for i := range r.Alerts {
		raised, err := time.Parse(time.RFC3339, figures[figureKey{"alert", strconv.Itoa(i + 1), "raised"}][0])
		require.NoError(t, err)
		onset := strconv.FormatFloat(raised.Sub(r.From).Seconds(), 'f', -1, 64)
		assert.True(t, slices.ContainsFunc(file.annotations, func(n note) bool {
			return strings.TrimPrefix(n.onset, "+") == onset && strings.HasPrefix(n.text, "Alert "+r.Alerts[i].Priority+" "+r.Alerts[i].Condition)
		}), r.Alerts[i].Occurrence)
	}
}

// sameMeasurements holds what a message measured against the tables.
func sameMeasurements(t *testing.T, m hl7, at map[string]map[string]string, figures map[figureKey][]string) {
	t.Helper()
	names := map[string]string{
		"MDC_PULS_OXIM_PULS_RATE": "pulse_rate", "MDC_PULS_OXIM_SAT_O2": "spo2", "MDC_PULS_RATE_NON_INV": "pulse_rate",
		"MDC_PRESS_BLD_NONINV_SYS": "systolic", "MDC_PRESS_BLD_NONINV_DIA": "diastolic", "MDC_PRESS_BLD_NONINV_MEAN": "mean",
	}
	for _, v := range m.minutes {
		assert.Equal(t, at[v.time][names[v.code]], v.value, "%s at %s", v.code, v.time)
	}
	for number, values := range m.readings {
		for _, v := range values {
			assert.Equal(t, figures[figureKey{"reading", number, names[v.code]}], []string{v.value}, "%s of reading %s", v.code, number)
			assert.Equal(t, figures[figureKey{"reading", number, "at"}], []string{v.time})
		}
	}
}

// People read the figures that programs read.
func TestPeopleReadTheSameNumbers(t *testing.T) {
	r := recordedReport(t)
	figures := readFigures(t, written(t, "figures", r, report.Style{}))
	rows := readRows(written(t, "html", r, report.Style{}))
	pages := strings.Split(printed(t, r), "\n")
	for _, want := range peopleRows(t, r, figures) {
		assert.True(t, slices.ContainsFunc(rows, func(cells []string) bool {
			return slices.ContainsFunc(cells, func(c string) bool { return strings.HasPrefix(c, want[0]) }) && holds(cells, want[1:])
		}), "html: %v", want)
		if len(pages) == 1 {
			continue // nothing reads it here
		}
		assert.True(t, slices.ContainsFunc(pages, func(line string) bool {
			return strings.Contains(line, want[0]) && holds([]string{line}, want[1:])
		}), "pdf: %v", want)
	}
}

// peopleRows are the cells that rows for people must have: first how a row begins, then the numbers in it.
func peopleRows(t *testing.T, r *report.Report, figures map[figureKey][]string) [][]string {
	t.Helper()
	clock := func(text string) string {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at.Format("15:04:05")
	}
	span := func(text string) string {
		s, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return fmt.Sprintf("%d:%02d", int(s)/60, int(s)%60)
	}
	var list [][]string
	for i := range r.Peaks {
		get := func(name string) string { return figures[figureKey{"peak", strconv.Itoa(i + 1), name}][0] }
		list = append(list, []string{r.Peaks[i].Vital.Title(), get("value"), get("baseline"), clock(get("at")), span(get("after_dose"))})
	}
	for i := range r.Episodes {
		e := &r.Episodes[i]
		get := func(name string) string { return figures[figureKey{"episode", strconv.Itoa(i + 1), name}][0] }
		area, err := strconv.ParseFloat(get("area"), 64)
		require.NoError(t, err)
		want := []string{
			strings.ToUpper(e.Vital[:1]) + strings.ReplaceAll(e.Vital[1:], "_", " "), clock(get("since")), clock(get("peak_at")), span(get("peak_after_dose")),
			get("peak"), get("rise"), strconv.FormatFloat(area, 'f', 0, 64),
		}
		if e.Vital == "blood_pressure" {
			want = append(want, get("peak")+"/"+get("peak_diastolic"), "+"+get("rise")+" / +"+get("rise_diastolic"))
		}
		list = append(list, want)
	}
	for i := range r.Lines {
		get := func(name string) string {
			if v := figures[figureKey{"line", strconv.Itoa(i + 1), name}]; len(v) > 0 {
				return v[0]
			}
			return ""
		}
		want := []string{get("title"), get("limit")}
		if get("beyond") != "" {
			want = append(want, span(get("beyond")), span(get("of")))
		} else {
			want = append(want, get("readings_beyond")+" of "+get("readings_of"))
		}
		list = append(list, want)
	}
	for i := range r.Readings {
		get := func(name string) string { return figures[figureKey{"reading", strconv.Itoa(i + 1), name}][0] }
		list = append(list, []string{clock(get("at")), get("systolic"), get("diastolic"), get("mean")})
	}
	for i := range r.Alerts {
		get := func(name string) string { return figures[figureKey{"alert", strconv.Itoa(i + 1), name}][0] }
		list = append(list, []string{clock(get("raised")), strings.Fields(get("title"))[0]}) // of a title, a page may break the rest
	}
	return list
}

// holds reports whether each part stands in one of the cells.
func holds(cells, parts []string) bool {
	for _, p := range parts {
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(c, p) }) {
			return false
		}
	}
	return true
}

// printed is the text of the PDF, "" where there is no such format or nothing to read it with.
func printed(t *testing.T, r *report.Report) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil || !slices.Contains(report.Formats(), "pdf") {
		t.Log("no PDF is read: pdftotext (Debian package poppler-utils) is missing, or the format")
		return ""
	}
	c := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
	c.Stdin = strings.NewReader(string(written(t, "pdf", r, report.Style{})))
	out, err := c.Output()
	require.NoError(t, err)
	return string(out)
}

// Pressures for people may be in kPa; programs always read mm[Hg].
func TestUnitAndLanguageAreForPeopleAlone(t *testing.T) {
	r := recordedReport(t)
	other := report.Style{Language: report.German, Unit: report.KPa}
	for _, format := range []string{"csv", "figures", "fhir", "hl7", "edf"} {
		assert.Equal(t, written(t, format, r, report.Style{}), written(t, format, r, other), format)
	}
	require.Equal(t, "mm[Hg]", devices.Systolic.Unit())
}
