package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// isoMillis is ISO 8601 with milliseconds, in UTC or with the offset of the zone.
const isoMillis = "2006-01-02T15:04:05.000Z07:00"

// iso writes a moment for programs.
func iso(at time.Time) string { return at.UTC().Format(isoMillis) }

// secondsHead are the columns of SecondsCSV. Pressures are in mm[Hg], rates in /min, the others in per cent.
func secondsHead() []string {
	return []string{
		"session", "mode", "time", "local_time", "elapsed_s", "after_dose_s", "phase", "pulse_rate", "spo2", "perfusion_index",
		"systolic", "diastolic", "mean", "cuff_pulse_rate", "quality",
	}
}

// SecondsCSV writes one row for each second of the session, as RFC 4180 has it, with a head. An empty field is a value that is
// not there, and the column quality says why: "ok", or words separated by semicolons, such as "spo2:finger_out" for a value
// that is absent, "low_perfusion" for what the device flagged, "cuff:by_hand" for a pressure that somebody measured. A pressure
// stands in the second it was taken in and nowhere else. The session's code and the mode stand in each row, so that simulated
// data stay marked wherever rows are copied to. Only the column local_time depends on the style.
func SecondsCSV(w io.Writer, r *Report, style Style) error {
	style = style.withDefaults()
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(secondsHead()); err != nil {
		return fmt.Errorf("report: csv: %w", err)
	}
	phase := 0
	for i := range r.Seconds {
		s := &r.Seconds[i]
		for phase+1 < len(r.Phases) && !s.At.Before(r.Phases[phase+1].From) {
			phase++
		}
		if err := out.Write(secondRow(r, s, i, phase, style.Zone)); err != nil {
			return fmt.Errorf("report: csv: %w", err)
		}
	}
	return flush(out)
}

func flush(out *csv.Writer) error {
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("report: csv: %w", err)
	}
	return nil
}

func secondRow(r *Report, s *Second, elapsed, phase int, zone *time.Location) []string {
	row := make([]string, 0, len(secondsHead()))
	dose := ""
	if len(r.Doses) > 0 {
		dose = strconv.Itoa(int(math.Floor(s.At.Sub(r.Doses[0].At).Seconds())))
	}
	row = append(row, r.Session, string(r.Mode), iso(s.At), s.At.In(zone).Format(isoMillis), strconv.Itoa(elapsed), dose)
	if phase < len(r.Phases) {
		row = append(row, string(r.Phases[phase].Phase))
	} else {
		row = append(row, "")
	}
	var quality []string
	for v, vital := range Continuous() {
		value := ""
		if s.Known[v] {
			value = wire.Digits(vital, s.Value[v]).String()
		} else if s.Why[v] != "" {
			quality = append(quality, vital.String()+":"+s.Why[v])
		}
		row = append(row, value)
	}
	quality = append(quality, s.Flags...)
	x := s.Reading
	if x == nil {
		x = &sessions.CuffReading{}
	} else if x.ByHand {
		quality = append(quality, "cuff:by_hand")
	}
	for _, v := range []int{x.Systolic, x.Diastolic, x.Mean, x.PulseRate} {
		row = append(row, digitsOr(devices.Systolic, v))
	}
	if len(quality) == 0 {
		quality = append(quality, "ok")
	}
	return append(row, strings.Join(quality, ";"))
}

// digitsOr writes a value, nothing for 0, which stands for one that was not measured.
func digitsOr(v devices.Vital, value int) string {
	if value == 0 {
		return ""
	}
	return wire.Digits(v, value).String()
}

// FiguresCSV writes every other figure of a report as one long table: the group and the number of a thing within it, the name of
// the figure, its value and its unit (UCUM; 1 for a count). An empty value is one that is not known. It does not depend on the
// style.
func FiguresCSV(w io.Writer, r *Report, _ Style) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write([]string{"group", "number", "figure", "value", "unit"}); err != nil {
		return fmt.Errorf("report: csv: %w", err)
	}
	list := entries(r)
	for i := range list {
		e := &list[i]
		value := e.quantity
		switch {
		case e.text != "":
			value = harmless(e.text)
		case !e.moment.IsZero():
			value = iso(e.moment)
		}
		if err := out.Write([]string{e.group, strconv.Itoa(e.number), e.name, value, e.unit}); err != nil {
			return fmt.Errorf("report: csv: %w", err)
		}
	}
	return flush(out)
}

// harmless puts an apostrophe before a text that a spreadsheet would take for a formula: staff write notes, and whoever opens
// the table must not run them.
func harmless(text string) string {
	if strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
