package alerts

import (
	"slices"
	"time"

	"bedside/devices"
)

// clearHold is how long a signal must be good again before an occurrence about it ends. Our choice: as long as the shortest
// hold about the patient, so that a signal that comes and goes is one occurrence.
const clearHold = 10 * time.Second

// TechnicalConditions returns the conditions about equipment, line, network and the agent itself, which are the same in every
// profile. Each call returns a new slice.
func TechnicalConditions() []Condition {
	return slices.Concat(devicesOwn(), computer(), delivering(), session(), trials())
}

// devicesOwn are the conditions about devices and their lines.
func devicesOwn() []Condition {
	const source = "alarms.md section 9: engineering default"
	return []Condition{
		{
			ID: "serial_lost", Title: "Device not connected", Kind: Technical, Trigger: PortLost,
			Priority: Medium, Hold: 5 * time.Second, Escalations: blind(5 * time.Second), Source: source,
		},
		{
			// The driver's silence limit comes before it: with 3 s the sum is the 5 s of the table. Our choice.
			ID: "device_silent", Title: "Device silent", Kind: Technical, Trigger: DeviceSilent,
			Priority: Medium, Hold: 2 * time.Second, ClearHold: clearHold, Escalations: blind(2 * time.Second),
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
	}
}

// blind raises the loss of a device after a minute without SpO2 at the height of the effect: alarms.md section 9. Those who
// were warned a minute ago have not brought it back, and nobody knows how this person breathes.
func blind(hold time.Duration) []Escalation {
	return []Escalation{{After: time.Minute - hold, During: []string{"peak"}, Sole: devices.SpO2, Priority: High}}
}

// delivering are the conditions about the way to the nurses: what is urgent anyway is more so while something High waits.
func delivering() []Condition {
	const source = "alarms.md section 9, times from section 8: engineering default"
	high := []Escalation{{WhileHigh: true, Priority: High}}
	return []Condition{
		{
			// Raised by the agent that loses its broker.
			ID: "broker_lost", Title: "Nurses not reachable", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Hold: 10 * time.Second, Escalations: high, Source: source,
		},
		{
			// Raised by the agent when no screen that is on and can be heard has renewed its lease.
			ID: "no_recipient", Title: "No nurse's screen is on", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Escalations: high, Source: source + "; the ten seconds without a lease are counted by who raises it",
		},
		{
			// Raised by the agent when an alert was published and no screen has said that it shows it.
			ID: "delivery_timeout", Title: "Alert was not delivered", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Escalations: high, Source: source + "; the wait for a receipt is counted by who raises it",
		},
		{
			// Raised by the agent when somebody tries the way to the nurse; it sounds like the real thing.
			ID: "reach_test", Title: "Test alert", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: "our choice: a medium alert that goes the way of every other; the wait for an answer is counted by who raises it",
		},
		{
			// Raised by the agent when its speaker, or what plays through it, does not work. The room calls nobody then.
			ID: "room_sound_failed", Title: "Room sound cannot be played", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Escalations: high, Source: "our choice: the same as for the other ways on which an alert is brought to people",
		},
		{
			// Raised by whoever watches the agent from outside: the station, or systemd's watchdog.
			ID: "process_stalled", Title: "Monitoring has stopped", Kind: Technical, Trigger: SystemFault,
			Priority: High, Source: source,
		},
	}
}

// session are the conditions about a session and its rules. The agent raises all of them.
func session() []Condition {
	const source = "alarms.md section 9: engineering default"
	return []Condition{
		{
			ID: "nibp_overdue", Title: "Blood pressure overdue", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source + "; the five minutes are counted by the session",
		},
		{
			ID: "bp_missed", Title: "Blood pressure missed", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: "profiles.md section 4: engineering default",
		},
		{
			ID: "no_baseline", Title: "No baseline", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: "profiles.md section 4, and baseline_missing of alarms.md section 9: engineering default",
		},
		{
			ID: "session_idle", Title: "Session without values", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: "UX.md section 8; the half hour is counted by the session, the priority is our choice",
		},
		{
			ID: "profile_unapproved", Title: "Limits not clinically approved", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: source,
		},
		{
			// Also what a file allowed for a while and allows no longer.
			ID: "config_invalid", Title: "Configuration", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: source,
		},
		{
			// A notice: it stays until somebody has acknowledged it.
			ID: "restarted", Title: "Monitoring was interrupted", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: "alarms.md section 10: engineering default; the priority is our choice",
		},
	}
}

// computer are the conditions about the machine that the agent runs on. The agent raises them.
func computer() []Condition {
	const source = "alarms.md section 9: engineering default"
	return []Condition{
		{
			ID: "clock_step", Title: "Clock was changed", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			ID: "disk_full", Title: "Disk full", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			// The step before it, while there is time. Marks and how long they must hold are counted by the agent.
			ID: "disk_low", Title: "Disk nearly full", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: "our choice: the step before disk_full",
		},
		{
			ID: "log_write_fail", Title: "Record cannot be written", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source,
		},
		{
			ID: "power_battery", Title: "Computer runs on battery", Kind: Technical, Trigger: SystemFault,
			Priority: Low, Source: source,
		},
		{
			ID: "power_low", Title: "Battery of the computer is low", Kind: Technical, Trigger: SystemFault,
			Priority: Medium, Source: source + ", there the lower step of power_battery",
		},
	}
}

// trials are the test alarms, one for each priority that sounds. The agent raises them when somebody tries all channels; they
// are alerts like any other, and no real one: see [IsTest].
func trials() []Condition {
	list := make([]Condition, 0, High)
	for _, p := range []Priority{High, Medium, Low} {
		list = append(list, Condition{
			ID: TestAlarm(p), Title: "TEST alarm", Kind: Technical, Trigger: SystemFault, Priority: p,
			Source: "our choice: an alert that goes the way of every other; how long it lasts is counted by who raises it",
		})
	}
	return list
}

// TestAlarm returns the condition of the test alarm of a priority, such as "test_high".
func TestAlarm(p Priority) string { return "test_" + p.String() }

// IsTest reports whether a condition is a test alarm: it sounds and shows like a real one, travels with the mode test, and is
// counted nowhere.
func IsTest(condition string) bool {
	return condition == TestAlarm(High) || condition == TestAlarm(Medium) || condition == TestAlarm(Low)
}
