package nellcor

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// Columns of a data line counted from 0, oximeters.md section 5.2. A number ends in its last column, and the mark of a
// crossed limit stands behind it. Where LB and BU stand is not known; their column is our choice.
const (
	columnSat       = 23
	columnRate      = 31
	columnAmplitude = 39
	columnState     = 44
	columnSatLimit  = 47
	columnRateLimit = 50
	columnBattery   = 53
	columnSilenced  = 56
	columnOff       = 59
	columns         = 61
)

// model is what differs between instruments.
type model struct {
	name     string
	every    time.Duration
	capitals bool // the month
	padded   bool // the pulse amplitude, with zeros
	headers  [3]string
}

// models lists them; the first is the usual one. The second header of an N-65 is not known; it has that of the N-560.
func models() []model {
	const (
		first  = "VERSION 1.00.00    CRC:%04X  SpO2 Limit: 85-100%%    PR Limit: 40-170BPM"
		second = "                                 ADULT         0SAT-S"
		third  = "TIME                 %SpO2    BPM      PA   Status"
	)
	return []model{
		{name: "n-560", every: 2 * time.Second, headers: [3]string{"N-560    " + first, second, third}},
		{name: "n-595", every: 2 * time.Second, headers: [3]string{
			"N-595    " + first, second + "   SPO2 RESP MODE: NORMAL", "TIME                 %SPO2    BPM      PA   Status",
		}},
		{name: "n-65", every: time.Second, capitals: true, padded: true, headers: [3]string{"N-65     " + first, second, third}},
	}
}

// Models returns the words that Options.Model takes, the usual one first.
func Models() []string {
	var names []string
	for _, m := range models() {
		names = append(names, m.name)
	}
	return names
}

func modelOf(name string) model {
	all := models()
	for _, m := range all {
		if m.name == name {
			return m
		}
	}
	return all[0]
}

// headers appends the head of a page.
func (d *Device) headers() {
	d.buf = fmt.Appendf(d.buf, d.model.headers[0]+"\r\n", uint16(d.options.Seed*0x9E37+0x4B1D))
	for _, h := range d.model.headers[1:] {
		d.buf = append(append(d.buf, h...), "\r\n"...)
	}
}

// line appends one data line. The instrument's clock is the time of day in UTC.
func (d *Device) line(at time.Time, s shown) {
	var text [columns]byte
	for i := range text {
		text[i] = ' '
	}
	at.UTC().AppendFormat(text[:0], "02-Jan-06 15:04:05")
	if d.model.capitals {
		copy(text[:], bytes.ToUpper(text[:9]))
	}
	write := func(column int, word string) { copy(text[column:], word) }
	right := func(column int, v int, padded bool) {
		word := strconv.Itoa(v)
		if v < 0 {
			word = "---"
		} else if padded {
			word = fmt.Sprintf("%03d", v)
		}
		write(column+1-len(word), word)
	}
	right(columnSat, s.sat, false)
	right(columnRate, s.rate, false)
	right(columnAmplitude, s.amplitude, d.model.padded)
	write(columnState, s.state)
	limit := func(number, column int, crossed bool, word string) {
		if crossed {
			write(number+1, "*")
			write(column, word)
		}
	}
	limit(columnSat, columnSatLimit, s.sat > 0 && s.sat < satLow, "SL")
	limit(columnRate, columnRateLimit, s.rate > 0 && s.rate < rateLow, "PL")
	limit(columnRate, columnRateLimit, s.rate > rateHigh, "PH")
	for _, mark := range []struct {
		on     bool
		column int
		word   string
	}{
		{d.options.OnBattery, columnBattery, "BU"},
		{s.battery, columnBattery, "LB"},
		{d.options.Silenced, columnSilenced, "AS"},
		{d.options.AlarmsOff, columnOff, "AO"},
	} {
		if mark.on {
			write(mark.column, mark.word)
		}
	}
	d.buf = append(append(d.buf, text[:]...), "\r\n"...)
}
