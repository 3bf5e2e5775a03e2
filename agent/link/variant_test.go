package link_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/devices"
	"bedside/devices/fivebyte"
	"bedside/simulators"
	oximeter "bedside/simulators/fivebyte"
)

var (
	lineA = devices.Line{Baud: 19200, DataBits: 8, Parity: devices.OddParity, StopBits: 1}
	lineB = devices.Line{Baud: 4800, DataBits: 8, Parity: devices.OddParity, StopBits: 1}
	lineC = devices.Line{Baud: 115200, DataBits: 8, StopBits: 1}
)

func threeVariants(o *link.Options) {
	o.Driver.Line = lineA
	o.Driver.Variants = []devices.Variant{{Name: "a", Line: lineA}, {Name: "b", Line: lineB}, {Name: "c", Line: lineC}}
}

// on lets a device speak ten times a second for d: sense on its own line, and otherwise what a wrong speed makes of it.
func (b *bench) on(line devices.Line, wrong string, d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); b.wait(100 * time.Millisecond) {
		f := b.far()
		if !f.closedAt().IsZero() {
			continue
		}
		if b.line() == line {
			f.say("r")
		} else if wrong != "" {
			f.say(wrong)
		}
	}
}

// line returns the settings with which the port was opened last.
func (b *bench) line() devices.Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines[len(b.lines)-1]
}

func (b *bench) session() *session {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions[len(b.sessions)-1]
}

// whys lists the reasons told, without repetitions that follow each other.
func (b *bench) whys() []string {
	var whys []string
	for _, u := range b.all() {
		if u.Why != "" && (len(whys) == 0 || whys[len(whys)-1] != u.Why) {
			whys = append(whys, u.Why)
		}
	}
	return whys
}

func TestTheThirdVariantIsFoundInTime(t *testing.T) {
	for _, wrong := range []string{"x", ""} {
		synctest.Test(t, func(t *testing.T) {
			b := run(t, &bench{}, threeVariants)
			b.on(lineC, wrong, 2*(maxSilence+margin)+300*time.Millisecond)
			require.Equal(t, link.Connected, b.last().State)
			assert.Equal(t, []devices.Line{lineA, lineB, lineC}, b.lines)
			assert.Equal(t, "c", b.session().settings.Variant)
			if wrong == "" {
				assert.Equal(t, []string{"nothing arrives, device switched off or its cable loose; trying 19200 8O1, 4800 8O1 and 115200 8N1 in turn"}, b.whys())
				return
			}
			assert.Equal(t, "bytes arrive that make no sense at 19200 8O1, trying 4800 8O1", b.whys()[0])
			assert.Contains(t, b.log.String(), "bytes arrive that make no sense at 4800 8O1, trying 115200 8N1")
		})
	}
}

func TestADeviceThatIsSwitchedOnLateIsFoundInTime(t *testing.T) {
	for _, c := range []struct {
		wrong string
		most  time.Duration
	}{
		{"x", 3*(maxSilence+margin) + 500*time.Millisecond},
		{"", time.Minute + 3*(maxSilence+margin) + 500*time.Millisecond}, // wrong settings swallow all
	} {
		for _, line := range []devices.Line{lineA, lineB, lineC} {
			synctest.Test(t, func(t *testing.T) {
				b := run(t, &bench{}, threeVariants)
				b.wait(time.Hour + 7*time.Second)
				b.on(line, c.wrong, c.most)
				require.Equal(t, link.Connected, b.last().State, "%v, %q", line, c.wrong)
				assert.Equal(t, line, b.line())
			})
		}
	}
}

func TestAVariantThatWasRightStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, threeVariants)
		b.on(lineB, "x", 10*time.Second)
		require.Equal(t, lineB, b.line())
		b.far().unplug()
		b.on(lineB, "x", 10*time.Second)
		require.Equal(t, link.Connected, b.last().State)
		found := len(b.lines)
		b.wait(maxSilence + margin + 7*time.Second)
		assert.Len(t, b.lines, found, "silent for a moment")
		assert.Equal(t, link.Silent, b.last().State)
		b.on(lineB, "x", time.Second)
		assert.Equal(t, link.Connected, b.last().State)
		assert.Len(t, b.lines, found)

		b.on(lineA, "x", maxSilence+margin+13*time.Second+2*(maxSilence+margin))
		assert.Equal(t, lineA, b.line(), "another device is on the port")
		assert.Equal(t, link.Connected, b.last().State)
	})
}

func TestAFixedVariantStaysForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, func(o *link.Options) { threeVariants(o); o.Settings.Variant = "b" })
		b.on(lineA, "x", time.Hour)
		for _, line := range b.lines {
			require.Equal(t, lineB, line)
		}
		assert.Equal(t, "b", b.session().settings.Variant)
		assert.Equal(t, []string{"bytes arrive that make no sense, wrong driver for this port or a bad cable"}, b.whys())
	})
}

func TestAnUnknownVariantIsRefused(t *testing.T) {
	o := link.Options{}
	synctest.Test(t, func(t *testing.T) {
		run(t, &bench{}, func(have *link.Options) { o = *have })
	})
	o.Settings.Variant = "b"
	_, err := link.New(o)
	require.ErrorContains(t, err, `driver fake has no variant "b"`)
	threeVariants(&o)
	_, err = link.New(o)
	require.NoError(t, err)
}

