package devicetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/devices"
)

// Says is what a device says at one moment, and thus what a correct reading may say.
type Says struct {
	// Values are the numbers that the frame carries.
	Values []devices.Measurement
	// Gone says that the device itself calls its numbers unusable, whatever they are (a finger that is out, a search for
	// the pulse): a reading with any value is wrong then.
	Gone bool
}

// Rules say which readings are right. The zero value asks for readings about the latest frame only.
type Rules struct {
	// Reach is how many of the last frames a reading may be about: those that a driver holds back until the next one has
	// proven them. All values of a reading must be of the same frame. Zero means one.
	Reach int
	// Alone lists vitals that are judged each by itself, with a reach of their own: the device refreshes them at other
	// moments than the rest. They are not missed when they are absent.
	Alone map[devices.Vital]int
	// Settle is how many usable frames in a row there must have been until an absence counts as false. Absent as an
	// artifact is never false: that is how a driver says that it does not believe the line. Zero means that it is not
	// counted.
	Settle int
	// Window is the unit of [Outcome.Covered]. Zero means a second, or the time between two frames if that is longer.
	Window time.Duration
}

// Outcome counts what a session made of a stream. It is told in turn what the device says, and what the session makes
// of it. It prints as one line of figures; a test asserts on the fields.
type Outcome struct {
	Rules Rules

	Frames   int           // that the device sent
	Usable   int           // of these, such that carry values
	Span     time.Duration // from the first to the last
	Readings int           // with a value
	Absent   int           // without any
	With     map[devices.Vital]int

	Wrong    int                   // readings with a value that the device did not say
	WrongOf  map[devices.Vital]int // the same by vital; values that were said, but not together, count for each
	Worst    map[devices.Vital]int // how far the worst of them was off, in units of the vital
	Unusable int                   // of the wrong ones, those given while the device said that there is none
	Repeated int                   // readings with values beyond the first about one frame: wrong for a cuff, which measures once
	Example  string                // of a wrong one

	FalseAbsences    int           // readings that say for a false reason that a value is absent; see Rules.Settle
	Windows, Covered int           // windows in which every frame was usable, and those of them that had a reading with a value
	Longest          time.Duration // between two readings with a value, while the device gave usable ones
	Contradictions   int           // faults of kind Inconsistent
	Samples, Lost    int           // of waves, and those of them marked as missing

	began, last, now time.Time
	said             []Says // a ring; index Frames % len
	good             int    // usable frames in a row
	window           int64
	begun            bool // whether the present window had a frame,
	broken, covered  bool // an unusable one, a value
	fresh            int  // readings with values since the last frame
}

// Begin sets the moment at which listening begins. Gaps count from it.
func (o *Outcome) Begin(now time.Time) {
	reach := max(1, o.Rules.Reach)
	for _, n := range o.Rules.Alone {
		reach = max(reach, n)
	}
	o.began, o.last, o.now = now, now, now
	o.said = make([]Says, reach)
	o.With, o.WrongOf, o.Worst = map[devices.Vital]int{}, map[devices.Vital]int{}, map[devices.Vital]int{}
}

// Say tells what the device says from now on. It is called once for each frame, before the session sees it.
func (o *Outcome) Say(now time.Time, says Says) {
	o.now = now
	o.Span = now.Sub(o.began)
	o.Frames++
	slot := &o.said[o.Frames%len(o.said)]
	slot.Values, slot.Gone = append(slot.Values[:0], says.Values...), says.Gone
	o.fresh = 0
	usable := !says.Gone && len(says.Values) > 0
	if w := int64(o.Span / max(o.Rules.Window, 1)); w != o.window {
		o.closeWindow()
		o.window = w
	}
	o.begun = true
	if !usable {
		o.good, o.last, o.broken = 0, now, true
		return
	}
	o.Usable++
	o.good++
	o.Longest = max(o.Longest, now.Sub(o.last))
}

// closeWindow counts the window that is over. The one that is under way when the stream ends does not count.
func (o *Outcome) closeWindow() {
	if o.begun && !o.broken {
		o.Windows++
		if o.covered {
			o.Covered++
		}
	}
	o.begun, o.broken, o.covered = false, false, false
}

// Take judges what the session made of its bytes at that moment. It has the form of Watch in a coupling of package
// simulators.
func (o *Outcome) Take(now time.Time, out *devices.Output) {
	for i := range out.Readings {
		o.judge(now, &out.Readings[i])
	}
	for i := range out.Faults {
		if out.Faults[i].Kind == devices.Inconsistent {
			o.Contradictions++
		}
	}
	for i := range out.Waves {
		o.Samples += len(out.Waves[i].Samples)
		for _, v := range out.Waves[i].Samples {
			if v == devices.MissingSample {
				o.Lost++
			}
		}
	}
}

