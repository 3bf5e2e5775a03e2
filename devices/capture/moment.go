package capture

import (
	"fmt"
	"slices"
	"strings"

	"bedside/devices"
)

// Moment is what a driver made of its input at one moment, in a form that does not depend on how the bytes were split.
// Nothing in it belongs to the session.
type Moment struct {
	Readings []devices.Reading
	Waves    []devices.Wave // the samples of waves that follow each other and are of one kind, joined
	Cuff     []devices.CuffState
	Faults   []devices.Fault // one per kind and code: the bytes of all faults of the moment, added up
	Tx       []byte
	Refused  error // why an order was refused
}

// Take adds a copy of what a session returned.
func (m *Moment) Take(out *devices.Output) {
	for _, r := range out.Readings {
		r.Measurements, r.Absences = slices.Clone(r.Measurements), slices.Clone(r.Absences)
		m.Readings = append(m.Readings, r)
	}
	for _, w := range out.Waves {
		m.Waves = joinWave(m.Waves, w)
	}
	m.Cuff = append(m.Cuff, out.Cuff...)
	for _, f := range out.Faults {
		m.Faults = joinFault(m.Faults, f)
	}
	m.Tx = append(m.Tx, out.Tx...)
}

func joinWave(all []devices.Wave, w devices.Wave) []devices.Wave {
	if n := len(all); n > 0 {
		last := &all[n-1]
		if last.Vital == w.Vital && last.Rate == w.Rate && last.FullScale == w.FullScale {
			last.At = w.At
			last.Samples = append(last.Samples, w.Samples...)
			return all
		}
	}
	w.Samples = slices.Clone(w.Samples)
	return append(all, w)
}

func joinFault(all []devices.Fault, f devices.Fault) []devices.Fault {
	for i := range all {
		if all[i].Kind == f.Kind && all[i].Code == f.Code {
			all[i].Bytes += f.Bytes
			return all
		}
	}
	all = append(all, f)
	slices.SortFunc(all, func(a, b devices.Fault) int { return (int(a.Kind)-int(b.Kind))*1000 + a.Code - b.Code })
	return all
}

// Lines returns one line of text for each thing of the moment: faults, refusal, bytes written, cuff states, readings,
// waves.
func (m *Moment) Lines() []string {
	var lines []string
	for _, f := range m.Faults {
		lines = append(lines, fmt.Sprintf("fault %v bytes=%d code=%d", f.Kind, f.Bytes, f.Code))
	}
	if m.Refused != nil {
		lines = append(lines, fmt.Sprintf("refused: %v", m.Refused))
	}
	if len(m.Tx) > 0 {
		lines = append(lines, fmt.Sprintf("tx % X", m.Tx))
	}
	for _, c := range m.Cuff {
		lines = append(lines, cuffText(c))
	}
	for i := range m.Readings {
		lines = append(lines, ReadingText(&m.Readings[i]))
	}
	for _, w := range m.Waves {
		lines = append(lines, fmt.Sprintf("wave %v %d/s of %d:%s", w.Vital, w.Rate, w.FullScale, samplesText(w.Samples)))
	}
	return lines
}

// ReadingText writes a reading without its moment.
func ReadingText(r *devices.Reading) string {
	var b strings.Builder
	b.WriteString("reading")
	if r.Of != 0 {
		b.WriteString(" of " + r.Of.String())
	}
	if r.Spot {
		b.WriteString(" spot")
	}
	for _, m := range r.Measurements {
		fmt.Fprintf(&b, " %v=%d", m.Vital, m.Value)
	}
	for _, a := range r.Absences {
		fmt.Fprintf(&b, " %v:%v", a.Vital, a.Reason)
	}
	if names := r.Status.Names(); names != nil {
		b.WriteString(" [" + strings.Join(names, " ") + "]")
	}
	return b.String()
}

func cuffText(c devices.CuffState) string {
	s := "cuff " + c.Phase.String()
	if c.HasPressure {
		s += fmt.Sprintf(" pressure=%d", c.Pressure)
	}
	if c.Class != 0 || c.Code != 0 {
		s += fmt.Sprintf(" class=%v code=%d", c.Class, c.Code)
	}
	return s
}

func samplesText(samples []int32) string {
	var b strings.Builder
	for _, s := range samples {
		if s == devices.MissingSample {
			b.WriteString(" -")
		} else {
			fmt.Fprintf(&b, " %d", s)
		}
	}
	return b.String()
}
