package sessions

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/devices"
)

// streamLength is how many seconds of an oximeter's values are kept: the longest window that a profile looks back.
const streamLength = 300

// stream is what the oximeter said in the last seconds, a value for each; 0 for none.
type stream struct {
	Last   time.Time `json:"last,omitzero"` // the second of the newest value
	Pulse  []int16   `json:"pulse,omitempty"`
	Oxygen []int16   `json:"oxygen,omitempty"`
}

// add notes the values of a moment. Several in one second are one: the last.
func (s *stream) add(now time.Time, pulse int, hasPulse bool, oxygen int, hasOxygen bool) {
	if s.Pulse == nil {
		s.Pulse, s.Oxygen = make([]int16, streamLength), make([]int16, streamLength)
	}
	second := now.Truncate(time.Second)
	gap := streamLength
	if !s.Last.IsZero() {
		gap = int(min(max(second.Sub(s.Last)/time.Second, 0), streamLength))
	}
	if gap > 0 {
		copy(s.Pulse, s.Pulse[gap:])
		copy(s.Oxygen, s.Oxygen[gap:])
		clear(s.Pulse[streamLength-gap:])
		clear(s.Oxygen[streamLength-gap:])
		s.Last = second
	}
	if hasPulse {
		s.Pulse[streamLength-1] = int16(pulse)
		bridge(s.Pulse, gap)
	}
	if hasOxygen {
		s.Oxygen[streamLength-1] = int16(oxygen)
		bridge(s.Oxygen, gap)
	}
}

// slowest is how many seconds lie between the values of an oximeter at most. Our choice: the slowest known one says them every
// two seconds (oximeters.md section 5), and a little late may fall into the third.
const slowest = 3

// bridge lets a value stand for the seconds since the one before in which the device was not due to say anything. A second in
// which it said that it has no value stays without one.
func bridge(series []int16, gap int) {
	n := len(series)
	if gap < 2 || gap > slowest || series[n-1-gap] == 0 {
		return
	}
	for i := n - gap; i < n-1; i++ {
		series[i] = series[n-1]
	}
}

// window returns the known values of a series in the time before now, and which share of its seconds, in per cent, has one.
func (s *stream) window(series []int16, now time.Time, length time.Duration) (known []int, coverage int) {
	n := int(min(length/time.Second, streamLength))
	if series == nil || n <= 0 {
		return nil, 0
	}
	late := int(min(max(now.Sub(s.Last)/time.Second, 0), streamLength))
	for i := max(streamLength-n+late, 0); i < streamLength; i++ {
		if series[i] != 0 {
			known = append(known, int(series[i]))
		}
	}
	return known, 100 * len(known) / n
}

// median returns the middle value, of an even number the lower of the two in the middle: a whole number that was measured.
func median(values []int) int {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// baselineNow returns the baseline as it would be if the first dose were given now, and in words what is missing for it.
func (m *Machine) baselineNow() (v Values, missing []string) {
	b := &m.profile.Baseline
	var sys, dia, mean []int
	var last time.Time
	for _, r := range m.s.Readings {
		if m.now.Sub(r.At) > b.Within.Value || !last.IsZero() && r.At.Sub(last) < b.Apart.Value {
			continue
		}
		last = r.At
		sys, dia = append(sys, r.Systolic), append(dia, r.Diastolic)
		if r.Mean > 0 {
			mean = append(mean, r.Mean)
		}
	}
	if n := len(sys) - b.Target.Value; n > 0 { // the latest count
		sys, dia = sys[n:], dia[n:]
	}
	if len(sys) >= b.Readings.Value {
		v.Systolic, v.Diastolic = median(sys), median(dia)
		if len(mean) > 0 {
			v.Mean = median(mean)
		}
	} else {
		missing = append(missing, fmt.Sprintf("blood pressure: %d of %d readings", len(sys), b.Readings.Value))
	}
	for _, x := range []struct {
		to     *int
		series []int16
		title  string
	}{{&v.PulseRate, m.s.Stream.Pulse, "pulse rate"}, {&v.SpO2, m.s.Stream.Oxygen, "SpO2"}} {
		known, coverage := m.s.Stream.window(x.series, m.now, b.Window.Value)
		if len(known) == 0 || coverage < b.Coverage.Value {
			missing = append(missing, fmt.Sprintf("%s: %d %% of the last %v with a value, %d %% needed", x.title, coverage, b.Window.Value, b.Coverage.Value))
			continue
		}
		*x.to = median(known)
	}
	return v, missing
}

// freezeBaseline takes the baseline at the first dose. What is not known then stays so.
func (m *Machine) freezeBaseline() {
	v, missing := m.baselineNow()
	m.s.Baseline, m.s.Frozen = v, true
	m.event(Event{Kind: BaselineTaken, Baseline: &v})
	if len(missing) == 0 {
		return
	}
	text := "No baseline for " + strings.Join(missing, "; ")
	m.event(Event{Kind: BaselineMissing, Text: text})
	m.fault("no_baseline", true, text+". Absolute limits are tighter instead.")
	m.s.Cuff.NoBaseline = true
}

// levels returns the known values for the alerts engine.
func (v *Values) levels() map[devices.Vital]int {
	out := map[devices.Vital]int{}
	for vital, n := range map[devices.Vital]int{
		devices.Systolic: v.Systolic, devices.Diastolic: v.Diastolic, devices.Mean: v.Mean,
		devices.PulseRate: v.PulseRate, devices.SpO2: v.SpO2,
	} {
		if n > 0 {
			out[vital] = n
		}
	}
	return out
}
