package cuff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

func TestFits(t *testing.T) {
	for _, c := range []struct {
		text, form string
		want       bool
	}{
		{"R1,120, 80", "R1,ddd,nnn", true},
		{"R1,12 , 80", "R1,ddd,nnn", false},
		{"R2,120, 80", "R1,ddd,nnn", false},
		{"R1,120, 80,", "R1,ddd,nnn", false},
		{"R1,120, 8", "R1,ddd,nnn", false},
		{"R1,120,/80", "R1,ddd,nnn", false},
		{"R1,120,:80", "R1,ddd,nnn", false},
		{" ~a", "ppp", true},
		{" \x7Fa", "ppp", false},
		{" \x1Fa", "ppp", false},
		{"", "", true},
	} {
		assert.Equal(t, c.want, cuff.Fits([]byte(c.text), c.form), "%q %q", c.text, c.form)
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "072": 72, "99999": 99999, "": -1, "1 2": -1, "-12": -1, "1/2": -1} {
		n, ok := cuff.Number([]byte(text))
		assert.Equal(t, want >= 0, ok, text)
		assert.Equal(t, max(want, 0), n, text)
	}
	assert.True(t, cuff.Blank([]byte("   ")))
	assert.False(t, cuff.Blank([]byte("  0")))
}

func TestOnlyMomentsThatExist(t *testing.T) {
	of := func(text string) bool {
		return cuff.Calendar([]byte(text[0:4]), []byte(text[5:7]), []byte(text[8:10]), []byte(text[11:13]), []byte(text[14:16]))
	}
	for _, good := range []string{"2024-02-29 23:59", "1970-01-01 00:00", "2099-12-31 12:30"} {
		assert.True(t, of(good), good)
	}
	for _, bad := range []string{
		"2026-02-29 09:40", "2026-13-01 09:40", "2026-00-01 09:40", "2026-04-31 09:40", "2026-04-00 09:40",
		"2026-04-30 24:00", "2026-04-30 09:60", "1969-12-31 09:40", "2100-01-01 09:40", "20 6-04-30 09:40",
	} {
		assert.False(t, of(bad), bad)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0).UTC()
		require.True(t, of(at.Format("2006-01-02 15:04")))
	})
}

func TestWhatWasToldIsNotToldAgain(t *testing.T) {
	var o cuff.Overheard
	message := func(i int) []byte { return fmt.Appendf(nil, "measurement %d", i) }
	o.Enter(start, 1)
	for i := range 32 {
		require.False(t, o.Known(message(i)))
	}
	for i := range 32 {
		require.True(t, o.Known(message(i)))
	}
	assert.Len(t, o.Leave().Faults, 32)
	require.False(t, o.Known(message(32)))
	require.False(t, o.Known(message(0)), "the oldest is forgotten")
	require.True(t, o.Known(message(32)))
}

func TestAnOldHalfIsVoid(t *testing.T) {
	var o cuff.Overheard
	assert.False(t, o.Enter(start, 0))
	assert.False(t, o.Enter(start.Add(time.Hour), 5), "the first")
	assert.False(t, o.Enter(start.Add(time.Hour+999*time.Millisecond), 5))
	assert.False(t, o.Enter(start.Add(2*time.Hour), 0), "nothing came")
	assert.True(t, o.Enter(start.Add(2*time.Hour), 1))
	assert.False(t, o.Enter(start, 1), "a clock that falls back")
}

func TestAResultTravelsTogether(t *testing.T) {
	var o cuff.Overheard
	o.Enter(start, 1)
	o.Done(cuff.Result{Systolic: 120, Diastolic: 80, Rate: 72, Status: devices.Motion})
	o.Done(cuff.Result{Systolic: 130, Diastolic: 81, Mean: 95, Rate: 73})
	o.Failed(7)
	out := o.Leave()
	require.Len(t, out.Readings, 2)
	for i, r := range out.Readings {
		assert.True(t, r.Spot)
		assert.Equal(t, start, r.At)
		mean, ok := r.Value(devices.Mean)
		assert.Equal(t, i == 1, ok)
		assert.Equal(t, 95*i, mean)
	}
	why, _ := out.Readings[0].Absent(devices.Mean)
	assert.Equal(t, devices.NotMeasured, why)
	assert.Equal(t, []devices.CuffState{
		{At: start, Phase: devices.CuffDone},
		{At: start, Phase: devices.CuffDone},
		{At: start, Phase: devices.CuffFailed, Class: devices.CuffIndeterminate, Code: 7},
	}, out.Cuff)
	o.Enter(start, 1)
	assert.Empty(t, o.Leave().Readings)
}
