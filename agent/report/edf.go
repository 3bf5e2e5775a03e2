package report

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

// ErrDate is returned for a session at a date that EDF cannot hold: it has two digits for the year, 1985 to 2084.
var ErrDate = errors.New("EDF has dates from 1985 to 2084 only: the clock of the room was wrong")

// EDF writes a report as EDF+C (Kemp and Olivan 2003), in data records of one second: the continuous vitals once a second,
// pressures in the second they were taken in, recorded waves in their own rate, and annotations for phases, doses, alerts,
// pressures, peaks, gaps and what people did. EDF has no missing value: the lowest step of each signal, one below zero, stands
// for it, and the field prefiltering says so. Clock times are those of the style's zone, as EDF+ wants them; the first
// annotation has the moment in UTC. The error wraps ErrDate for dates that the format cannot hold.
func EDF(w io.Writer, r *Report, style Style) error {
	style = style.withDefaults()
	local := r.From.In(style.Zone)
	if local.Year() < 1985 || local.Year() > 2084 {
		return fmt.Errorf("report: edf: %s: %w", local.Format(time.DateOnly), ErrDate)
	}
	signals := append(trends(r), waves(r)...)
	records := max(len(r.Seconds), 1)
	track := newTrack(annotations(r), records, time.Duration(r.From.Nanosecond()))
	var b bytes.Buffer
	edfHeader(&b, r, local, signals, track, records)
	for i := range records {
		for s := range signals {
			for _, v := range signals[s].samples[i*signals[s].rate : (i+1)*signals[s].rate] {
				b.Write(binary.LittleEndian.AppendUint16(b.AvailableBuffer(), uint16(v)))
			}
		}
		b.Write(track.record(i))
		if b.Len() > 1<<16 {
			if _, err := b.WriteTo(w); err != nil {
				return fmt.Errorf("report: edf: %w", err)
			}
		}
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("report: edf: %w", err)
	}
	return nil
}

// signal is one signal of the file.
type signal struct {
	label    string // at most 16 characters
	sensor   string // "transducer" in the standard, at most 80
	unit     string
	decimals int
	top      int // largest sample
	rate     int // samples a second
	samples  []int16
}

// edfMissing stands for a value that is not there.
const edfMissing = -1

// edfLargest is the largest sample of 16 bits.
const edfLargest = 1<<15 - 1

func newSignal(label, sensor, unit string, rate, seconds int) signal {
	s := signal{label: label, sensor: sensor, unit: unit, rate: rate, samples: make([]int16, max(seconds, 1)*rate)}
	for i := range s.samples {
		s.samples[i] = edfMissing
	}
	return s
}

// set sets a sample. What 16 bits do not hold stays missing: no device of ours measures that.
func (s *signal) set(i, value int) {
	if i >= 0 && i < len(s.samples) && value >= 0 && value <= edfLargest {
		s.samples[i] = int16(value)
		s.top = max(s.top, value)
	}
}

// trends are the vitals once a second.
func trends(r *Report) []signal {
	var list []signal
	// Scales that a viewer can use, our choice; a larger value widens them.
	for v, scale := range []struct {
		label string
		top   int
	}{{"Pulse rate", 250}, {"SpO2", 100}, {"Perfusion index", 2000}} {
		vital := Continuous()[v]
		if !measured(r, vital) {
			continue
		}
		s := newSignal(scale.label, "pulse oximeter", vital.Unit(), 1, len(r.Seconds))
		s.top, s.decimals = scale.top, vital.Decimals()
		for i := range r.Seconds {
			if r.Seconds[i].Known[v] {
				s.set(i, r.Seconds[i].Value[v])
			}
		}
		list = append(list, s)
	}
	if len(r.Readings) == 0 {
		return list
	}
	for _, vital := range []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean} {
		s := newSignal(vital.Title(), "cuff", "mmHg", 1, len(r.Seconds))
		s.top = 300
		for i := range r.Seconds {
			if x := r.Seconds[i].Reading; x != nil {
				if value := pressure(x, vital); value > 0 {
					s.set(i, value)
				}
			}
		}
		list = append(list, s)
	}
	return list
}

// waveSlip is how far a wave's place may be from the moment of its samples before it is put right: runs are published about
// three times a second, and a device's clock is not ours. Our choice.
const waveSlip = 500 * time.Millisecond

// longestRate bounds the rate of a wave, samples a second; our choice, far above any oximeter. A record of EDF should not have
// more than 61440 bytes.
const longestRate = 1000

