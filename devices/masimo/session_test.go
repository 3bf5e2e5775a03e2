package masimo_test

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
	"bedside/devices/masimo"
)

var well = says{rate: 72, sat: 97, perfusion: 250}

func TestNoValueBeforeTwoLinesAgree(t *testing.T) {
	b := newBed(t)
	assert.Empty(t, b.After(0, []byte("SPO2=080% BPM=150 PI=01.00% ALARM=0000 EXC=000800\r\n")), "it began before we listened")
	assert.Empty(t, b.hear(says{rate: 120, sat: 88, perfusion: 250}))
	assert.Empty(t, b.hear(well), "does not agree with the one before")
	assert.Equal(t, []string{"reading pulse_rate=72 spo2=97 perfusion_index=250"}, b.hear(well))
}

// EXC decides whatever the numbers look like: oximeters.md section 4.2, the unusable set.
func TestExcDecides(t *testing.T) {
	reasons := map[int]string{
		0x001: "sensor_off", 0x002: "sensor_fault", 0x008: "searching", 0x020: "finger_out", 0x080: "sensor_fault",
		0x1000: "sensor_off", 0x4000: "sensor_fault", 0x8000: "sensor_fault", 0x10000: "sensor_fault", 0x20000: "not_measured",
	}
	for bit, why := range reasons {
		b := newBed(t)
		b.hear(well, well)
		off := well
		off.exc = bit
		got := b.hear(off, off, off)
		require.Len(t, got, 3)
		for _, text := range got {
			assert.Contains(t, text, fmt.Sprintf("reading pulse_rate:%[1]s spo2:%[1]s perfusion_index:%[1]s", why), "EXC %06X", bit)
		}
		assert.Empty(t, b.hear(well), "EXC %06X: the first line after it waits for the second", bit)
		assert.Len(t, b.hear(well), 1)
	}
	for bit := range 24 {
		if exc := 1 << bit; reasons[exc] == "" {
			v := well
			v.exc = exc
			b := newBed(t)
			b.hear(v)
			assert.Contains(t, b.hear(v)[0], "pulse_rate=72 spo2=97", "EXC %06X is doubtful, informative or unknown", exc)
		}
	}
}

func TestTheFirstReasonWins(t *testing.T) {
	v := well
	v.exc = 0x001 | 0x002 | 0x008 | 0x020 | 0x400
	assert.Equal(t, []string{"reading pulse_rate:sensor_off spo2:sensor_off perfusion_index:sensor_off [sensor_disconnected finger_out searching weak_signal sensor_fault]"}, newBed(t).hear(v))
}

func TestRangeIsNeverClamped(t *testing.T) {
	tests := []struct {
		v    says
		want string
	}{
		{says{rate: 17, sat: 97, perfusion: 100}, "reading spo2=97 perfusion_index=100 pulse_rate:out_of_range"},
		{says{rate: 18, sat: 1, perfusion: 100}, "reading pulse_rate=18 spo2=1 perfusion_index=100"},
		{says{rate: 321, sat: 100, perfusion: 9999}, "reading pulse_rate=321 spo2=100 perfusion_index=9999"},
		{says{rate: 322, sat: 101, perfusion: 0}, "reading perfusion_index=0 pulse_rate:out_of_range spo2:out_of_range"},
		{says{rate: 72, sat: 0, perfusion: 100}, "reading pulse_rate=72 perfusion_index=100 spo2:out_of_range"},
	}
	for _, tt := range tests {
		got := newBed(t).hear(tt.v, tt.v)
		assert.Equal(t, tt.want, got[len(got)-1])
	}
}

// A value that is dashes makes the other one no less true, once two lines agree about it.
func TestOneNumberMissing(t *testing.T) {
	b := newBed(t)
	b.hear(well, well)
	text := strings.Replace(string(line(start, well)), "SPO2=097%", "SPO2=---%", 1)
	for range 3 {
		assert.Equal(t, []string{"reading pulse_rate=72 perfusion_index=250 spo2:searching"}, b.After(time.Second, []byte(text)))
	}
	fresh := newBed(t)
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching perfusion_index:artifact"}, fresh.After(0, []byte(text)))
}

