package monitor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

func TestFirstReadingIsPublishedAtOnce(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("oximeter", clip(72, 97))
		list := r.readings()
		require.Len(t, list, 1)
		assert.Equal(t, "97", list[0].Values["spo2"].Value.String())
		assert.Equal(t, "%", list[0].Values["spo2"].Unit)
		assert.Equal(t, "72", list[0].Values["pulse_rate"].Value.String())
		assert.Equal(t, "clip", list[0].Driver)
	})
}

func TestReadingsArePacedByTheRhythmOfTheDevice(t *testing.T) {
	// The pulse rate counts the readings.
	want := []string{"60", "63", "66", "69", "72", "75", "78", "81", "84", "87"}
	pulses := func(r *room) []string {
		var got []string
		for _, p := range r.readings() {
			got = append(got, p.Values["pulse_rate"].Value.String())
		}
		return got
	}
	t.Run("as they come", func(t *testing.T) {
		bubble(t, nil, func(r *room) {
			for i := range 30 {
				r.read("oximeter", clip(60+i, 97))
				pass(time.Second / 3)
			}
			assert.Equal(t, want, pulses(r))
		})
	})
	t.Run("late and all together", func(t *testing.T) {
		bubble(t, nil, func(r *room) {
			var burst []devices.Reading
			for i := range 30 {
				burst = append(burst, clip(60+i, 97))
			}
			r.read("oximeter", burst...)
			assert.Equal(t, want, pulses(r))
		})
	})
}

func TestIrregularDeviceIsPublishedOnceASecond(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		gaps := rapid.SliceOfN(rapid.IntRange(1, 2500), 1, 40).Draw(rt, "milliseconds between readings")
		wrong := ""
		bubble(t, nil, func(r *room) {
			var last time.Time
			held := 0
			for i, gap := range gaps {
				before := len(r.readings())
				r.read("oximeter", clip(72, 97))
				if len(r.readings()) > before {
					last, held = time.Now(), 0
				} else if held++; held >= 3 || time.Since(last) >= time.Second {
					wrong = fmt.Sprintf("reading %d: the last one was %s ago, %d were held back", i, time.Since(last), held)
					return
				}
				pass(time.Duration(gap) * time.Millisecond)
			}
		})
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

func TestNewsDoesNotWaitForThePace(t *testing.T) {
	flagged := func(r devices.Reading) devices.Reading { r.Status = devices.PerfusionLow; return r }
	spot := func(r devices.Reading) devices.Reading { r.Spot = true; return r }
	tests := []struct {
		name    string
		of      string
		before  func() devices.Reading
		news    func() devices.Reading
		already bool // no news: it must wait
	}{
		{"nothing new", "oximeter", func() devices.Reading { return clip(72, 97) }, func() devices.Reading { return clip(72, 97) }, true},
		{"another value", "oximeter", func() devices.Reading { return clip(72, 97) }, func() devices.Reading { return clip(80, 95) }, true},
		{"value becomes absent", "oximeter", func() devices.Reading { return clip(72, 97) }, func() devices.Reading { return without(devices.FingerOut) }, false},
		{"value appears", "oximeter", func() devices.Reading { return without(devices.FingerOut) }, func() devices.Reading { return clip(72, 97) }, false},
		{"another reason", "oximeter", func() devices.Reading { return without(devices.FingerOut) }, func() devices.Reading { return without(devices.Searching) }, false},
		{"same reason", "oximeter", func() devices.Reading { return without(devices.FingerOut) }, func() devices.Reading { return without(devices.FingerOut) }, true},
		{"flag appears", "oximeter", func() devices.Reading { return clip(72, 97) }, func() devices.Reading { return flagged(clip(72, 97)) }, false},
		{"flag goes", "oximeter", func() devices.Reading { return flagged(clip(72, 97)) }, func() devices.Reading { return clip(72, 97) }, false},
		{"cuff", "cuff", func() devices.Reading { return pressure(120) }, func() devices.Reading { return pressure(120) }, false},
		{"single measurement", "oximeter", func() devices.Reading { return spot(clip(72, 97)) }, func() devices.Reading { return spot(clip(72, 97)) }, false},
		{"alert", "oximeter", func() devices.Reading { return clip(72, 97) }, func() devices.Reading { return clip(72, 80) }, false},
	}
	immediate := func(o *monitor.Options) {
		o.Rules.Conditions = []alerts.Condition{{
			ID: "low", Title: "Low", Kind: alerts.Physiological, Priority: alerts.Medium,
			Bounds: []alerts.Bound{{Vital: devices.SpO2, Side: alerts.Below, Limit: 85, Clear: 87}},
		}}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, immediate, func(r *room) {
				r.read(test.of, test.before())
				require.Equal(t, 1, len(r.readings()))
				pass(50 * time.Millisecond)
				r.read(test.of, test.news())
				if test.already {
					assert.Equal(t, 1, len(r.readings()))
				} else {
					assert.Equal(t, 2, len(r.readings()))
				}
			})
		})
	}
}

func TestAbsentValueIsNeverPublishedWithANumber(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.read("oximeter", clip(72, 97))
		r.read("oximeter", without(devices.FingerOut))
		list := r.readings()
		assert.Empty(t, list[1].Values)
		assert.Equal(t, map[string]string{"spo2": "finger_out", "pulse_rate": "finger_out"}, list[1].Absent)
		d := r.device("oximeter")
		assert.Empty(t, d.Values)
		assert.Equal(t, list[1].Absent, d.Absent)
		r.read("oximeter", clip(72, 96))
		assert.Empty(t, r.device("oximeter").Absent, "nor is a known value absent")
	})
}

func TestWaveIsPassedOnWithoutANumber(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.tape.watch()
		before := len(r.tape.to("append"))
		r.deliver("oximeter", link.Update{Waves: []devices.Wave{{
			At: time.Now(), Vital: devices.Pleth, Rate: 75, FullScale: 255, Samples: []int32{1, devices.MissingSample, 3},
		}}})
		assert.Equal(t, before, len(r.tape.to("append")), "a wave is not recorded")
		list := r.tape.to("publish")
		m := list[len(list)-1].message
		assert.Equal(t, address.Wave("oximeter"), m.Subject)
		assert.Zero(t, m.Seq)
		assert.Empty(t, m.ID)
		shown := slices.IndexFunc(r.tape.everything(), func(g given) bool { return g.to == "screen" && g.event == "wave" })
		require.GreaterOrEqual(t, shown, 0)
		assert.JSONEq(t, string(m.Payload), string(r.tape.everything()[shown].message.Payload))
		w := decode[wire.Wave](t, m.Payload)
		assert.Equal(t, []int32{1, -1, 3}, w.Samples)
		assert.Zero(t, w.Seq)
		assert.Empty(t, w.ID)
	})
}

func TestFrozenValuesNeedAFlatWave(t *testing.T) {
	second := func(r *room, samples ...int32) {
		r.deliver("oximeter", link.Update{
			Frames: 75, Readings: []devices.Reading{clip(72, 97)},
			Waves: []devices.Wave{{At: time.Now(), Vital: devices.Pleth, Rate: 75, FullScale: 255, Samples: samples}},
		})
		pass(time.Second)
	}
	for name, want := range map[string][]string{"moving": {}, "flat": {"data_frozen raised"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(r *room) {
				for i := range int32(30) {
					if name == "flat" {
						i = 0
					}
					second(r, 100+i, 100+i)
				}
				assert.Equal(t, want, r.changes())
			})
		})
	}
}