// waves are the recorded waves, one signal for each device and rate. A run follows the one before it without a seam, as long as
// it then lies where its moment says; else it is put there, and samples that would lie before their moment are left out.
func waves(r *Report) []signal {
	var list []signal
	next := map[string]int{} // sample behind the last run
	index := map[string]int{}
	for i := range r.Pleth {
		p := &r.Pleth[i]
		if p.Rate <= 0 || p.Rate > longestRate || p.FullScale <= 0 {
			continue
		}
		key := p.Device + " " + strconv.Itoa(p.Rate)
		if _, ok := index[key]; !ok {
			index[key] = len(list)
			list = append(list, newSignal("Pleth "+strconv.Itoa(len(list)+1), p.Device, "1", p.Rate, len(r.Seconds)))
		}
		s := &list[index[key]]
		length := time.Duration(len(p.Samples)) * time.Second / time.Duration(p.Rate)
		at := int((p.At.Sub(r.From) - length).Seconds() * float64(p.Rate)) // the moment is that of the last sample
		slip := int(waveSlip.Seconds() * float64(p.Rate))
		begin, samples := next[key], p.Samples
		if at-begin > slip {
			begin = at
		} else if begin-at > slip {
			samples = samples[min(begin-at, len(samples)):]
		}
		for n, v := range samples {
			if v >= 0 && v <= p.FullScale {
				s.set(begin+n, int(v)/shrink(p.FullScale))
			}
		}
		s.top = max(s.top, int(p.FullScale)/shrink(p.FullScale))
		next[key] = begin + len(samples)
	}
	return list
}

// shrink is what samples of that full scale are divided by to fit into 16 bits.
func shrink(fullScale int32) int { return int(fullScale)/(edfLargest+1) + 1 }

// edfHeader writes the header: ASCII in fields of fixed width.
func edfHeader(b *bytes.Buffer, r *Report, local time.Time, signals []signal, track *track, records int) {
	n := len(signals) + 1
	field := func(width int, text string) { fmt.Fprintf(b, "%-*.*s", width, width, ascii(text)) }
	day := strings.ToUpper(local.Format("02-Jan-2006"))
	mode := ""
	switch r.Mode {
	case wire.Demo:
		mode = " SIMULATED"
	case wire.Test:
		mode = " TEST"
	}
	field(8, "0")
	field(80, word(r.Session)+" X X X") // code, sex, date of birth, name: only the pseudonym is known
	field(80, "Startdate "+day+" "+word(r.Room)+" X Bedside"+mode)
	field(8, local.Format("02.01.06"))
	field(8, local.Format("15.04.05"))
	field(8, strconv.Itoa((n+1)*256))
	field(44, "EDF+C")
	field(8, strconv.Itoa(records))
	field(8, "1")
	field(4, strconv.Itoa(n))
	all := append(append([]signal(nil), signals...), signal{label: "EDF Annotations", rate: track.width / 2})
	each := func(width int, text func(s *signal) string) {
		for i := range all {
			field(width, text(&all[i]))
		}
	}
	last := &all[len(all)-1]
	pick := func(annotation string, text func(s *signal) string) func(s *signal) string {
		return func(s *signal) string {
			if s == last {
				return annotation
			}
			return text(s)
		}
	}
	each(16, func(s *signal) string { return s.label })
	each(80, func(s *signal) string { return s.sensor })
	each(8, func(s *signal) string { return s.unit })
	each(8, pick("-1", func(s *signal) string { return s.physical(edfMissing) }))
	each(8, pick("1", func(s *signal) string { return s.physical(max(s.top, 1)) }))
	each(8, pick("-32768", func(*signal) string { return strconv.Itoa(edfMissing) }))
	each(8, pick("32767", func(s *signal) string { return strconv.Itoa(max(s.top, 1)) }))
	each(80, pick("", func(s *signal) string { return "none; " + s.physical(edfMissing) + " is no value" }))
	each(8, func(s *signal) string { return strconv.Itoa(s.rate) })
	each(32, func(*signal) string { return "" })
}

// physical writes a sample in the unit of its signal.
func (s *signal) physical(sample int) string {
	text := strconv.Itoa(sample)
	if s.decimals > 0 {
		text = strconv.FormatFloat(float64(sample)/100, 'f', s.decimals, 64)
	}
	return text
}

// ascii replaces what the header cannot hold.
func ascii(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, text)
}

// word is a text as one subfield of the header, in which spaces separate.
func word(text string) string {
	return cmp.Or(strings.ReplaceAll(strings.TrimSpace(text), " ", "_"), "X")
}
