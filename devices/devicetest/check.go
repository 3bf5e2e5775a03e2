package devicetest

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// ranges are what a driver may ever publish: oximeters.md section 0 for the oximeter, and for pressures the widest span
// of the devices in cuffs.md (a cuff that is deflated may read a little below zero). Nothing outside is a measurement.
var ranges = map[devices.Vital][2]int{
	devices.PulseRate: {18, 321}, devices.SpO2: {1, 100}, devices.PerfusionIndex: {0, 10000},
	devices.Systolic: {1, 320}, devices.Diastolic: {1, 320}, devices.Mean: {1, 320}, devices.CuffPressure: {-20, 350},
}

// checkReading checks what every reading must be: about known vitals, each in exactly one list, in range, absent for a
// reason that drivers may give, and of now.
func (p *player) checkReading(r *devices.Reading) {
	if !r.At.Equal(p.now) {
		p.problem("reading of %v given at %v", r.At.Sub(Start), p.now.Sub(Start))
	}
	if len(r.Measurements)+len(r.Absences) == 0 {
		p.problem("empty reading")
	}
	vitals, known := p.measures(r.Of)
	if !known {
		p.problem("reading of a part that the driver does not have: %v", r.Of)
	}
	var seen []devices.Vital
	note := func(v devices.Vital) {
		if slices.Contains(seen, v) {
			p.problem("%v twice in a reading", v)
		}
		if !slices.Contains(vitals, v) {
			p.problem("%v is not a vital of the driver, or not of that part", v)
		}
		seen = append(seen, v)
	}
	for _, m := range r.Measurements {
		note(m.Vital)
		if lim, ok := ranges[m.Vital]; !ok || m.Value < lim[0] || m.Value > lim[1] {
			p.problem("%v of %d is not a measurement", m.Vital, m.Value)
		}
	}
	for _, a := range r.Absences {
		note(a.Vital)
		if a.Reason == 0 || a.Reason == devices.Stale || a.Reason.String() == "unknown" {
			p.problem("%v absent for reason %d", a.Vital, a.Reason)
		}
	}
}

// measures returns what a reading of that part may be about. A driver that is one device has readings of no part.
func (p *player) measures(of devices.Kind) (vitals []devices.Vital, known bool) {
	if len(p.parts) == 0 {
		return p.vitals, of == 0
	}
	i := slices.IndexFunc(p.parts, func(part devices.Part) bool { return part.Kind == of })
	if i < 0 {
		return p.vitals, false
	}
	if of == devices.Cuff {
		return append(slices.Clone(p.parts[i].Vitals), devices.CuffPressure), true
	}
	return p.parts[i].Vitals, true
}

func (p *player) checkWave(w *devices.Wave) {
	if !w.At.Equal(p.now) || w.Rate <= 0 || w.FullScale <= 0 || len(w.Samples) == 0 {
		p.problem("wave of %v at %v: rate %d, full scale %d, %d samples", w.Vital, w.At.Sub(Start), w.Rate, w.FullScale, len(w.Samples))
	}
	for _, s := range w.Samples {
		if s != devices.MissingSample && (s < 0 || s > w.FullScale) {
			p.problem("sample %d of %v outside 0..%d", s, w.Vital, w.FullScale)
		}
	}
}

var driverName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// CheckDriver checks that the description of a driver is complete and makes sense.
func CheckDriver(t *testing.T, d devices.Driver) {
	t.Helper()
	assert.Regexp(t, driverName, d.Name)
	assert.NotEmpty(t, d.Title)
	assert.NotEmpty(t, d.Covered)
	assert.NotEqual(t, "unknown", d.Kind.String())
	assert.NotEqual(t, "unknown", d.Proof.String())
	assert.Positive(t, d.Line.Baud)
	assert.Contains(t, []int{7, 8}, d.Line.DataBits)
	assert.Contains(t, []int{1, 2}, d.Line.StopBits)
	assert.NotEmpty(t, d.Vitals)
	for i, v := range d.Vitals {
		_, known := devices.ParseVital(v.String())
		assert.True(t, known, "vital %d", v)
		assert.NotContains(t, d.Vitals[:i], v, "listed twice")
	}
	assert.GreaterOrEqual(t, d.Rate, 0)
	assert.GreaterOrEqual(t, int64(d.MaxSilence), int64(0))
	require.NotNil(t, d.NewSession)
	s, err := d.NewSession(devices.Settings{})
	require.NoError(t, err)
	_, commander := s.(devices.Commander)
	checkVariants(t, d)
	checkParts(t, d)
	if d.Starts {
		assert.True(t, commander, "a driver that starts measurements takes orders")
	}
}

// checkParts checks that parts differ in kind, and together are what the driver says of the whole.
func checkParts(t *testing.T, d devices.Driver) {
	t.Helper()
	var kinds []devices.Kind
	var vitals []devices.Vital
	starts := len(d.Parts) == 0 && d.Starts
	for _, part := range d.Parts {
		assert.NotEqual(t, "unknown", part.Kind.String())
		assert.NotContains(t, kinds, part.Kind, "two parts of a kind")
		assert.NotEmpty(t, part.Vitals)
		assert.GreaterOrEqual(t, part.Rate, 0)
		assert.True(t, !part.Starts || part.Kind == devices.Cuff, "only a cuff is started")
		kinds, vitals, starts = append(kinds, part.Kind), append(vitals, part.Vitals...), starts || part.Starts
	}
	assert.Equal(t, d.Starts, starts)
	if len(d.Parts) > 0 {
		assert.Greater(t, len(d.Parts), 1, "one part is no part")
		assert.ElementsMatch(t, d.Vitals, vitals, "every vital is that of one part")
	}
}

// checkVariants checks that variants have names of their own, that the first is that of Line, and that a session knows each.
func checkVariants(t *testing.T, d devices.Driver) {
	t.Helper()
	seen := map[string]bool{}
	for i, v := range d.Variants {
		assert.Regexp(t, driverName, v.Name)
		assert.False(t, seen[v.Name], "variant %s is listed twice", v.Name)
		seen[v.Name] = true
		assert.True(t, i > 0 || v.Line == d.Line, "the first variant is that of Line")
		_, err := d.NewSession(devices.Settings{Variant: v.Name})
		assert.NoError(t, err, v.Name)
	}
	if len(d.Variants) > 0 {
		_, err := d.NewSession(devices.Settings{Variant: "no-such-variant"})
		assert.Error(t, err, "a variant that is none is refused")
	}
}
