package devicetest

import (
	"fmt"
	"strings"

	"bedside/devices"
)

// Text writes the log as the lines of a want.txt: one for each thing that came out, after the time since Start.
func (l *Log) Text() string {
	var b strings.Builder
	for i := range l.Entries {
		l.Entries[i].text(&b)
	}
	fmt.Fprintf(&b, "end: received %d, framed %d in %d frames, dropped %d, waiting %d\n",
		l.Received, l.Framed, l.Frames, l.Dropped, l.Pending())
	return b.String()
}

func (e *Entry) text(b *strings.Builder) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "+%v "+format+"\n", append([]any{e.At}, args...)...) }
	for _, f := range e.Faults {
		line("fault %v bytes=%d code=%d", f.Kind, f.Bytes, f.Code)
	}
	if e.Refused != nil {
		line("refused: %v", e.Refused)
	}
	if len(e.Tx) > 0 {
		line("tx % X", e.Tx)
	}
	for _, c := range e.Cuff {
		line("%s", cuffText(c))
	}
	for i := range e.Readings {
		line("%s", ReadingText(&e.Readings[i]))
	}
	for _, w := range e.Waves {
		line("wave %v %d/s of %d:%s", w.Vital, w.Rate, w.FullScale, samplesText(w.Samples))
	}
}

// ReadingText writes a reading as in a want.txt, without its moment.
func ReadingText(r *devices.Reading) string {
	var b strings.Builder
	b.WriteString("reading")
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
