package scenario

import (
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
	"bedside/devices"
	"bedside/simulators/fault"
	"bedside/simulators/patient"
)

// Ranges of what a file may say; our choice, wide enough for everything that a living adult or a device can do.
const (
	maxLength = 12 * time.Hour
	minEvery  = 10 * time.Second // between two repetitions of an action
)

// draft is a story as it stands in its file.
type draft struct {
	*Scenario
	doses   []given
	actions []repeated
	forbid  forbidden
	ids     []string // of the conditions that there are
}

func newDraft() *draft {
	return &draft{Scenario: &Scenario{Seed: 1, Devices: usual()}, ids: profiles.ConditionIDs()}
}

// forbidden is the key forbid: a list of conditions, or two words for all others.
type forbidden struct {
	others bool
	list   []string
}

// rootFields is the whole file: one entry for each key, read by the decoder and by Reference alike.
func rootFields(d *draft) []document.Field {
	s := d.Scenario
	return []document.Field{
		{Name: "name", Required: true, Set: word(&s.Name), Meaning: "word for the scenario: lower-case letters, digits, dashes"},
		{Name: "title", Required: true, Set: document.Text(&s.Title), Meaning: "a few words for people"},
		{Name: "teaches", Required: true, Set: document.Text(&s.Teaches), Meaning: "what a viewer learns from it, in a sentence"},
		{
			Name: "length", Required: true, Set: document.Duration(&s.Length, time.Second, maxLength),
			Meaning: "how long it lasts, such as `20m`; every time counts from its start",
		},
		{Name: "seed", Fallback: "1", Set: seed(&s.Seed), Meaning: "number of the person and the noise"},
		{
			Name: "patient", Fallback: "somebody drawn from the seed", Set: document.Into(patientFields(d)), Inner: patientFields(d),
			Meaning: "who it is",
		},
		{
			Name: "changes", Fallback: "none", Set: document.Each(&s.Patient.Offsets, changeFields), List: true,
			Inner: changeFields(new(patient.Offset)), Meaning: "what vital signs do by themselves, each once",
		},
		{
			Name: "devices", Fallback: "`nonin-df2` as oximeter, `suntech` as cuff", Set: document.Each(&s.Devices, deviceFields),
			List: true, Inner: deviceFields(new(Device)), Meaning: "the devices beside the bed",
		},
		{
			Name: "events", Fallback: "none", Set: document.Each(&s.Events, eventFields), List: true, Inner: eventFields(new(Event)),
			Meaning: "what happens to sensor, arm and cuff",
		},
		{
			Name: "faults", Fallback: "none", Set: document.Each(&s.Faults, faultFields), List: true, Inner: faultFields(new(Fault)),
			Meaning: "what happens to cables",
		},
		{
			Name: "actions", Fallback: "none", Set: document.Each(&d.actions, d.actionFields), List: true,
			Inner: d.actionFields(new(repeated)), Meaning: "what staff do",
		},
		{
			Name: "expect", Fallback: "nothing", Set: document.Each(&s.Expect, d.expectFields), List: true,
			Inner: d.expectFields(new(Expectation)), Meaning: "the alerts that must appear, each one change of one occurrence",
		},
		{
			Name: "forbid", Fallback: "nothing", Set: d.forbid.set(d.ids),
			Meaning: "conditions that must not be raised, a list; or `everything else`: nothing may be raised or escalated but what `expect` names",
		},
		{
			Name: "profiles", Fallback: "only without a session", Set: d.differing(),
			Inner: []document.Field{{
				Name: "<id>", Fallback: "no difference", Inner: d.differenceFields(new(difference)),
				Meaning: "of a shipped profile; or `any` for all of them, which holds first",
			}},
			Meaning: "what differs in a session: it is told under these profiles, too",
		},
	}
}

