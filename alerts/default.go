package alerts

import (
	"time"

	"bedside/devices"
)

// clearHold is how long a streamed vital must be back at its clear level before an occurrence ends. Our choice: as long
// as the shortest hold, so that a value that swings about a limit is one occurrence.
const clearHold = 10 * time.Second

// Default returns the built-in conditions: the absolute limits for adults of profiles.md section 4 with the hysteresis
// of its section 3, and the technical conditions of alarms.md section 9. Each call returns a new slice.
func Default() []Condition {
	list := append(oxygen(), pulse()...)
	list = append(list, pressure()...)
	return append(list, TechnicalConditions()...)
}

func below(v devices.Vital, limit, back int) Bound {
	return Bound{Vital: v, Side: Below, Limit: limit, Clear: back}
}

func atLeast(v devices.Vital, limit, back int) Bound {
	return Bound{Vital: v, Side: AtLeast, Limit: limit, Clear: back}
}

func oxygen() []Condition {
	return []Condition{
		{
			ID: "spo2_crit", Title: "Critically low SpO2", Kind: Physiological,
			Bounds: []Bound{below(devices.SpO2, 85, 87)}, Priority: High,
			Hold: 10 * time.Second, ClearHold: clearHold, Latching: true,
			Source: "profiles.md section 4: 85 as the usual lowest factory default; hold is an engineering default",
		},
		{
			// High after 60 s of violation, 15 s of which are the hold.
			ID: "spo2_low", Title: "Low SpO2", Kind: Physiological,
			Bounds: []Bound{below(devices.SpO2, 90, 92)}, Priority: Medium,
			Hold: 15 * time.Second, ClearHold: clearHold, Latching: true,
			Escalations: []Escalation{{After: 45 * time.Second, Priority: High}},
			Source:      "profiles.md section 4: 90 as common on adult monitors; 15 s from studies; High at 60 s is an engineering default",
		},
		{
			ID: "spo2_drift", Title: "SpO2 drifting down", Kind: Physiological,
			Bounds: []Bound{below(devices.SpO2, 92, 94)}, Priority: Low,
			Hold: 60 * time.Second, ClearHold: clearHold,
			Source: "profiles.md section 4: 92 from a sedation discharge policy; hold is an engineering default",
		},
	}
}

func pulse() []Condition {
	return []Condition{
		{
			ID: "hr_xhigh", Title: "Extremely high heart rate", Kind: Physiological,
			Bounds: []Bound{atLeast(devices.PulseRate, 150, 145)}, Priority: High,
			Hold: 10 * time.Second, ClearHold: clearHold, Latching: true,
			Source: "profiles.md section 4: engineering default",
		},
		{
			ID: "hr_high", Title: "High heart rate", Kind: Physiological,
			Bounds: []Bound{atLeast(devices.PulseRate, 120, 115)}, Priority: Medium,
			Hold: 30 * time.Second, ClearHold: clearHold,
			Source: "profiles.md section 4: 120 as common on adult monitors; hold is an engineering default",
		},
		{
			ID: "hr_low", Title: "Low heart rate", Kind: Physiological,
			Bounds: []Bound{below(devices.PulseRate, 50, 55)}, Priority: Medium,
			Hold: 15 * time.Second, ClearHold: clearHold,
			Source: "profiles.md section 4: 50 as common on adult monitors; hold is an engineering default",
		},
		{
			ID: "hr_xlow", Title: "Extremely low heart rate", Kind: Physiological,
			Bounds: []Bound{below(devices.PulseRate, 40, 45)}, Priority: High,
			Hold: 10 * time.Second, ClearHold: clearHold, Latching: true,
			Source: "profiles.md section 4: engineering default",
		},
	}
}

// unconfirmed raises a pressure to High when a second reading agrees, or when none could be had: profiles.md section 4.
func unconfirmed() []Escalation {
	return []Escalation{{After: 4 * time.Minute, Readings: 2, Priority: High}}
}

