package lines_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// diary writes down what it is told; a line "72" is told as a pulse rate of 72 at once.
type diary struct {
	lines.Listener
	heard []string
}

func (d *diary) Line(l lines.Line) {
	word := string(l.Text)
	if !l.Whole {
		word = "~" + word
	}
	d.heard = append(d.heard, word)
	switch word {
	case "72":
		d.Frame(l)
		d.Put(devices.PulseRate, 72, 0)
		d.Put(devices.SpO2, 0, devices.Searching)
		d.Tell(devices.SearchingPulse)
	default:
		d.Fault(devices.BadFrame, l.Size)
	}
}

func (d *diary) Silence() { d.heard = append(d.heard, "silence") }

func (d *diary) Doubt() {
	d.heard = append(d.heard, "doubt")
	d.Put(devices.PulseRate, 0, devices.Artifact)
	d.Tell(0)
}

func TestAListenerWatchesTheTime(t *testing.T) {
	d := &diary{Listener: lines.Listener{Silent: 3 * time.Second, Doubtful: 2 * time.Second}}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	after := func(wait time.Duration, rx string) devices.Output {
		now = now.Add(wait)
		return d.Step(now, []byte(rx), d)
	}
	after(0, "x")
	out := after(time.Second, "y\r\n72\r\nx\r\n")
	assert.Equal(t, []string{"~xy", "72", "x"}, d.heard)
	assert.Equal(t, 1, out.Frames)
	assert.Equal(t, 3+1+1+1, out.FramedBytes, "a line, and the blank rest of three line ends")
	assert.Equal(t, []devices.Fault{{Kind: devices.BadFrame, Bytes: 3}, {Kind: devices.BadFrame, Bytes: 2}}, out.Faults)
	assert.Equal(t, []devices.Reading{{
		At: now, Status: devices.SearchingPulse,
		Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: 72}},
		Absences:     []devices.Absence{{Vital: devices.SpO2, Reason: devices.Searching}},
	}}, out.Readings)

	d.heard = nil
	assert.Empty(t, after(1900*time.Millisecond, "72").Readings)
	out = after(100*time.Millisecond, "\r\n")
	assert.Equal(t, []string{"doubt", "72"}, d.heard, "time acts before bytes")
	assert.Len(t, out.Readings, 2)
	assert.Empty(t, out.Readings[0].Measurements)
	assert.Len(t, out.Readings[1].Measurements, 1)

	d.heard = nil
	after(time.Second, "half")
	assert.Empty(t, after(time.Minute, "").Readings, "silence says nothing by itself")
	out = after(0, "72\r\n")
	assert.Equal(t, []string{"silence", "~72"}, d.heard)
	assert.Equal(t, devices.Fault{Kind: devices.BadFrame, Bytes: 4}, out.Faults[0])

	d.heard = nil
	after(1900*time.Millisecond, "x\n")
	assert.Equal(t, []string{"x"}, d.heard, "the proof after a silence has its own time")
	earlier := d.Step(now.Add(-time.Hour), []byte("72\n"), d)
	assert.Equal(t, now, earlier.Readings[0].At, "an earlier moment counts as the last")
}
