package nellcor_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

var well = says{rate: 72, sat: 97, amplitude: 25}

func (v says) with(state string) says {
	v.state = state
	return v
}

func TestNoValueBeforeTwoLinesAgree(t *testing.T) {
	b := newBed(t)
	assert.Empty(t, b.After(0, line(start, well)[19:]), "it began before we listened")
	assert.Empty(t, b.hear(says{rate: 120, sat: 88, amplitude: 25}))
	assert.Empty(t, b.hear(well), "does not agree with the one before")
	assert.Equal(t, []string{"reading pulse_rate=72 spo2=97"}, b.hear(well))
}

// The code decides, whatever the numbers look like.
func TestCodesThatTakeTheNumbersAway(t *testing.T) {
	for state, why := range map[string]string{"SD": "sensor_off", "SO": "finger_out", "LP": "low_perfusion", "LM": "artifact"} {
		b := newBed(t)
		b.hear(well, well)
		got := b.hear(well.with(state), says{state: state}, well.with(state))
		require.Len(t, got, 3)
		for _, text := range got {
			assert.Contains(t, text, fmt.Sprintf("reading pulse_rate:%[1]s spo2:%[1]s", why), state)
		}
		assert.Empty(t, b.hear(well), "%s: the first line after it waits for the second", state)
		assert.Len(t, b.hear(well), 1)
	}
}

func TestTheFirstReasonWins(t *testing.T) {
	got := newBed(t).hear(says{state: "SD SO PS LM LP"})
	assert.Equal(t, []string{"reading pulse_rate:sensor_off spo2:sensor_off [sensor_disconnected finger_out searching low_perfusion artifact out_of_track]"}, got)
}

// Zero is how some states print a missing number: it is never a value, and never a number out of range.
func TestZeroIsMissing(t *testing.T) {
	zeros := func(state string) []byte {
		return bytes.Replace(line(start, says{state: state}), []byte("---     ---"), []byte("  0       0"), 1)
	}
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching [searching]"}, newBed(t).After(0, zeros("PS")))
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching"}, newBed(t).After(0, zeros("")))
	assert.Equal(t, []string{"reading pulse_rate:artifact spo2:artifact [artifact]"}, newBed(t).After(0, zeros("MO")))
}

func TestSearchingWithNumbersKeepsThem(t *testing.T) {
	got := newBed(t).hear(well.with("PS"), well.with("PS"))
	assert.Equal(t, []string{"reading pulse_rate=72 spo2=97 [searching]"}, got)
}

func TestRangeIsNeverClamped(t *testing.T) {
	tests := []struct {
		v    says
		want string
	}{
		{says{rate: 17, sat: 97}, "reading spo2=97 pulse_rate:out_of_range"},
		{says{rate: 18, sat: 1}, "reading pulse_rate=18 spo2=1"},
		{says{rate: 321, sat: 100}, "reading pulse_rate=321 spo2=100"},
		{says{rate: 322, sat: 101}, "reading pulse_rate:out_of_range spo2:out_of_range"},
	}
	for _, tt := range tests {
		got := newBed(t).hear(tt.v, tt.v)
		assert.Equal(t, tt.want, got[len(got)-1])
	}
}

func TestLinesThatAreNone(t *testing.T) {
	good := strings.TrimSpace(string(line(start, well)))
	tests := map[string]string{
		"no date":           good[10:],
		"no time":           good[:10] + good[19:],
		"two numbers":       strings.Replace(good, "25", "", 1),
		"a fourth number":   good + " 12",
		"four digits":       strings.Replace(good, "97", "0097", 1),
		"letter in number":  strings.Replace(good, "72", "7Z", 1),
		"half dashes":       strings.Replace(good, "72", "-72", 1),
		"sign alone":        strings.Replace(good, "72", "*", 1),
		"two marks":         strings.Replace(good, "72", "72**", 1),
		"one letter":        good + " P",
		"three letters":     good + " PSX",
		"small letters":     good + " ps",
		"damaged month":     strings.Replace(good, "Jan", "J@n", 1),
		"damaged time":      strings.Replace(good, "03:04", "03;04", 1),
		"control byte":      good + " \x07",
		"high bit":          strings.Replace(good, "72", "7\xB2", 1),
		"Nonin":             "SPO2=097 HR=072",
		"menu":              "Command?",
		"N-200 framed text": "\x02R072S097\x03",
	}
	for name, text := range tests {
		b := newBed(t)
		b.hear(well)
		out := b.Session.Step(b.Now.Add(time.Second), []byte(text+"\n"))
		assert.Equal(t, []devices.Fault{{Kind: devices.BadFrame, Bytes: len(text) + 1}}, out.Faults, name)
		assert.Zero(t, out.Frames, name)
		assert.Len(t, b.hear(well), 1, "%s: the next line is read", name)
	}
}

// Headers of all variants are lines of the protocol, and nothing in them is a number of the patient.
func TestHeadersGiveNothing(t *testing.T) {
	for _, text := range []string{
		"N-560    VERSION 1.05.00    CRC:A1B2  SpO2 Limit: 85-100%    PR Limit: 40-170BPM",
		"NPB-295  VERSION 1.0.0.0    CRC:0000", "   ADULT         0SAT-S", "NEO   100SAT-S   SPO2 RESP MODE: FAST",
		"TIME                 %SpO2    BPM      PA   Status", "TIME  %SPO2 BPM PA Status",
	} {
		b := newBed(t)
		b.hear(well, well)
		out := b.Session.Step(b.Now, []byte(text+"\r\n"))
		assert.Empty(t, out.Readings, text)
		assert.Empty(t, out.Faults, text)
		assert.Equal(t, 1, out.Frames, text)
		assert.Len(t, b.hear(well), 1, text)
	}
}

func TestAnOldValueNeverLooksCurrent(t *testing.T) {
	gone := "reading pulse_rate:artifact spo2:artifact"
	b := newBed(t)
	b.hear(well, well)
	var got []string
	for range 8 {
		got = append(got, b.After(lineTime, []byte("97 72 25\r\n"))...)
	}
	assert.Equal(t, []string{gone, gone}, got, "every eight seconds")
	assert.Len(t, b.hear(well), 1, "the last believed line agrees")
}

func TestSilenceBeginsAnew(t *testing.T) {
	b := newBed(t)
	b.hear(well, well)
	assert.Empty(t, b.After(6*time.Second, line(b.Now, well)))
	assert.Len(t, b.hear(well), 1)
}

// A jump costs two lines at most, whatever it is, when the instrument stays with it; less than a leap costs one.
func TestAJumpIsBelievedWithTheThirdLine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) says {
			return says{rate: rapid.IntRange(18, 321).Draw(rt, name), sat: rapid.IntRange(1, 100).Draw(rt, name)}
		}
		from, to := draw("from"), draw("to")
		b := newBed(t)
		b.hear(from, from)
		got := b.hear(to, to, to)
		require.NotEmpty(rt, got)
		assert.Equal(rt, fmt.Sprintf("reading pulse_rate=%d spo2=%d", to.rate, to.sat), got[len(got)-1])
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	readings, _ := devicetest.SteadyState(t, nellcor.Driver(), time.Second, bytes.Repeat(line(start, well), 40))
	assert.Equal(t, 40*devicetest.Steps, readings)
}
