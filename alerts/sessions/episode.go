package sessions

import (
	"fmt"
	"time"

	"bedside/devices"
)

// Class is how long an elevation over the baseline lasted: profiles.md section 3.
type Class string

// The classes.
const (
	Transient  Class = "transient"  // it ended before it was sustained
	Sustained  Class = "sustained"  // pulse: so long; pressure: so many readings over so long
	Persistent Class = "persistent" // still over the line of the discharge gate when the profile looks
)

// Episode is one elevation over the baseline: of the pulse rate, or of the blood pressure as a whole, whose peak, rise and
// area are those of the systolic pressure.
type Episode struct {
	Vital         string    `json:"vital"` // pulse_rate or blood_pressure
	Class         Class     `json:"class"`
	Since         time.Time `json:"since"`
	PeakAt        time.Time `json:"peak_at"`
	Over          time.Time `json:"over,omitzero"` // zero while it goes on
	Unfinished    bool      `json:"unfinished,omitempty"`
	Baseline      int       `json:"baseline"`
	Peak          int       `json:"peak"`
	PeakDiastolic int       `json:"peak_diastolic,omitempty"`
	Rise          int       `json:"rise"` // of the peak over the baseline

	// Of pressure: what went over its mark, and how the diastolic pressure stood to its own baseline.
	Cause             Cause `json:"cause,omitempty"`
	BaselineDiastolic int   `json:"baseline_diastolic,omitempty"`
	RiseDiastolic     int   `json:"rise_diastolic,omitempty"` // of the highest over its baseline

	Area float64 `json:"area"` // over the baseline, in units of the vital times minutes

	Last          int       `json:"last"` // value of the last sample
	LastDiastolic int       `json:"last_diastolic,omitempty"`
	LastAt        time.Time `json:"last_at"`
	Readings      int       `json:"readings,omitempty"` // of pressure, in a row over the mark
}

// Cause is which of the two pressures of a reading made an elevation; empty for the systolic one in what an earlier version of this
// program recorded.
type Cause string

// The causes.
const (
	BySystolic  Cause = "systolic"
	ByDiastolic Cause = "diastolic"
	ByBoth      Cause = "both" // together, or one after the other
)

// joined returns the cause of an elevation to which another reading adds one.
func (c Cause) joined(systolic, diastolic bool) Cause {
	systolic = systolic || c == BySystolic || c == ByBoth
	diastolic = diastolic || c == ByDiastolic || c == ByBoth
	switch {
	case systolic && diastolic:
		return ByBoth
	case diastolic:
		return ByDiastolic
	case systolic:
		return BySystolic
	default:
		return c
	}
}

// ReturnTime is how long it took from the peak to the end; 0 while the episode goes on.
func (e *Episode) ReturnTime() time.Duration {
	if e.Over.IsZero() {
		return 0
	}
	return e.Over.Sub(e.PeakAt)
}

// Hysteresis of profiles.md section 3, and how long a pulse must be over or under the mark to begin or end an episode: the
// hold of hr_rise, section 4.
const (
	pulseBack     = 5
	systolicBack  = 5
	diastolicBack = 3
	pulseHold     = time.Minute
	// A gap in the values that is longer than this breaks a run: alarms.md section 5. The area is not counted over it.
	longestGap = 30 * time.Second
	// A cuff reading that is older says nothing about now: alarms.md section 5.
	staleCuff = 15 * time.Minute
)

