package pm6750_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/pm6750"
	"bedside/simulators"
	"bedside/simulators/fault"
	simulator "bedside/simulators/pm6750"
)

const second = time.Second

func TestMeasuresWithTheSimulatedBoard(t *testing.T) {
	set := devices.Settings{AllowStart: true, InitialPressure: 160}
	r := live(t, set, simulator.Options{Marks: true}, steady, 3*time.Minute, start(10*second), start(100*second))
	assert.Empty(t, r.trace.Refused)
	assert.Empty(t, r.trace.Faults, "a good line and a good board give no fault")
	var results []devices.Reading
	for _, got := range r.trace.Readings {
		if got.Of == devices.Cuff {
			results = append(results, got)
			continue
		}
		if v, ok := got.Value(devices.PulseRate); ok {
			assert.Equal(t, 72, v)
		}
	}
	require.Len(t, results, 2, "one result for each start")
	assert.Equal(t, []devices.Measurement{
		{Vital: devices.Systolic, Value: 120}, {Vital: devices.Diastolic, Value: 80}, {Vital: devices.Mean, Value: 93},
	}, results[0].Measurements)
	assert.True(t, results[0].Spot)
	assert.Equal(t, 2, r.board.Counts().Starts)
	assert.Equal(t, 2, r.board.Counts().Targets, "the board forgets it with each start")
	assert.Equal(t, 1, r.board.Counts().Stops, "the one of the opening")
	for _, c := range r.trace.Cuff {
		assert.LessOrEqual(t, c.Pressure, 170)
	}
}

// What staff begin at the board is followed, and gives one result; the agent, without permission, sends neither start nor
// stop.
func TestAMeasurementBegunAtTheBoardIsFollowed(t *testing.T) {
	pressed := false
	truth := func(at time.Duration) simulators.Vitals {
		v := healthy
		v.CuffPress = at >= 20*second && !pressed
		pressed = pressed || v.CuffPress
		return v
	}
	r := live(t, devices.Settings{}, simulator.Options{}, truth, 90*second, start(5*second))
	require.Len(t, r.trace.Refused, 1)
	assert.ErrorIs(t, r.trace.Refused[0].Err, devices.ErrStartNotAllowed)
	require.Equal(t, 1, r.board.Counts().Starts)
	assert.Equal(t, 1, r.readings)
	assert.Zero(t, r.board.Counts().Stops)
}

// The wave's rate is counted, not assumed.
func TestTheRateOfTheWaveIsCounted(t *testing.T) {
	for _, rate := range []int{40, 50, 60} {
		r := live(t, devices.Settings{}, simulator.Options{WaveRate: rate}, steady, 30*second)
		require.NotEmpty(t, r.trace.Waves)
		samples := 0
		for _, w := range r.trace.Waves {
			require.Equal(t, rate, w.Rate)
			samples += len(w.Samples)
		}
		assert.InDelta(t, 27*rate, samples, float64(rate), "all but the first three seconds")
	}
}

func TestTheSensorSpeaksForItself(t *testing.T) {
	truth := func(at time.Duration) simulators.Vitals {
		v := healthy
		v.FingerOut = at > 20*second && at <= 30*second
		v.SensorOff = at > 40*second && at <= 50*second
		if at > 70*second {
			v.PulseRate = 0
		}
		return v
	}
	r := live(t, devices.Settings{}, simulator.Options{}, truth, 100*second)
	reasons := map[devices.Reason]int{}
	for _, got := range r.trace.Readings {
		at := got.At.Sub(epoch)
		why, absent := got.Absent(devices.SpO2)
		if absent {
			reasons[why]++
		}
		switch {
		case at > 22*second && at <= 30*second:
			assert.Equal(t, devices.FingerOut, why, "at %v", at)
		case at > 42*second && at <= 50*second:
			assert.Equal(t, devices.SensorOff, why, "at %v", at)
		case at > 95*second:
			assert.Equal(t, devices.Searching, why, "at %v", at)
			assert.True(t, got.Status.Has(devices.SearchTimeout))
		}
	}
	assert.Greater(t, reasons[devices.Searching], 5)
}