func patientFields(d *draft) []document.Field {
	rest := &d.Patient.Rest
	fields := []document.Field{
		{Name: "who", Fallback: "nothing", Set: document.Text(&d.Who), Meaning: "the person in words, for people"},
		{
			Name: "faster", Fallback: "1", Set: between(&d.Patient.Haste, 1, 60, "times"),
			Meaning: "how many times faster than in people a dose acts, for demonstrations",
		},
		{
			Name: "doses", Fallback: "none", Set: document.Each(&d.doses, doseFields), List: true, Inner: doseFields(new(given)),
			Meaning: "when ketamine is given; a session that runs records it",
		},
	}
	for _, v := range []struct {
		vital     devices.Vital
		to        *float64
		low, high float64
		meaning   string
	}{
		{devices.PulseRate, &rest.PulseRate, 30, 180, "at rest, /min"},
		{devices.SpO2, &rest.SpO2, 70, 100, "at rest, %"},
		{devices.PerfusionIndex, &rest.PerfusionIndex, 0.02, 20, "at rest, %"},
		{devices.Systolic, &rest.Systolic, 60, 240, "at rest, mmHg"},
		{devices.Diastolic, &rest.Diastolic, 30, 150, "at rest, mmHg"},
	} {
		fields = append(fields, document.Field{
			Name: v.vital.String(), Fallback: "drawn from the seed", Set: between(v.to, v.low, v.high, v.vital.Unit()), Meaning: v.meaning,
		})
	}
	return fields
}

func changeFields(o *patient.Offset) []document.Field {
	vitals := []devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex, devices.Systolic, devices.Diastolic}
	words := make([]string, len(vitals))
	for i, v := range vitals {
		words[i] = v.String()
	}
	return []document.Field{
		when("at", &o.From),
		{
			Name: "vital", Required: true, Set: document.OneOf(&o.Vital, words, vitals),
			Meaning: "`pulse_rate`, `spo2`, `perfusion_index`, `systolic` or `diastolic`",
		},
		{
			Name: "by", Required: true, Set: between(&o.Size, -150, 150, ""),
			Meaning: "how far it moves, in its unit; negative for a fall",
		},
		{Name: "rise", Fallback: "0s", Set: document.Duration(&o.Rise, 0, maxLength), Meaning: "how long it takes to get there"},
		{Name: "hold", Fallback: "0s", Set: document.Duration(&o.Hold, 0, maxLength), Meaning: "how long it stays there"},
		{Name: "fall", Fallback: "0s", Set: document.Duration(&o.Fall, 0, maxLength), Meaning: "how long it takes to come back"},
	}
}

func deviceFields(d *Device) []document.Field {
	return []document.Field{
		{Name: "name", Required: true, Set: word(&d.Name), Meaning: "word for the device, as in alerts; several on one port are called by it and their kind, as `monitor-cuff`"},
		{Name: "device", Required: true, Set: document.Text(&d.Simulator), Meaning: "simulated device, a name of `bedside simulate --list`"},
		{
			Name: "same_arm_as", Fallback: "the other arm", Set: word(&d.SameArmAs),
			Meaning: "of a cuff: name of the oximeter that it blanks while it is inflated",
		},
	}
}

func eventFields(e *Event) []document.Field {
	list, values := words[Kind](kinds[:])
	classes := []devices.CuffClass{
		devices.CuffWeak, devices.CuffMotion, devices.CuffRange, devices.CuffTimeout, devices.CuffLeak, devices.CuffBlocked,
		devices.CuffOverpressure, devices.CuffHardware,
	}
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.String()
	}
	return []document.Field{
		when("at", &e.At),
		duration(&e.For),
		{
			Name: "what", Required: true, Set: document.OneOf(&e.Kind, list, values),
			Meaning: "`finger_out`, `sensor_off`, `searching`, `low_perfusion`, `motion`, `low_battery`, `cuff_loose` or `cuff_fault`",
		},
		{
			Name: "size", Fallback: "required for these", Set: tried(between(&e.Size, 0.01, 10, ""), func() { e.Size = -1 }),
			Meaning: "of `motion`: 0.01 to 1, from 0.6 on nothing can be measured; of `low_perfusion`: the perfusion index, %",
		},
		{
			Name: "class", Fallback: "required for it", Set: tried(document.OneOf(&e.Class, names, classes), func() { e.Class = refusedClass }),
			Meaning: "of `cuff_fault`: how a cycle ends that begins meanwhile: `weak`, `motion`, `range`, `timeout`, `leak`, `blocked`, " +
				"`overpressure` or `hardware`",
		},
	}
}

