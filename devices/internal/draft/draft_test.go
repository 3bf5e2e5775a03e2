package draft_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/internal/draft"
)

var at = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// Readings of one Step share memory, and none may grow into the next.
func TestReadingsOfAStepAreApart(t *testing.T) {
	var d draft.Draft
	for range 2 {
		d.Clear()
		d.Put(devices.PulseRate, 72, 0)
		d.Put(devices.SpO2, 0, devices.FingerOut)
		first := d.Finish(at, devices.Motion)
		d.Put(devices.PulseRate, 0, devices.Searching)
		second := d.Finish(at, 0)
		first.Measurements = append(first.Measurements, devices.Measurement{Vital: devices.SpO2, Value: 1})
		d.Put(devices.SpO2, 97, 0)
		third := d.Finish(at, 0)

		assert.Equal(t, devices.Measurement{Vital: devices.PulseRate, Value: 72}, first.Measurements[0])
		assert.Equal(t, []devices.Absence{{Vital: devices.SpO2, Reason: devices.FingerOut}}, first.Absences)
		assert.Equal(t, devices.Motion, first.Status)
		assert.Equal(t, devices.Reading{At: at, Absences: []devices.Absence{{Vital: devices.PulseRate, Reason: devices.Searching}}}, second)
		assert.Equal(t, devices.Reading{At: at, Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: 97}}}, third)
	}
}
