package nonin_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/simulators"
	"bedside/simulators/nonin"
)

// second is what came at one moment.
type second struct {
	at time.Duration
	tx []byte
}

// hear steps the device at its own wake times and returns what it sent.
func hear(t *testing.T, d *nonin.Device, long time.Duration, truth func(time.Duration) simulators.Vitals) []second {
	t.Helper()
	var all []second
	for now := epoch; now.Sub(epoch) < long; {
		tx, wake := d.Step(now, truth(now.Sub(epoch)), nil)
		require.True(t, wake.After(now))
		if len(tx) > 0 {
			all = append(all, second{now.Sub(epoch), bytes.Clone(tx)})
		}
		now = wake
	}
	return all
}

// fingerOut takes the finger out for a while.
func fingerOut(from, to time.Duration) func(time.Duration) simulators.Vitals {
	return func(at time.Duration) simulators.Vitals {
		v := healthy
		v.FingerOut = at >= from && at < to
		return v
	}
}

func TestFormat1HasThreeBytesASecond(t *testing.T) {
	all := hear(t, nonin.New(nonin.Options{Format: 1}), 40*time.Second, fingerOut(20*time.Second, 35*time.Second))
	require.Len(t, all, 40)
	for i, s := range all {
		require.Len(t, s.tx, 3, "second %d", i)
		require.Equal(t, []bool{true, false, false}, []bool{s.tx[0]&0x80 != 0, s.tx[1]&0x80 != 0, s.tx[2]&0x80 != 0})
		require.Equal(t, time.Duration(i)*time.Second, s.at)
	}
	assert.Equal(t, []byte{0x80, 72, 97}, all[19].tx)
	assert.Equal(t, []byte{0xA0, 72, 97}, all[25].tx, "out of track, and the values of the display held")
	assert.Equal(t, []byte{0xA3, 0x7F, 0x7F}, all[34].tx, "missing after 10 s")
	low := healthy
	low.PerfusionIndex = 0.1
	weak := hear(t, nonin.New(nonin.Options{Format: 1}), 20*time.Second, constant(low))
	assert.Equal(t, []byte{0x90, 72, 97}, weak[19].tx, "low perfusion")
	off := healthy
	off.SensorOff = true
	assert.Equal(t, byte(0xE3), hear(t, nonin.New(nonin.Options{Format: 1}), time.Second, constant(off))[0].tx[0])
}

func TestLinesOfText(t *testing.T) {
	o := nonin.Options{Format: nonin.ASCII, Events: []time.Duration{14500 * time.Millisecond}}
	all := hear(t, nonin.New(o), 30*time.Second, fingerOut(20*time.Second, 25*time.Second))
	require.Len(t, all, 30)
	head, first, _ := strings.Cut(string(all[0].tx), "SPO2=")
	assert.Equal(t, 3, strings.Count(head, "\r\n"), "model, format, date and time")
	assert.Contains(t, head, "11/21/2026 09:00:00")
	assert.Equal(t, "--- HR=---\r\n", first)
	assert.Equal(t, "SPO2=097 HR=072\r\n", string(all[14].tx))
	assert.Equal(t, "SPO2=097 HR=072*\r\n", string(all[15].tx), "the event key marks the next line")
	assert.Equal(t, "SPO2=097 HR=072\r\n", string(all[16].tx))
	assert.Equal(t, "SPO2=--- HR=---\r\n", string(all[20].tx), "at once")

	o = nonin.Options{Format: nonin.ASCII, Clock: true, Fast: true}
	all = hear(t, nonin.New(o), 11*time.Second, constant(healthy))
	assert.Equal(t, "09:00:10 SPO2=097 HR=072 F\r\n", string(all[10].tx))
}

func TestASpotCheckEndsWithOnePacket(t *testing.T) {
	d := nonin.New(nonin.Options{Format: 13, LowBattery: true, Stored: 2})
	all := hear(t, d, 4*time.Minute, fingerOut(time.Minute, 2*time.Minute))
	require.Len(t, all, 3, "the memory, and one for each time that a finger was put in")
	require.Len(t, all[0].tx, 2*22)
	check := func(p []byte, when string, high, low byte, rate, sat int) {
		require.Len(t, p, 22)
		assert.Equal(t, []byte{0, 2, 0, 0x0D, 0, 14}, p[:6])
		assert.Equal(t, when, fmt.Sprintf("%x", p[6:13]))
		assert.Equal(t, high, p[14]&3)
		assert.Equal(t, low, p[15]&0x11)
		if rate > 0 {
			assert.Equal(t, rate, int(p[16])<<8|int(p[17]))
			assert.Equal(t, sat, int(p[19]&0x7F))
		}
		var sum byte
		for _, b := range p[6:20] {
			sum += b
		}
		assert.Equal(t, []byte{sum, 3}, p[20:])
	}
	check(all[0].tx[:22], "20261119050000", 2, 0x11, 0, 0)
	check(all[0].tx[22:], "20261120070000", 2, 0x11, 0, 0)
	assert.Less(t, all[1].at, 15*time.Second)
	check(all[1].tx, "20261121"+epoch.Add(all[1].at).Format("150405"), 2, 0x01, 72, 97)
	assert.Greater(t, all[2].at, 2*time.Minute)
}

func TestASpotCheckThatFailsSaysSo(t *testing.T) {
	moving := healthy
	moving.Motion = 1
	all := hear(t, nonin.New(nonin.Options{Format: 13}), 2*time.Minute, constant(moving))
	require.Len(t, all, 1)
	assert.InDelta(t, 40, all[0].at.Seconds(), 1)
	p := all[0].tx
	assert.Equal(t, byte(1), p[14]&3, "no measurement")
	assert.Equal(t, []int{511, 127}, []int{int(p[16])<<8 | int(p[17]), int(p[19] & 0x7F)})

	again := hear(t, nonin.New(nonin.Options{Format: 13, Repeat: 20 * time.Second}), 2*time.Minute, constant(healthy))
	assert.Greater(t, len(again), 3)
}