func TestLinesThatAreNone(t *testing.T) {
	good := strings.TrimSpace(string(line(start, well)))
	tests := map[string]string{
		"no SPO2":                 strings.Replace(good, "SPO2=", "SP02=", 1),
		"no BPM":                  strings.Replace(good, "BPM=072 ", "", 1),
		"no ALARM":                strings.Replace(good, "ALARM=0000 ", "", 1),
		"no EXC":                  strings.Replace(good, " EXC=000800", "", 1),
		"two digits":              strings.Replace(good, "BPM=072", "BPM=72", 1),
		"four digits":             strings.Replace(good, "SPO2=097", "SPO2=0097", 1),
		"half dashes":             strings.Replace(good, "SPO2=097", "SPO2=-97", 1),
		"letter":                  strings.Replace(good, "BPM=072", "BPM=O72", 1),
		"two per cent signs":      strings.Replace(good, "097%", "097%%", 1),
		"no hexadecimal":          strings.Replace(good, "EXC=000800", "EXC=00080x", 1),
		"nine hexadecimal digits": strings.Replace(good, "EXC=000800", "EXC=000000800", 1),
		"empty mask":              strings.Replace(good, "EXC=000800", "EXC=", 1),
		"twice":                   good + " BPM=073",
		"two dates":               "01/02/26 " + good,
		"control byte":            strings.Replace(good, "SN=0", "SN=\x07", 1),
		"high bit":                strings.Replace(good, "SN=0", "SN=\xB0", 1),
		"a word":                  good + " x",
		"no key":                  good + " =1",
		"index without point":     strings.Replace(good, "PI=02.50", "PI=00250", 1),
		"index with two points":   strings.Replace(good, "PI=02.50", "PI=0.2.5", 1),
		"Nonin":                   "SPO2=097 HR=072",
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

func TestMasksOfAnyWidth(t *testing.T) {
	for width := 1; width <= 8; width++ {
		for _, form := range []string{"%0*X", "%0*x"} {
			text := fmt.Sprintf("01/02/26 03:04:05 SPO2=097 BPM=072 ALARM="+form+" EXC="+form+"\n", width, 0x7, width, 0x8)
			assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching perfusion_index:searching [searching]"},
				newBed(t).After(0, []byte(text)), text)
		}
	}
}

func TestTrendTextIsRefused(t *testing.T) {
	b := newBed(t)
	b.hear(well, well)
	for _, text := range []string{
		"01/02/26 03:04:05 SpO2=080 PR=150", "01/02/26 03:04:05 PR=150 SPO2=080 BPM=150 ALARM=0000 EXC=000800",
		"SpO2=000 PR=000 EXC=NO SENSOR",
	} {
		out := b.Session.Step(b.Now, []byte(text+"\r\n"))
		assert.Equal(t, []devices.Fault{{Kind: devices.Unexpected, Bytes: len(text) + 1}}, out.Faults)
		assert.Empty(t, out.Readings)
		assert.Zero(t, out.Frames, "so that a device in ASCII 2 is not taken for a living one")
	}
}

func TestAnOldValueNeverLooksCurrent(t *testing.T) {
	gone := "reading pulse_rate:artifact spo2:artifact perfusion_index:artifact"
	b := newBed(t)
	b.hear(well, well)
	var got []string
	for range 8 {
		got = append(got, b.After(time.Second, []byte("SPO2=097% BPM=0\r\n"))...)
	}
	assert.Equal(t, []string{gone, gone}, got, "every four seconds")
	assert.Len(t, b.hear(well), 1, "the last believed line agrees")
}

func TestSilenceBeginsAnew(t *testing.T) {
	b := newBed(t)
	b.hear(well, well)
	assert.Empty(t, b.After(4*time.Second, line(b.Now, well)))
	assert.Len(t, b.hear(well), 1)
}

// A jump costs two lines at most, whatever it is, when the instrument stays with it; less than a leap costs one.
func TestAJumpIsBelievedWithTheThirdLine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) says {
			return says{
				rate: rapid.IntRange(18, 321).Draw(rt, name), sat: rapid.IntRange(1, 100).Draw(rt, name),
				perfusion: rapid.IntRange(0, 9999).Draw(rt, name),
			}
		}
		from, to := draw("from"), draw("to")
		b := newBed(t)
		b.hear(from, from)
		got := b.hear(to, to, to)
		require.NotEmpty(rt, got)
		assert.Equal(rt, fmt.Sprintf("reading pulse_rate=%d spo2=%d perfusion_index=%d", to.rate, to.sat, to.perfusion), got[len(got)-1])
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	readings, _ := devicetest.SteadyState(t, masimo.Driver(), time.Second, bytes.Repeat(line(start, well), 40))
	assert.Equal(t, 40*devicetest.Steps, readings)
}
