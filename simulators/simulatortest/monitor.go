package simulatortest

import (
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/cuff"
)

// Healthy returns a person to whom nothing happens: 72/min, 97 %, 120/80 with a mean of 93.
func Healthy() simulators.Vitals {
	return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
}

// CuffDevice is a simulated device with a cuff.
type CuffDevice interface {
	simulators.Device
	Measuring() bool
	Inflated() bool
	Cycles() int
	Counts() cuff.Counts
}

// Monitor is a simulated device with a cuff, on the arm of a person whose truth may change under way. It implements the
// Monitor of devices/devicetest.
type Monitor[D CuffDevice] struct {
	Device D
	Truth  simulators.Vitals
}

// Beside puts a device on the arm of a healthy person.
func Beside[D CuffDevice](d D) *Monitor[D] { return &Monitor[D]{Device: d, Truth: Healthy()} }

// Step lets the device see the truth and the bytes of the host.
func (m *Monitor[D]) Step(now time.Time, rx []byte) ([]byte, time.Time) {
	tx, wake := m.Device.Step(now, m.Truth, rx)
	m.Truth.CuffPress = false
	return tx, wake
}

// Set changes the truth, in mmHg and 1/min.
func (m *Monitor[D]) Set(systolic, diastolic, mean, rate int) {
	m.Truth.Systolic, m.Truth.Diastolic, m.Truth.Mean = float64(systolic), float64(diastolic), float64(mean)
	m.Truth.PulseRate = float64(rate)
}

// Press lets staff press the device's own start button before the next Step.
func (m *Monitor[D]) Press() { m.Truth.CuffPress = true }

// Jam lets measurements that begin from now on find no end.
func (m *Monitor[D]) Jam() { m.Truth.CuffFault = devices.CuffTimeout }

// Measuring reports whether a measurement is running.
func (m *Monitor[D]) Measuring() bool { return m.Device.Measuring() }

// Inflated reports whether there is air in the cuff.
func (m *Monitor[D]) Inflated() bool { return m.Device.Inflated() }

// Cycles returns how many measurements have begun, whoever began them.
func (m *Monitor[D]) Cycles() int { return m.Device.Cycles() }

// Unknown returns how many requests the device did not know.
func (m *Monitor[D]) Unknown() int { return m.Device.Counts().Unknown }
