package simulators

import (
	"time"

	"bedside/devices"
)

// Vitals is the truth at one moment, as a device could measure it.
type Vitals struct {
	PulseRate                 float64 // 1/min
	SpO2                      float64 // %
	PerfusionIndex            float64 // %
	Systolic, Diastolic, Mean float64 // mmHg
	Pleth                     float64 // 0..1, momentary volume of the pulse
	Motion                    float64 // 0 still .. 1 so much that nothing can be measured
	FingerOut                 bool    // the sensor is connected, the finger is not in it
	SensorOff                 bool    // the sensor is not connected
	CuffLoose                 bool    // the cuff cannot hold pressure
	BatteryLow                bool    // the instrument's battery is nearly empty
	// CuffFault is how a cuff cycle that begins now will end, whatever the person; zero leaves it to them. A device that
	// has no code for the class ignores it.
	CuffFault devices.CuffClass
	CuffPress bool // staff pressed the cuff's own start button since the last step
}

// Device is the device side of a wire protocol. It is not safe for concurrent use and must not keep rx.
type Device interface {
	// Step is given the bytes that the host sent since the last call, the truth, and the moment. It returns the bytes
	// that the device sends now and when it wants to be called again at the latest; zero means that it has nothing to
	// say until the host does. The bytes returned are overwritten by the next call.
	Step(now time.Time, truth Vitals, rx []byte) (tx []byte, wake time.Time)
}
