package monitor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/devices"
)

func TestNothingOldIsInAStatus(t *testing.T) {
	known := func(spot bool) devices.Reading {
		r := clip(72, 97)
		r.Spot, r.Status = spot, devices.BatteryLow
		return r
	}
	for name, test := range map[string]struct {
		reading func() devices.Reading
		fresh   time.Duration
	}{
		"stream": {func() devices.Reading { return known(false) }, 4 * time.Second},
		"spot":   {func() devices.Reading { return known(true) }, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(r *room) {
				measured := time.Now()
				r.read("oximeter", test.reading())
				pass(test.fresh)
				d := r.device("oximeter")
				require.Contains(t, d.Values, "spo2")
				assert.Equal(t, "97", d.Values["spo2"].Value.String())
				assert.Equal(t, test.fresh.Milliseconds(), d.Values["spo2"].AgeMS)
				assert.True(t, d.Values["spo2"].At.Equal(measured))
				assert.Equal(t, []string{"low_battery"}, d.Flags)
				assert.Empty(t, d.Absent)

				pass(1)
				d = r.device("oximeter")
				assert.Empty(t, d.Values)
				assert.Empty(t, d.Flags, "a flag gets old as well")
				assert.Equal(t, map[string]string{"pulse_rate": "stale", "spo2": "stale"}, d.Absent)
			})
		})
	}
}

func TestReasonOfAnAbsenceGetsOldToo(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("oximeter", clip(72, 97))
		r.read("oximeter", without(devices.FingerOut))
		pass(4 * time.Second)
		assert.Equal(t, "finger_out", r.device("oximeter").Absent["spo2"])
		pass(1)
		d := r.device("oximeter")
		assert.Equal(t, "stale", d.Absent["spo2"])
		assert.Empty(t, d.Values, "the number of before never comes back")
	})
}

func TestValueThatComesBackIsCurrent(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("oximeter", clip(72, 97))
		pass(10 * time.Second)
		r.read("oximeter", clip(72, 96))
		d := r.device("oximeter")
		assert.Equal(t, "96", d.Values["spo2"].Value.String())
		assert.Zero(t, d.Values["spo2"].AgeMS)
		assert.Empty(t, d.Absent)
	})
}

func TestLostDeviceSaysWhy(t *testing.T) {
	bubble(t, nil, func(r *room) {
		d := r.device("oximeter")
		assert.Equal(t, "lost", d.Link, "nothing was heard yet")
		r.deliver("oximeter", link.Update{State: link.Connected, StateChanged: true, Readings: []devices.Reading{clip(72, 97)}})
		d = r.device("oximeter")
		assert.Equal(t, "connected", d.Link)
		assert.Empty(t, d.Why)
		r.deliver("oximeter", link.Update{State: link.Silent, StateChanged: true, Why: "no valid data"})
		d = r.device("oximeter")
		assert.Equal(t, "silent", d.Link)
		assert.Equal(t, "no valid data", d.Why)
		r.deliver("oximeter", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged", Reopened: 3})
		pass(5 * time.Second)
		d = r.device("oximeter")
		assert.Equal(t, "lost", d.Link)
		assert.Equal(t, "unplugged", d.Why)
		assert.EqualValues(t, 3, d.Reopened)
		assert.Empty(t, d.Values)
		assert.Equal(t, "stale", d.Absent["spo2"])
		require.Equal(t, []string{"serial_lost raised"}, r.changes())
		assert.Contains(t, r.alerts()[0].Text, "unplugged")

		r.read("oximeter", clip(72, 98))
		assert.Equal(t, []string{"serial_lost raised", "serial_lost ended"}, r.changes())
	})
}

// How long it has been so is told by the agent: a page that is opened late must not begin to count anew.
func TestStatusSaysSinceWhen(t *testing.T) {
	bubble(t, nil, func(r *room) {
		assert.Nil(t, r.device("oximeter").FrameMS, "no frame came yet")
		r.deliver("oximeter", link.Update{State: link.Connected, StateChanged: true, Frames: 3, Readings: []devices.Reading{clip(72, 97)}})
		pass(2 * time.Second)
		d := r.device("oximeter")
		assert.EqualValues(t, 2000, d.LinkMS)
		assert.EqualValues(t, 2000, *d.FrameMS)
		for range 3 {
			r.read("oximeter", devices.Reading{At: time.Now(), Absences: []devices.Absence{{Vital: devices.SpO2, Reason: devices.FingerOut}}})
			pass(time.Second)
		}
		d = r.device("oximeter")
		assert.Equal(t, "finger_out", d.Absent["spo2"])
		assert.EqualValues(t, 3000, d.AbsentMS["spo2"], "since it was told first")
		assert.EqualValues(t, 5000, d.AbsentMS["pulse_rate"], "since the last value")
		r.deliver("oximeter", link.Update{State: link.Silent, StateChanged: true, Why: "no valid data"})
		pass(7 * time.Second)
		d = r.device("oximeter")
		assert.EqualValues(t, 7000, d.LinkMS)
		assert.Equal(t, "stale", d.Absent["spo2"])
		assert.EqualValues(t, 8000, d.AbsentMS["spo2"], "since the last word about it")
	})
}

// A cuff that is back says nothing before it is asked.
func TestDeviceIsBackWithoutAReading(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.deliver("cuff", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
		pass(6 * time.Second)
		r.deliver("cuff", link.Update{State: link.Connected, StateChanged: true})
		assert.Equal(t, []string{"serial_lost raised", "serial_lost ended"}, r.changes())
	})
}