func pressure() []Condition {
	return []Condition{
		{
			ID: "bp_extreme", Title: "Extreme hypertension", Kind: Physiological,
			Bounds:   []Bound{atLeast(devices.Systolic, 200, 195), atLeast(devices.Diastolic, 120, 117)},
			Priority: High, Latching: true,
			Source: "profiles.md section 4: 120 from general knowledge; 200 is an engineering default",
		},
		{
			ID: "bp_severe", Title: "Severe hypertension", Kind: Physiological,
			Bounds:   []Bound{atLeast(devices.Systolic, 180, 175), atLeast(devices.Diastolic, 110, 107)},
			Priority: Medium, Latching: true, Escalations: unconfirmed(),
			Source: "profiles.md section 4: 180/110 from the esketamine programme; confirmation is an engineering default",
		},
		{
			ID: "bp_elev", Title: "Elevated blood pressure", Kind: Physiological,
			Bounds:   []Bound{atLeast(devices.Systolic, 160, 155), atLeast(devices.Diastolic, 100, 97)},
			Priority: Low,
			Source:   "profiles.md section 4: engineering default, neighbour of a published 165/100",
		},
		{
			// profiles.md gives no hysteresis for the mean; 3 as for the diastolic is our choice.
			ID: "bp_low", Title: "Low blood pressure", Kind: Physiological,
			Bounds:   []Bound{below(devices.Systolic, 90, 95), below(devices.Mean, 60, 63)},
			Priority: Medium, Latching: true, Escalations: unconfirmed(),
			Source: "profiles.md section 4: engineering default",
		},
		{
			ID: "bp_xlow", Title: "Extremely low blood pressure", Kind: Physiological,
			Bounds: []Bound{below(devices.Systolic, 80, 85)}, Priority: High, Latching: true,
			Source: "profiles.md section 4: engineering default",
		},
	}
}

// TechnicalConditions returns the conditions about equipment, line, network and the agent itself, which are the same in every
// profile. Each call returns a new slice.
func TechnicalConditions() []Condition {
	const source = "alarms.md section 9: engineering default"
	return []Condition{
		{
			ID: "serial_lost", Title: "Device not connected", Kind: Technical, Trigger: PortLost,
			Priority: Medium, Hold: 5 * time.Second, Source: source,
		},
		{
			// The driver's silence limit comes before it: with 3 s the sum is the 5 s of the table. Our choice.
			ID: "device_silent", Title: "Device silent", Kind: Technical, Trigger: DeviceSilent,
			Priority: Medium, Hold: 2 * time.Second, ClearHold: clearHold,
			Source: source + ", with the driver's silence limit before the hold; clear hold is our choice",
		},
		{
			ID: "spo2_sensor_off", Title: "Sensor off", Kind: Technical, Trigger: SensorOff,
			Priority: Medium, Hold: 15 * time.Second, ClearHold: 2 * time.Second,
			Source: source + "; clear hold is our choice",
		},
		{
			// Medium after 120 s of poor signal, 30 s of which are the hold.
			ID: "spo2_poor", Title: "Poor signal", Kind: Technical, Trigger: SignalPoor,
			Priority: Low, Hold: 30 * time.Second, ClearHold: clearHold,
			Escalations: []Escalation{{After: 90 * time.Second, Priority: Medium}},
			Source:      source + "; clear hold is our choice",
		},
		{
			ID: "frame_errors", Title: "Damaged data", Kind: Technical, Trigger: FrameErrors,
			Priority: Low, Hold: 30 * time.Second, Source: source + "; the hold is the window that is judged",
		},
		{
			ID: "nibp_fail", Title: "Blood pressure not measured", Kind: Technical, Trigger: CuffFailed,
			Priority: Medium, Source: source,
		},
		{
			ID: "data_frozen", Title: "Values frozen", Kind: Technical, Trigger: DataFrozen,
			Priority: Medium, Hold: 20 * time.Second, Source: source,
		},
		{
			ID: "clock_step", Title: "Clock was changed", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			ID: "disk_full", Title: "Disk full", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			ID: "log_write_fail", Title: "Record cannot be written", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			ID: "broker_lost", Title: "Nurses not reachable", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Hold: 10 * time.Second,
			Escalations: []Escalation{{WhileHigh: true, Priority: High}},
			Source:      "alarms.md section 9, hold from section 8: engineering default",
		},
	}
}