// A driver that is wrong for its port must not make the agent shout: the port is opened ever more rarely, and the words stay.
func TestNoVariantIsRight(t *testing.T) {
	for _, wrong := range []string{"x", ""} {
		synctest.Test(t, func(t *testing.T) {
			b := run(t, &bench{}, threeVariants)
			b.on(devices.Line{}, wrong, time.Hour)
			assert.Less(t, len(b.lines), 220, "a round a minute")
			assert.Greater(t, len(b.lines), 140)
			assert.LessOrEqual(t, len(b.whys()), 3)
			assert.LessOrEqual(t, strings.Count(b.log.String(), "\n"), 3, "%s", &b.log)
			if wrong != "" {
				assert.Equal(t, "bytes arrive that make no sense at 19200 8O1, 4800 8O1 or 115200 8N1, wrong driver for this port or a bad cable", b.last().Why)
			}
		})
	}
}

// What was right when air went into the cuff is right when it must come out.
func TestTheVariantStaysWhileAirMayBeInTheCuff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, threeVariants)
		b.on(lineB, "x", 10*time.Second)
		b.far().say("i")
		inflated := time.Now()
		before := len(b.lines)
		b.on(lineA, "x", 3*time.Minute)
		b.mu.Lock()
		for i, at := range b.attempts[before:] {
			require.Equal(t, lineB, b.lines[before+i], "%v after", at.Sub(inflated))
		}
		b.mu.Unlock()
		require.Greater(t, len(b.lines), before, "reopened")
		b.on(lineA, "x", 3*time.Minute)
		assert.Equal(t, lineA, b.line())
	})
}

func quietDevice(o *link.Options) { threeVariants(o); o.Driver.MaxSilence = 0 }

// A message of a cuff at a wrong speed, and what moving a plug makes.
var (
	message = strings.Repeat("x", 40)
	glitch  = strings.Repeat("x", 15)
)

func TestADeviceThatMayBeQuietIsFoundByItsMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, quietDevice)
		b.wait(24 * time.Hour)
		require.Len(t, b.lines, 1, "silence says nothing")
		for range 10 {
			b.far().say(glitch)
			b.wait(10 * time.Second)
		}
		require.Len(t, b.lines, 1, "a plug that is moved is no message")
		require.Equal(t, link.Connected, b.last().State)

		b.far().say(message)
		b.wait(2 * time.Second)
		require.Equal(t, link.Silent, b.last().State)
		assert.Equal(t, "bytes arrive that make no sense at 19200 8O1, trying 4800 8O1", b.last().Why)
		assert.Equal(t, lineB, b.line())
		b.wait(time.Hour)
		assert.Equal(t, link.Silent, b.last().State, "until something is understood")
		b.far().say(message)
		b.wait(2 * time.Second)
		assert.Equal(t, lineC, b.line())
		b.far().say("r")
		assert.Equal(t, link.Connected, b.last().State)
		assert.Equal(t, "c", b.session().settings.Variant)
	})
}

func TestAVariantThatWasRightOutlivesADamagedMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, quietDevice)
		b.far().say("r")
		for range 2 {
			b.far().say(message)
			b.wait(time.Minute)
			assert.Equal(t, link.Silent, b.last().State)
		}
		assert.Len(t, b.lines, 1)
		b.far().say("r")
		assert.Equal(t, link.Connected, b.last().State)
		for range 3 {
			require.Len(t, b.lines, 1)
			b.far().say(message)
			b.wait(time.Minute)
		}
		assert.Len(t, b.lines, 2, "three in a row")
		assert.Equal(t, lineB, b.line())

		b.far().unplug()
		assert.Equal(t, link.Lost, b.last().State)
		b.wait(time.Second)
		assert.Equal(t, link.Connected, b.last().State, "a new plug is a new beginning")
		assert.Equal(t, lineB, b.line())
	})
}

// A driver without variants says so too when it does not understand a cuff.
func TestAMessageWithoutSenseIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, &bench{}, func(o *link.Options) { o.Driver.MaxSilence = 0 })
		b.far().say(message)
		b.wait(2 * time.Second)
		assert.Equal(t, link.Silent, b.last().State)
		assert.Contains(t, b.last().Why, "make no sense")
		assert.Len(t, b.lines, 1)
		b.far().say("f")
		assert.Equal(t, link.Connected, b.last().State)
	})
}

// With a real driver: what a wrong speed makes of its frames looks like a frame here and there, and must not pass for one.
func TestARealOximeterIsFoundAmongItsVariants(t *testing.T) {
	for _, want := range fivebyte.Driver().Variants {
		synctest.Test(t, func(t *testing.T) {
			b := run(t, &bench{}, func(o *link.Options) { o.Driver = fivebyte.Driver() })
			d := oximeter.New(oximeter.Options{Berry: want.Name == "berry-115200"})
			rng := rand.New(rand.NewPCG(1, 2))
			truth := simulators.Vitals{PulseRate: 72, SpO2: 98, PerfusionIndex: 3}
			end := time.Now().Add(2*(time.Second+margin) + 2*time.Second) // two variants that fail, and the pulse that is found
			for time.Now().Before(end) {
				tx, wake := d.Step(time.Now(), truth, nil)
				said := append([]byte(nil), tx...)
				if b.line() != want.Line {
					for i := range said {
						said[i] = byte(rng.Uint32())
					}
				}
				if f := b.far(); f.closedAt().IsZero() {
					f.say(string(said))
				}
				b.wait(time.Until(wake))
			}
			require.Equal(t, link.Connected, b.last().State, want.Name)
			assert.Equal(t, want.Line, b.line())
			readings := 0
			for _, u := range b.all() {
				for _, r := range u.Readings {
					if rate, ok := r.Value(devices.PulseRate); ok {
						assert.Equal(t, 72, rate)
						readings++
					}
				}
			}
			assert.Positive(t, readings, want.Name)
		})
	}
}