// A link tells each time why it cannot open a port; the state stays.
func TestNewReasonForALossIsTold(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.deliver("oximeter", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
		pass(6 * time.Second)
		r.deliver("oximeter", link.Update{State: link.Silent, StateChanged: true, Why: "no valid data"})
		pass(time.Second)
		// deliver takes an unchanged Lost for Connected, so Silent stands for both here.
		quiet := func(why string) { r.deliver("oximeter", link.Update{State: link.Silent, Why: why}) }
		quiet("only noise")
		assert.Equal(t, "only noise", r.device("oximeter").Why, "the page has it at once")
		told := len(r.changes())
		for i := range 30 { // two reasons that alternate
			quiet([]string{"no valid data", "only noise"}[i%2])
			pass(time.Second)
		}
		assert.LessOrEqual(t, len(r.changes())-told, 4, "the alert has it every ten seconds at most")
		quiet("the end")
		pass(10 * time.Second)
		quiet("the end")
		list := r.alerts()
		assert.Contains(t, list[len(list)-1].Text, "the end")
	})
}

func TestBusyCuffThatIsLostIsNotShownBusy(t *testing.T) {
	bubble(t, nil, func(r *room) {
		busy := devices.CuffState{At: time.Now(), Phase: devices.CuffInflating, Pressure: 120, HasPressure: true}
		r.deliver("cuff", link.Update{State: link.Connected, StateChanged: true, Cuff: []devices.CuffState{busy}})
		d := r.device("cuff")
		require.NotNil(t, d.Cuff)
		assert.Equal(t, "inflating", d.Cuff.Phase)
		assert.Equal(t, 120, *d.Cuff.Pressure)
		r.deliver("cuff", link.Update{State: link.Lost, StateChanged: true, Why: "unplugged"})
		assert.Nil(t, r.device("cuff").Cuff)
		r.deliver("cuff", link.Update{State: link.Connected, StateChanged: true})
		assert.Nil(t, r.device("cuff").Cuff, "it must say itself what it does now")
		failed := devices.CuffState{At: time.Now(), Phase: devices.CuffFailed, Class: devices.CuffLeak, Code: 87}
		r.deliver("cuff", link.Update{State: link.Lost, StateChanged: true, Cuff: []devices.CuffState{failed}})
		assert.Equal(t, "leak", r.device("cuff").Cuff.Class, "how it ended stays true")
	})
}

func TestLineIsCountedByKind(t *testing.T) {
	bubble(t, nil, func(r *room) {
		for range 2 {
			r.deliver("oximeter", link.Update{Frames: 75, Faults: []devices.Fault{{Kind: devices.BadChecksum, Bytes: 5}, {Kind: devices.NoAnswer}}})
		}
		d := r.device("oximeter")
		assert.EqualValues(t, 150, d.Frames)
		assert.Equal(t, map[string]uint64{"bad_checksum": 2, "no_answer": 2}, d.Faults)
		_, lines := r.tape.observed()
		assert.Equal(t, 2, lines)
	})
}

// An answer that did not come is no damaged frame: it must not raise frame_errors.
func TestOnlyDamagedFramesAreDamage(t *testing.T) {
	for kind, want := range map[devices.FaultKind][]string{
		devices.NoAnswer: {}, devices.BadFrame: {"frame_errors raised"}, devices.BadChecksum: {"frame_errors raised"},
	} {
		t.Run(kind.String(), func(t *testing.T) {
			bubble(t, nil, func(r *room) {
				for range 40 {
					r.deliver("oximeter", link.Update{Frames: 2, Faults: []devices.Fault{{Kind: kind}}})
					pass(time.Second)
				}
				assert.Equal(t, want, r.changes())
			})
		})
	}
}