// Each way to fail gives its class and no number, and is followed by a stop.
func TestEveryFailureHasItsClass(t *testing.T) {
	for _, class := range []devices.CuffClass{
		devices.CuffLeak, devices.CuffMotion, devices.CuffRange, devices.CuffTimeout, devices.CuffHardware,
		devices.CuffOverpressure, devices.CuffAborted,
	} {
		truth := func(time.Duration) simulators.Vitals { v := healthy; v.CuffFault = class; return v }
		r := live(t, allow, simulator.Options{}, truth, 4*time.Minute, start(10*second))
		ends := outcomes(&r.trace)
		require.Len(t, ends, 1, "%v", class)
		assert.Equal(t, devices.CuffFailed, ends[0].Phase, "%v", class)
		assert.Equal(t, class, ends[0].Class)
		assert.Zero(t, r.readings)
		assert.False(t, r.board.Inflated())
		if class != devices.CuffAborted {
			assert.Equal(t, 2, r.board.Counts().Stops, "%v", class)
		}
	}
	truth := func(time.Duration) simulators.Vitals { v := healthy; v.CuffLoose = true; return v }
	r := live(t, allow, simulator.Options{}, truth, time.Minute, start(10*second))
	assert.Equal(t, devices.CuffLeak, outcomes(&r.trace)[0].Class)
}

func TestABoardForChildrenIsStopped(t *testing.T) {
	r := live(t, allow, simulator.Options{Child: true}, steady, 2*time.Minute, start(10*second))
	require.Len(t, outcomes(&r.trace), 1)
	assert.Equal(t, devices.CuffMismatch, outcomes(&r.trace)[0].Class)
	assert.False(t, r.board.Inflated())
}

func TestStopIsSentAtOnce(t *testing.T) {
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 300 * time.Millisecond, 3 * second, 12 * second, 20 * second} {
		r := live(t, allow, simulator.Options{}, steady, time.Minute, start(10*second), stop(10*second+after))
		ends := outcomes(&r.trace)
		require.Len(t, ends, 1, "after %v", after)
		assert.Equal(t, devices.CuffAborted, ends[0].Class, "after %v", after)
		assert.False(t, r.board.Inflated())
		assert.LessOrEqual(t, r.board.Counts().Starts, 1)
		assert.GreaterOrEqual(t, r.board.Counts().Stops, 2)
	}
}

// A predecessor that was killed leaves a measurement under way. The next conversation lets the air out with its first
// frame, or by what it hears if that was lost; where the agent may not start, the measurement can only be the staff's.
func TestTheNextConversationStopsWhatADeadOneBegan(t *testing.T) {
	for name, set := range map[string]devices.Settings{"agent": allow, "staff": {}} {
		board := simulator.New(simulator.Options{})
		board.Step(epoch, healthy, nil)
		board.Step(epoch, healthy, startCuff)
		for now := epoch; now.Before(epoch.Add(6 * second)); now = now.Add(20 * time.Millisecond) {
			board.Step(now, healthy, nil)
		}
		require.True(t, board.Inflated())
		trace := simulators.Couple(simulators.Coupling{
			Session: session(t, set), Device: board, From: epoch.Add(6 * second), To: epoch.Add(time.Minute),
			Truth: func(time.Time) simulators.Vitals { return healthy },
		})
		assert.False(t, board.Inflated())
		if name == "agent" {
			assert.Equal(t, 1, board.Counts().Stops)
			assert.Empty(t, outcomes(&trace))
			continue
		}
		assert.Zero(t, board.Counts().Stops)
		require.Len(t, outcomes(&trace), 1)
		assert.Equal(t, devices.CuffDone, outcomes(&trace)[0].Phase)
	}
}

// deaf is a board whose answers about the cuff never say that it has stopped.
type deaf struct{ next time.Time }

func (d *deaf) Step(now time.Time, _ simulators.Vitals, _ []byte) ([]byte, time.Time) {
	if now.Before(d.next) {
		return nil, d.next
	}
	d.next = now.Add(500 * time.Millisecond)
	return append(append(nibp(1, 100, 0, 0, 0), frame(4, 0, 97, 72)...), sample(40)...), d.next
}