func faultFields(f *Fault) []document.Field {
	list := []string{"unplugged", "frozen", "damaged", "lost_bytes", "extra_bytes", "doubled_bytes", "lost_frames", "split"}
	values := []fault.Kind{
		fault.Unplug, fault.Stall, fault.Corrupt, fault.Drop, fault.Add, fault.Double, fault.DropFrame, fault.Split,
	}
	return []document.Field{
		when("at", &f.At),
		duration(&f.For),
		{Name: "device", Required: true, Set: word(&f.Device), Meaning: "name of the device, as under `devices`"},
		{
			Name: "what", Required: true, Set: document.OneOf(&f.Kind, list, values),
			Meaning: "`unplugged`, `frozen` (everything is held back), `damaged`, `lost_bytes`, `extra_bytes`, `doubled_bytes`, " +
				"`lost_frames` or `split`",
		},
		{
			Name: "share", Fallback: "0.02", Set: between(&f.Share, 0.0001, 1, ""),
			Meaning: "share of the bytes or frames that are hit, where it is not all of them",
		},
	}
}

// The words of events that are no change of state.
const (
	again  = "realarmed"
	called = "called"
)

func (d *draft) expectFields(e *Expectation) []document.Field {
	changes := []alerts.Change{alerts.Raised, alerts.Escalated, alerts.Acknowledged, alerts.Latched, alerts.Ended, alerts.Reset}
	names := make([]string, len(changes), len(changes)+1)
	for i, c := range changes {
		names[i] = c.String()
	}
	names, changes = append(names, again), append(changes, alerts.Updated)
	calls := []string{"station", "room_sound", "next_person", "everyone"}
	return []document.Field{
		{
			Name: "condition", Required: true, Set: document.OneOf(&e.Condition, d.ids, d.ids),
			Meaning: "id of a condition, such as `spo2_low`",
		},
		{
			Name: "event", Fallback: "raised", Set: document.OneOf(&e.Change, names, changes),
			Meaning: "`raised`, `escalated`, `acknowledged`, `latched`, `ended`, `reset`, or `realarmed`: an acknowledgement has run out",
		},
		{
			Name: "called", Fallback: "nobody", Set: document.OneOf(&e.Called, calls, calls),
			Meaning: "in place of `event`: who is called because nobody acknowledges it, `station`, `room_sound`, `next_person` or `everyone`",
		},
		{Name: "device", Fallback: "any", Set: word(&e.Device), Meaning: "the device that a technical alert is about"},
		{
			Name: "priority", Fallback: "any", Set: chosen(&e.Priority, alerts.Low, alerts.Medium, alerts.High),
			Meaning: "`low`, `medium` or `high`, after the event",
		},
		{
			Name: "signal", Fallback: "any",
			Set:     chosen(&e.Signal, alerts.SignalOn, alerts.SignalAcknowledged, alerts.SignalAudioPaused, alerts.SignalAlarmPaused, alerts.SignalOff),
			Meaning: "how it is perceived after the event: `on`, `acknowledged`, `audio_paused`, `alarm_paused` or `off`",
		},
		{Name: "from", Fallback: "0s", Set: document.Duration(&e.From, 0, maxLength), Meaning: "not before"},
		{Name: "to", Fallback: "the end", Set: document.Duration(&e.To, 0, maxLength), Meaning: "not after"},
	}
}

// Reference returns every key of a scenario file as a Markdown table of key, meaning and default, for the README.
func Reference() string { return document.Reference(rootFields(newDraft())) }
