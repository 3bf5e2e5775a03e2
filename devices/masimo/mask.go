package masimo

import "bedside/devices"

// Bits of EXC, oximeters.md section 4.2. The names are those of its table. Bits up to 000800 come from the maker, 000100
// and those above from other readers of the protocol.
const (
	excNoSensor           = 0x000001
	excDefectiveSensor    = 0x000002
	excLowPerfusion       = 0x000004
	excPulseSearch        = 0x000008
	excInterference       = 0x000010
	excSensorOffPatient   = 0x000020
	excAmbientLight       = 0x000040
	excUnrecognizedSensor = 0x000080
	excLowSignalIQ        = 0x000400
	excNoCable            = 0x001000
	excIncompatibleCable  = 0x004000
	excUnrecognizedCable  = 0x008000
	excDefectiveCable     = 0x010000
	excCalibrating        = 0x020000
)

// The unusable set of oximeters.md section 4.2, by the reason it gives. Calibrating has no reason of its own.
const (
	excGone   = excNoSensor | excNoCable
	excFault  = excDefectiveSensor | excUnrecognizedSensor | excIncompatibleCable | excUnrecognizedCable | excDefectiveCable
	excDoubts = excInterference | excAmbientLight | excLowSignalIQ
)

// Bits of ALARM, oximeters.md section 4.2; the maker does not publish them.
const (
	alarmActive     = 0x10
	alarmSilenced   = 0x20
	alarmLowBattery = 0x40
)

// unusable returns why no number of the line counts, however plausible it is; 0 if none of the bits says so. The first
// reason in the order of devices.Reason wins.
func unusable(exc uint32) devices.Reason {
	switch {
	case exc&excGone != 0:
		return devices.SensorOff
	case exc&excSensorOffPatient != 0:
		return devices.FingerOut
	case exc&excFault != 0:
		return devices.SensorFault
	case exc&excPulseSearch != 0:
		return devices.Searching
	case exc&excCalibrating != 0:
		return devices.NotMeasured
	}
	return 0
}

// missingReason returns why a line has dashes although nothing in EXC makes it unusable.
func missingReason(exc uint32) devices.Reason {
	switch {
	case exc&excDoubts != 0:
		return devices.Artifact
	case exc&excLowPerfusion != 0:
		return devices.LowPerfusion
	}
	return devices.Searching
}

// statusOf translates both masks.
func statusOf(exc, alarm uint32) devices.Status {
	var st devices.Status
	set := func(mask, bits uint32, flag devices.Status) {
		if mask&bits != 0 {
			st |= flag
		}
	}
	set(exc, excGone, devices.SensorDisconnected)
	set(exc, excSensorOffPatient, devices.NoFinger)
	set(exc, excFault, devices.SensorDefect)
	set(exc, excPulseSearch, devices.SearchingPulse)
	set(exc, excLowPerfusion, devices.PerfusionLow)
	set(exc, excInterference, devices.Motion)
	set(exc, excAmbientLight, devices.AmbientLight)
	set(exc, excLowSignalIQ, devices.WeakSignal)
	set(alarm, alarmLowBattery, devices.BatteryLow)
	set(alarm, alarmActive, devices.DeviceAlarm)
	set(alarm, alarmSilenced, devices.DeviceAlarmSilenced)
	return st
}