func TestUnknownDeviceIsLoggedAndChangesNothing(t *testing.T) {
	bubble(t, nil, func(r *room) {
		before := len(r.tape.everything())
		r.read("thermometer", clip(72, 60))
		assert.Equal(t, before, len(r.tape.everything()))
		assert.Contains(t, r.log.String(), "device=thermometer")
	})
}

func TestStatusIsTheWholeTruth(t *testing.T) {
	around := monitor.Surroundings{BrokerConnected: false, Outbox: 7, RecordHealthy: false}
	bubble(t, func(o *monitor.Options) {
		o.Rules.ApprovedBy = "Dr. Example"
		o.Devices[0].Simulated = true
		o.Devices[1].Verbs = []string{wire.VerbCuffStart}
		o.Surroundings = func() monitor.Surroundings { return around }
	}, func(r *room) {
		pass(90 * time.Second)
		r.read("cuff", pressure(190))
		r.Fault(r.t.Context(), "disk_full", true, "")
		s := r.status()
		assert.Equal(t, "lost", s.Broker)
		assert.Equal(t, "failing", s.Record)
		assert.Equal(t, 7, s.Outbox)
		assert.Equal(t, "Dr. Example", s.Approved)
		assert.EqualValues(t, 90_000, s.UptimeMS)
		assert.Zero(t, s.Speed, "only a sped-up demo says its speed")
		require.Len(t, s.Devices, 2)
		assert.True(t, s.Devices[0].Simulated)
		assert.Equal(t, []string{wire.VerbCuffStart}, s.Devices[1].Commands)
		require.Len(t, s.Alerts, 2)
		assert.Empty(t, s.Alerts[0].Event)
		assert.Contains(t, s.Limits, wire.Limit{
			Condition: s.Alerts[0].Condition, Title: s.Alerts[0].Title, Vital: "systolic", Side: "at_least", Unit: "mm[Hg]", Value: *s.Alerts[0].Limit, Priority: "medium",
		}, "the limit that fired is among those in force")
		around = monitor.Surroundings{BrokerConnected: true, RecordHealthy: true}
		s = r.status()
		assert.Equal(t, "connected", s.Broker)
		assert.Equal(t, "ok", s.Record)
	})
}

func TestStatusBeatsEveryFiveSeconds(t *testing.T) {
	bubble(t, nil, func(r *room) {
		begun := time.Now()
		pass(16 * time.Second)
		var beats []time.Duration
		for _, g := range r.tape.to("publish") {
			if g.message.Subject == address.Status() {
				assert.Equal(t, wire.ClassPassing, g.message.Class)
				beats = append(beats, g.at.Sub(begun))
			}
		}
		assert.Equal(t, []time.Duration{0, 5 * time.Second, 10 * time.Second, 15 * time.Second}, beats)
	})
}

func TestPicturesAreDrawnOnlyForSomebody(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("cuff", pressure(190))
		pass(10 * time.Second)
		assert.Empty(t, r.tape.to("screen"))
		r.tape.watch()
		pass(10 * time.Second)
		list := r.tape.to("screen")
		assert.Len(t, list, 10, "one a second")
		assert.Equal(t, "snapshot", list[0].event)
	})
}

// Whoever looks sees by whom, where and when an alert was acknowledged, for as long as it is.
func TestAcknowledgementHasItsPlace(t *testing.T) {
	bubble(t, nil, func(r *room) {
		pass(90 * time.Second)
		r.read("cuff", pressure(190))
		a := r.status().Alerts[0]
		assert.Nil(t, a.AcknowledgedAt)
		assert.Empty(t, a.Via)
		at := time.Now()
		r.Command(r.t.Context(), "front", wire.VerbAcknowledge, fmt.Appendf(nil, `{"by":"MK","occurrence":%q}`, a.Occurrence))
		pass(time.Minute)
		a = r.status().Alerts[0]
		require.NotNil(t, a.AcknowledgedAt)
		assert.WithinDuration(t, at, a.AcknowledgedAt.Time, time.Second)
		assert.Equal(t, "MK front", a.AcknowledgedBy+" "+a.Via)
		r.read("cuff", pressure(225)) // worse: nobody has seen that
		a = r.status().Alerts[0]
		require.False(t, a.Acknowledged)
		assert.Nil(t, a.AcknowledgedAt)
		assert.Empty(t, a.Via)
	})
}
