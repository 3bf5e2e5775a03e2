package suntech_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// measured runs one measurement whose result is that frame.
func measured(t *testing.T, result []byte) *room {
	t.Helper()
	r := newRoom(t, allow, quick(result))
	r.open()
	r.measure()
	return r
}

func TestEveryErrorCodeHasItsClass(t *testing.T) {
	for code := 1; code < 256; code++ {
		want, listed := errorCodes[code]
		if !listed {
			want = devices.CuffIndeterminate
		}
		// The numbers beside an error are good ones: they must not be believed.
		r := measured(t, resultFrame(120, 80, 93, 72, byte(code)))
		last := r.last()
		assert.Equal(t, devices.CuffState{At: last.At, Phase: devices.CuffFailed, Class: want, Code: code}, last)
		assert.Empty(t, r.readings, "code %d", code)
	}
}

func TestOnlyPlausibleNumbersAreReported(t *testing.T) {
	for _, c := range []struct {
		systolic, diastolic, mean, rate int
		good                            bool
	}{
		{120, 80, 93, 72, true},
		{32, 30, 31, 20, true},
		{150, 30, 31, 300, true},
		{300, 80, 93, 72, true},
		{301, 80, 93, 72, false},
		{120, 29, 93, 72, false},
		{120, 93, 93, 72, false},
		{120, 80, 120, 72, false},
		{120, 80, 79, 72, false},
		{80, 120, 93, 72, false},
		{120, 80, 93, 19, false},
		{120, 80, 93, 301, false},
		{120, 80, 93, 72 + 256*2, false},
		{120 + 256, 80, 93, 72, false},
		{0, 0, 0, 0, false},
		{120, 80, 0, 72, false},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := measured(t, resultFrame(c.systolic, c.diastolic, c.mean, c.rate, 0))
			if !c.good {
				assert.Empty(t, r.readings)
				assert.Equal(t, devices.CuffFailed, r.last().Phase)
				assert.Equal(t, devices.CuffIndeterminate, r.last().Class)
				return
			}
			require.Len(t, r.readings, 1)
			for vital, want := range map[devices.Vital]int{
				devices.Systolic: c.systolic, devices.Diastolic: c.diastolic, devices.Mean: c.mean, devices.PulseRate: c.rate,
			} {
				got, ok := r.readings[0].Value(vital)
				assert.True(t, ok, vital)
				assert.Equal(t, want, got, vital)
			}
			assert.Equal(t, devices.CuffDone, r.last().Phase)
		})
	}
}