// run is how long the pulse has been over or under its mark.
type run struct {
	Above time.Time `json:"above,omitzero"`
	Below time.Time `json:"below,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	Peak  int       `json:"peak,omitempty"`
	At    time.Time `json:"peak_at,omitzero"`
	Area  float64   `json:"area,omitempty"`
}

// pulseSeen follows the pulse rate.
func (m *Machine) pulseSeen(v int) {
	base := m.s.Baseline.PulseRate
	if !m.s.Frozen {
		return
	}
	m.s.Most.pulse(m.now, v)
	if base == 0 {
		return
	}
	r, mark := &m.s.PulseRun, base+m.profile.Episodes.Pulse.Value
	gap := m.now.Sub(r.Last)
	broken := r.Last.IsZero() || gap > longestGap
	r.Last = m.now
	if e := m.s.Pulse; e != nil {
		m.pulseGoesOn(e, v, mark, gap, broken)
		return
	}
	if v < mark {
		*r = run{Last: m.now}
		return
	}
	if r.Above.IsZero() || broken {
		*r = run{Last: m.now, Above: m.now, Peak: v, At: m.now}
		return
	}
	r.Area += float64(v-base) * gap.Minutes()
	if v > r.Peak {
		r.Peak, r.At = v, m.now
	}
	if m.now.Sub(r.Above) >= pulseHold {
		e := &Episode{
			Vital: devices.PulseRate.String(), Class: Transient, Since: r.Above, PeakAt: r.At, Baseline: base, Peak: r.Peak,
			Rise: r.Peak - base, Area: r.Area, Last: v, LastAt: m.now,
		}
		*r = run{Last: m.now}
		m.s.Pulse = e
		m.episode(EpisodeBegan, e)
	}
}

func (m *Machine) pulseGoesOn(e *Episode, v, mark int, gap time.Duration, broken bool) {
	r := &m.s.PulseRun
	if !broken {
		e.Area += float64(max(v-e.Baseline, 0)) * gap.Minutes()
	}
	e.Last, e.LastAt = v, m.now
	if v > e.Peak {
		e.Peak, e.PeakAt, e.Rise = v, m.now, v-e.Baseline
	}
	if e.Class == Transient && v >= mark-pulseBack && m.now.Sub(e.Since) >= m.profile.Episodes.PulseSustained.Value {
		e.Class = Sustained
		m.episode(EpisodeWorsened, e)
	}
	switch {
	case v >= mark-pulseBack:
		r.Below = time.Time{}
	case r.Below.IsZero() || broken:
		r.Below = m.now
	case m.now.Sub(r.Below) >= pulseHold:
		e.Over = r.Below
		m.s.Pulse, *r = nil, run{Last: m.now}
		m.overEpisode(e)
	}
}

// pressureSeen follows the pressure, reading by reading.
func (m *Machine) pressureSeen(r CuffReading) {
	base, marks := &m.s.Baseline, &m.profile.Episodes
	if base.Systolic == 0 {
		return
	}
	systolic, diastolic := r.Systolic-base.Systolic-marks.Systolic.Value, r.Diastolic-base.Diastolic-marks.Diastolic.Value // over the marks
	e := m.s.Pressure
	if e == nil {
		if systolic < 0 && diastolic < 0 {
			return
		}
		e = &Episode{
			Vital: "blood_pressure", Class: Transient, Since: r.At, PeakAt: r.At, Baseline: base.Systolic, Peak: r.Systolic,
			PeakDiastolic: r.Diastolic, Rise: r.Systolic - base.Systolic, Last: r.Systolic, LastAt: r.At, Readings: 1,
			Cause: Cause("").joined(systolic >= 0, diastolic >= 0), BaselineDiastolic: base.Diastolic,
			RiseDiastolic: r.Diastolic - base.Diastolic, LastDiastolic: r.Diastolic,
		}
		m.s.Pressure = e
		m.episode(EpisodeBegan, e)
		m.persistEpisodes()
		return
	}
	rise := func(v int) float64 { return float64(max(v-e.Baseline, 0)) }
	e.Area += (rise(e.Last) + rise(r.Systolic)) / 2 * r.At.Sub(e.LastAt).Minutes()
	e.Last, e.LastDiastolic, e.LastAt = r.Systolic, r.Diastolic, r.At
	if e.Cause != "" { // of an earlier version's
		e.Cause = e.Cause.joined(systolic >= 0, diastolic >= 0)
		e.RiseDiastolic = max(e.RiseDiastolic, r.Diastolic-base.Diastolic)
	}
	if r.Systolic > e.Peak {
		e.Peak, e.PeakAt, e.Rise = r.Systolic, r.At, r.Systolic-e.Baseline
	}
	e.PeakDiastolic = max(e.PeakDiastolic, r.Diastolic)
	if systolic < -systolicBack && diastolic < -diastolicBack {
		e.Over = r.At
		m.s.Pressure = nil
		m.overEpisode(e)
		return
	}
	e.Readings++
	if e.Class == Transient && e.Readings >= marks.PressureReadings.Value && r.At.Sub(e.Since) >= marks.PressureSpan.Value {
		e.Class = Sustained
		m.episode(EpisodeWorsened, e)
	}
	m.persistEpisodes()
}

// persistEpisodes makes a pressure persistent that is over the line of the discharge gate when the profile looks.
func (m *Machine) persistEpisodes() {
	e := m.s.Pressure
	if e == nil || !m.s.Persist || e.Class == Persistent || len(m.s.Readings) == 0 {
		return
	}
	last := m.s.Readings[len(m.s.Readings)-1]
	if m.now.Sub(last.At) > staleCuff {
		return // the next reading will tell
	}
	systolic, diastolic := m.leavingLine()
	if last.Systolic > systolic || last.Diastolic > diastolic {
		e.Class = Persistent
		m.episode(EpisodeWorsened, e)
	}
}

func (m *Machine) episode(kind Kind, e *Episode) {
	told := *e
	m.event(Event{Kind: kind, Episode: &told, Text: m.EpisodeText(e)})
}

func (m *Machine) overEpisode(e *Episode) {
	m.s.Episodes = append(m.s.Episodes, *e)
	m.episode(EpisodeOver, e)
}

// finishEpisodes ends with the session what goes on.
func (m *Machine) finishEpisodes() {
	for _, e := range []*Episode{m.s.Pulse, m.s.Pressure} {
		if e != nil {
			e.Over, e.Unfinished = m.now, true
			m.overEpisode(e)
		}
	}
	m.s.Pulse, m.s.Pressure = nil, nil
}

// EpisodeText says in plain words how an elevation stands, and names what went over its mark: "systolic up to 38 above baseline for
// 6 min, transient, falling".
func (m *Machine) EpisodeText(e *Episode) string {
	end := m.now
	if !e.Over.IsZero() {
		end = e.Over
	}
	text := fmt.Sprintf("%s above baseline for %d min, %s", e.risen(), int(end.Sub(e.Since).Minutes()), e.Class)
	switch {
	case e.Unfinished:
		return text + ", not over at the end"
	case !e.Over.IsZero():
		return text + ", over"
	case e.falling():
		return text + ", falling"
	default:
		return text
	}
}

// risen says what is how far above the baseline.
func (e *Episode) risen() string {
	switch {
	case e.Vital == devices.PulseRate.String():
		return fmt.Sprintf("pulse rate up to %d", e.Rise)
	case e.Cause == ByDiastolic:
		return fmt.Sprintf("diastolic up to %d", e.RiseDiastolic)
	case e.Cause == ByBoth:
		return fmt.Sprintf("systolic up to %d and diastolic up to %d", e.Rise, e.RiseDiastolic)
	default:
		return fmt.Sprintf("systolic up to %d", e.Rise)
	}
}

// falling reports whether everything that made the elevation has come down from its peak.
func (e *Episode) falling() bool {
	diastolic := e.LastDiastolic < e.PeakDiastolic-diastolicBack
	switch e.Cause {
	case ByDiastolic:
		return diastolic
	case ByBoth:
		return diastolic && e.Last < e.Peak-systolicBack
	default:
		return e.Last < e.Peak-pulseBack
	}
}

// Extremes are the highest and lowest values since the first dose; zero moments for none.
type Extremes struct {
	Systolic    int       `json:"systolic,omitempty"`
	SystolicAt  time.Time `json:"systolic_at,omitzero"`
	Diastolic   int       `json:"diastolic,omitempty"`
	DiastolicAt time.Time `json:"diastolic_at,omitzero"`
	Pulse       int       `json:"pulse_rate,omitempty"`
	PulseAt     time.Time `json:"pulse_rate_at,omitzero"`
	SpO2        int       `json:"spo2,omitempty"` // the lowest
	SpO2At      time.Time `json:"spo2_at,omitzero"`
}

func (x *Extremes) pressure(r CuffReading) {
	if r.Systolic > x.Systolic {
		x.Systolic, x.SystolicAt = r.Systolic, r.At
	}
	if r.Diastolic > x.Diastolic {
		x.Diastolic, x.DiastolicAt = r.Diastolic, r.At
	}
}

func (x *Extremes) pulse(now time.Time, v int) {
	if v > x.Pulse {
		x.Pulse, x.PulseAt = v, now
	}
}

func (x *Extremes) oxygen(now time.Time, v int) {
	if x.SpO2 == 0 || v < x.SpO2 {
		x.SpO2, x.SpO2At = v, now
	}
}