func (o *Outcome) judge(now time.Time, r *devices.Reading) {
	if o.Rules.Settle > 0 && o.good >= o.Rules.Settle {
		for _, a := range r.Absences {
			if _, alone := o.Rules.Alone[a.Vital]; !alone && a.Reason != devices.Artifact {
				o.FalseAbsences++
				break
			}
		}
	}
	if len(r.Measurements) == 0 {
		o.Absent++
		return
	}
	o.Readings++
	if o.fresh++; o.fresh > 1 {
		o.Repeated++
	}
	o.last, o.covered = now, true
	for _, m := range r.Measurements {
		o.With[m.Vital]++
	}
	o.compare(r)
}

// compare counts a reading as wrong unless one of the frames within reach says all that it says.
func (o *Outcome) compare(r *devices.Reading) {
	reach := max(1, o.Rules.Reach)
	right, alive := false, false
	for n := range min(reach, o.Frames) {
		says := o.back(n)
		alive = alive || !says.Gone
		right = right || !says.Gone && !slices.ContainsFunc(r.Measurements, func(m devices.Measurement) bool {
			_, alone := o.Rules.Alone[m.Vital]
			return !alone && !slices.Contains(says.Values, m)
		})
	}
	wrong := !right
	known := true // each value by itself was said within its reach
	for _, m := range r.Measurements {
		off, said := o.off(m)
		if said && off == 0 {
			continue
		}
		wrong, known = true, false
		o.WrongOf[m.Vital]++
		o.Worst[m.Vital] = max(o.Worst[m.Vital], off)
	}
	for _, m := range r.Measurements {
		if _, alone := o.Rules.Alone[m.Vital]; wrong && known && !alone {
			o.WrongOf[m.Vital]++
		}
	}
	if !alive {
		o.Unusable++
	}
	if wrong {
		o.Wrong++
		o.Example = fmt.Sprintf("frame %d: %s; said %v", o.Frames, ReadingText(r), o.recent(reach))
	}
}

// back returns what the device said n frames ago.
func (o *Outcome) back(n int) *Says { return &o.said[(o.Frames-n)%len(o.said)] }

// recent returns the last n things said, newest first.
func (o *Outcome) recent(n int) []Says {
	var all []Says
	for k := range min(n, o.Frames) {
		all = append(all, *o.back(k))
	}
	return all
}

// off returns how far a value is from the nearest that the device said within reach, and whether it said any.
func (o *Outcome) off(m devices.Measurement) (least int, found bool) {
	reach, alone := o.Rules.Alone[m.Vital]
	if !alone {
		reach = max(1, o.Rules.Reach)
	}
	for n := range min(reach, o.Frames) {
		says := o.back(n)
		for _, v := range says.Values {
			if v.Vital != m.Vital || says.Gone {
				continue
			}
			if d := max(v.Value-m.Value, m.Value-v.Value); !found || d < least {
				least, found = d, true
			}
		}
	}
	return least, found
}

// PerHour returns how many of n there were an hour.
func (o *Outcome) PerHour(n int) float64 { return float64(n) / o.Span.Hours() }

// String returns the figures in words, as the comment of a driver states them.
func (o *Outcome) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.4g h, %d frames: %d readings with values, %d without, %d wrong (%.3g an hour",
		o.Span.Hours(), o.Frames, o.Readings, o.Absent, o.Wrong, o.PerHour(o.Wrong))
	for v := devices.PulseRate; v <= devices.CuffPressure; v++ {
		if o.WrongOf[v] > 0 {
			fmt.Fprintf(&b, "; %d %v by up to %d", o.WrongOf[v], v, o.Worst[v])
		}
	}
	fmt.Fprintf(&b, "), %.1f %% of windows with a value, longest gap %v",
		100*float64(o.Covered)/float64(max(1, o.Windows)), o.Longest.Round(time.Millisecond))
	for _, more := range []struct {
		n    int
		what string
	}{
		{o.Unusable, "wrong while there was none"},
		{o.Repeated, "repeated"},
		{o.FalseAbsences, "false absences"},
		{o.Contradictions, "contradictions"},
	} {
		if more.n > 0 {
			fmt.Fprintf(&b, ", %d %s", more.n, more.what)
		}
	}
	if o.Samples > 0 {
		fmt.Fprintf(&b, ", %.2f %% of samples lost", 100*float64(o.Lost)/float64(o.Samples))
	}
	return b.String()
}