func TestWatchdogEndsAnEndlessMeasurement(t *testing.T) {
	w := newWitness(t)
	var first time.Time
	simulators.Couple(simulators.Coupling{
		Session: session(t, devices.Settings{}), Device: &deaf{}, From: epoch, To: epoch.Add(5 * time.Minute),
		Truth: func(time.Time) simulators.Vitals { return healthy },
		Watch: func(now time.Time, out *devices.Output) {
			w.sees(now, out)
			if w.stops > 0 && first.IsZero() {
				first = now
			}
		},
	})
	assert.InDelta(t, 180, first.Sub(epoch).Seconds(), 1)
	assert.Greater(t, w.stops, 5, "and it goes on as long as the board says that it measures")
	assert.Zero(t, w.starts)
}

func TestALineThatGoesQuietInMidMeasurementIsStopped(t *testing.T) {
	board := simulator.New(simulator.Options{})
	w := newWitness(t)
	trace := simulators.Couple(simulators.Coupling{
		Session: session(t, allow), Device: board, From: epoch, To: epoch.Add(time.Minute), Orders: []simulators.Order{start(10 * second)},
		Truth: func(now time.Time) simulators.Vitals { board.Mute(now.Sub(epoch) > 15*second); return healthy },
		Watch: func(_ time.Time, out *devices.Output) { w.stops += len(out.Tx) / 6 },
	})
	require.Len(t, outcomes(&trace), 1)
	assert.Equal(t, devices.CuffNoAnswer, outcomes(&trace)[0].Class)
	last := outcomes(&trace)[0].At.Sub(epoch)
	assert.InDelta(t, 23, last.Seconds(), 2, "quiet for 3 s, five stops a second apart")
}

func TestInitialPressure(t *testing.T) {
	for _, mmHg := range []int{-2, 38, 41, 161, 302, 65536} {
		_, err := pm6750.Driver().NewSession(devices.Settings{InitialPressure: mmHg})
		assert.ErrorIs(t, err, pm6750.ErrTarget, mmHg)
	}
	for _, mmHg := range []int{0, 40, 160, 300} {
		_, err := pm6750.Driver().NewSession(devices.Settings{InitialPressure: mmHg})
		assert.NoError(t, err)
	}
}

// A cable that does everything a cable can do, for an hour: no wrong number.
func TestAnHourOfABadCable(t *testing.T) {
	var windows []fault.Window
	for k := fault.Corrupt; k <= fault.Unplug; k++ {
		from := time.Duration(k-fault.Corrupt) * 7 * time.Minute
		windows = append(windows, fault.Window{Kind: k, From: from, For: map[bool]time.Duration{false: 5 * time.Minute, true: 20 * second}[k >= fault.Stall]})
	}
	board := simulator.New(simulator.Options{Seed: 3})
	w := newWitness(t)
	trace := simulators.Couple(simulators.Coupling{
		Session: session(t, devices.Settings{}), Device: board, From: epoch, To: epoch.Add(time.Hour),
		ToHost: fault.New(fault.Options{Seed: 5, Start: epoch, Windows: windows}),
		Truth:  func(time.Time) simulators.Vitals { return healthy }, Watch: w.sees,
	})
	known := 0
	for i := range trace.Readings {
		if v, ok := trace.Readings[i].Value(devices.SpO2); ok {
			require.Equal(t, 97, v)
			known++
		}
	}
	assert.Greater(t, known, 2000)
	assert.NotEmpty(t, trace.Faults)
}

// TestDamageOfTheOximeter is the experiment of the package comment: hours of parameters once a second with the wave
// between, of which a tenth of the frames is damaged, or a fiftieth lost.
func TestDamageOfTheOximeter(t *testing.T) {
	t.Parallel()
	hours := 10.0
	if brevity.Asked() {
		hours = 0.5
	}
	for _, h := range []struct {
		name  string
		harm  devicetest.Harm
		least int // per cent of seconds with a value
	}{{"none", devicetest.Spare, 100}, {"a tenth damaged", devicetest.Corrupt, 75}, {"a fiftieth lost", devicetest.Lose, 95}} {
		for _, kind := range []string{"steady", "varying"} {
			const seed = 7
			walk := devicetest.NewWalk(seed)
			v := walk.Next()
			got := devicetest.Damage{
				Driver: pm6750.Driver(), Every: second,
				Send: func(n int, _ time.Time) ([][]byte, devicetest.Says) {
					if kind == "varying" {
						v = walk.Next()
					}
					rate, sat, status := 72, 97, byte(0)
					if kind == "varying" {
						rate, sat = v.Rate, v.Sat
					}
					frames := [][]byte{}
					for i := range 25 {
						frames = append(frames, sample(byte(n+i)%101))
					}
					values := []devices.Measurement{{Vital: devices.PulseRate, Value: rate}, {Vital: devices.SpO2, Value: sat}}
					gone := v.Away > 0 && kind == "varying"
					if gone {
						status, rate, sat = 2, 255, 127
					}
					frames = append(frames, frame(4, status, byte(sat), byte(rate)))
					for i := range 25 {
						frames = append(frames, sample(byte(n+i)%101))
					}
					return frames, devicetest.Says{Values: values, Gone: gone}
				},
			}.Run(t, hours, h.harm, seed)
			t.Logf("%s, %s: %v", h.name, kind, got)
			assert.Zero(t, got.Wrong, got.Example)
			assert.GreaterOrEqual(t, got.Covered*100, got.Windows*h.least)
		}
	}
}

// TestDamageOfTheCuff measures as often as the rest allows, with another truth each time, over a line that harms both
// directions.
func TestDamageOfTheCuff(t *testing.T) {
	length := 10 * time.Hour
	if brevity.Asked() {
		length = time.Hour
	}
	for name, harm := range map[string]devicetest.Harm{"a tenth damaged": devicetest.Corrupt, "a fiftieth lost": devicetest.Lose} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			damagedCuff(t, harm, length)
		})
	}
}

func damagedCuff(t *testing.T, harm devicetest.Harm, length time.Duration) {
	t.Helper()
	const every = 4 * time.Minute
	var orders []simulators.Order
	for at := time.Minute; at < length; at += every {
		orders = append(orders, start(at))
	}
	truth := func(now time.Time) simulators.Vitals {
		n := int(now.Sub(epoch) / every)
		v := healthy
		v.Diastolic = float64(55 + n*7%40)
		v.Systolic = v.Diastolic + float64(25+n*11%60)
		v.Mean = v.Diastolic + float64(int((v.Systolic-v.Diastolic)*0.4))
		return v
	}
	board := simulator.New(simulator.Options{Seed: 7})
	trace := simulators.Couple(simulators.Coupling{
		Session: session(t, allow), Device: board, Truth: truth, From: epoch, To: epoch.Add(length), Orders: orders,
		ToHost: perFrame{harm.Cable(7)}, ToDevice: harm.Cable(8),
	})
	given, results, wrong := len(orders)-len(trace.Refused), 0, 0
	for i := range trace.Readings {
		got := &trace.Readings[i]
		if got.Of != devices.Cuff {
			if v, ok := got.Value(devices.SpO2); ok && v != 97 {
				wrong++
			}
			continue
		}
		results++
		v := truth(got.At.Add(-second))
		for vital, want := range map[devices.Vital]float64{
			devices.Systolic: v.Systolic, devices.Diastolic: v.Diastolic, devices.Mean: v.Mean,
		} {
			if n, _ := got.Value(vital); float64(n) != want {
				wrong++
			}
		}
	}
	t.Logf("%d orders, %d refused, %d results, %d wrong values, %d measurements of the board",
		len(orders), len(trace.Refused), results, wrong, board.Counts().Starts)
	assert.Zero(t, wrong)
	assert.Greater(t, results*100, given*60)
	assert.LessOrEqual(t, board.Counts().Starts, given, "each order moved air at most once")
	assert.Zero(t, board.Counts().Forbidden)
}

// perFrame harms each frame of a Step by itself: the board sends several at once.
type perFrame struct{ cable *devicetest.Cable }

func (p perFrame) Step(_ time.Time, in []byte) ([]byte, time.Time) {
	var out []byte
	for len(in) > 0 {
		n := int(in[2]) + 2
		out = append(out, p.cable.Pass(in[:n])...)
		in = in[n:]
	}
	return out, time.Time{}
}
