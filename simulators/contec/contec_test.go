package contec_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/contec"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 3.25, Pleth: 0.4}

	live = command(0xA1)
	keep = command(0xAF)
)

// command returns the bytes of a command as oximeters.md section 2.4 has them.
func command(verb byte, parameters ...byte) []byte {
	c := []byte{0x7D, 0x80, verb | 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}
	c[1] |= verb >> 7
	for i, p := range parameters {
		c[1] |= p >> 7 << (i + 1)
		c[3+i] |= p
	}
	return c
}

// packet is one packet from the device with its high bits restored.
type packet struct {
	at   time.Duration
	kind byte
	data []byte
	wire []byte
}

// split takes the bytes of a whole number of packets apart.
func split(t require.TestingT, at time.Duration, b []byte) []packet {
	var all []packet
	for len(b) > 0 {
		require.Less(t, b[0], byte(0x80), "a packet starts with its type")
		end := 1
		for end < len(b) && b[end] >= 0x80 {
			end++
		}
		require.GreaterOrEqual(t, end, 2)
		p := packet{at: at, kind: b[0], wire: append([]byte(nil), b[:end]...)}
		for k, d := range b[2:end] {
			p.data = append(p.data, d&0x7F|b[1]>>k<<7)
		}
		all = append(all, p)
		b = b[end:]
	}
	return all
}

// record gives the host's bytes at their moments and steps the device at its own wakes.
func record(t *testing.T, d *contec.Device, long time.Duration, truth func(time.Duration) simulators.Vitals, host map[time.Duration][]byte) []packet {
	t.Helper()
	var all []packet
	for now := time.Duration(0); now <= long; {
		tx, wake := d.Step(epoch.Add(now), truth(now), host[now])
		all = append(all, split(t, now, tx)...)
		next := long + 1
		if !wake.IsZero() {
			require.True(t, wake.After(epoch.Add(now)))
			next = wake.Sub(epoch)
		}
		for at := range host {
			if at > now {
				next = min(next, at)
			}
		}
		now = next
	}
	return all
}

func constant(v simulators.Vitals) func(time.Duration) simulators.Vitals {
	return func(time.Duration) simulators.Vitals { return v }
}

func TestSilentUntilAskedAndSixtyASecond(t *testing.T) {
	paces := map[int]bool{}
	for seed := range uint64(12) {
		all := record(t, contec.New(contec.Options{Seed: seed}), 15*time.Second, constant(healthy), map[time.Duration][]byte{5 * time.Second: live})
		require.Equal(t, 5*time.Second, all[0].at)
		n := len(all) - 1
		assert.InDelta(t, 60*10, n, 2*10, "sixty a second, give or take two")
		paces[n] = true
		for _, p := range all {
			assert.Equal(t, byte(1), p.kind)
			assert.Len(t, p.wire, 9)
		}
	}
	assert.Greater(t, len(paces), 3, "devices differ")
}

func TestTheStreamEndsWithoutKeepAlive(t *testing.T) {
	last := func(host map[time.Duration][]byte) time.Duration {
		all := record(t, contec.New(contec.Options{}), 3*time.Minute, constant(healthy), host)
		return all[len(all)-1].at
	}
	second := time.Second
	assert.InDelta(t, 30, last(map[time.Duration][]byte{0: live}).Seconds(), 0.1)
	assert.InDelta(t, 55, last(map[time.Duration][]byte{0: live, 5 * second: keep, 25 * second: keep}).Seconds(), 0.1)
	assert.InDelta(t, 50, last(map[time.Duration][]byte{0: live, 20 * second: live}).Seconds(), 0.1)
	assert.InDelta(t, 130, last(map[time.Duration][]byte{0: live, 60 * second: keep, 100 * second: live}).Seconds(), 0.1)
	assert.InDelta(t, 10, last(map[time.Duration][]byte{0: live, 10 * second: command(0xA2)}).Seconds(), 0.1)
}

func TestStopIsAnswered(t *testing.T) {
	d := contec.New(contec.Options{})
	all := record(t, d, 20*time.Second, constant(healthy), map[time.Duration][]byte{0: live, 10 * time.Second: command(0xA2)})
	assert.Equal(t, []byte{0x0C, 0x80}, all[len(all)-1].wire)
	assert.False(t, d.Running())
}

// The packets of oximeters.md section 2.3, as far as the truth decides them: the pleth and the bar have noise.
func TestPacketsSayTheTruth(t *testing.T) {
	tests := []struct {
		name    string
		options contec.Options
		set     func(*simulators.Vitals)
		want    []byte // of the last packet; byte 3 is left out, of byte 4 the bar
	}{
		{"calm", contec.Options{}, func(*simulators.Vitals) {}, []byte{0x08, 0x10, 72, 97, 0xFF, 0xFF}},
		{"perfusion index", contec.Options{PerfusionIndex: true}, func(*simulators.Vitals) {}, []byte{0x08, 0, 72, 97, 0x45, 0x01}},
		{"150", contec.Options{}, func(v *simulators.Vitals) { v.PulseRate = 150 }, []byte{0x08, 0x10, 150, 97, 0xFF, 0xFF}},
		{"254", contec.Options{}, func(v *simulators.Vitals) { v.PulseRate = 254 }, []byte{0x08, 0x10, 254, 97, 0xFF, 0xFF}},
		{"weak", contec.Options{}, func(v *simulators.Vitals) { v.PerfusionIndex = 0.2 }, []byte{0x02, 0x10, 72, 97, 0xFF, 0xFF}},
		{"low", contec.Options{}, func(v *simulators.Vitals) { v.SpO2 = 85 }, []byte{0x28, 0x10, 72, 85, 0xFF, 0xFF}},
		{"out", contec.Options{}, func(v *simulators.Vitals) { v.FingerOut = true }, []byte{0x84, 0x10, 0, 0, 0xFF, 0xFF}},
		{"off", contec.Options{}, func(v *simulators.Vitals) { v.SensorOff = true }, []byte{0x84, 0x10, 0, 0, 0xFF, 0xFF}},
		{"out, as documented", contec.Options{Documented: true}, func(v *simulators.Vitals) { v.FingerOut = true }, []byte{0x80, 0x10, 0xFF, 0x7F, 0xFF, 0xFF}},
		{"too fast", contec.Options{}, func(v *simulators.Vitals) { v.PulseRate = 300 }, []byte{0x18, 0x10, 0xFF, 0x7F, 0xFF, 0xFF}},
		{"motion", contec.Options{}, func(v *simulators.Vitals) { v.Motion = 1 }, []byte{0x18, 0x10, 0xFF, 0x7F, 0xFF, 0xFF}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := healthy
			tt.set(&v)
			all := record(t, contec.New(tt.options), 20*time.Second, constant(v), map[time.Duration][]byte{0: live})
			d := all[len(all)-1].data
			require.Len(t, d, 7)
			got := []byte{d[0] &^ 0x40, d[2] &^ 0x0F, d[3], d[4], d[5], d[6]}
			assert.Equal(t, tt.want, got, "% X", all[len(all)-1].wire)
			hunting := tt.name == "motion" || tt.name == "too fast"
			assert.Equal(t, hunting, d[1]&0x80 != 0)
		})
	}
	all := record(t, contec.New(contec.Options{}), time.Second, constant(simulators.Vitals{FingerOut: true}), map[time.Duration][]byte{0: live})
	assert.Equal(t, []byte{0x01, 0xE1, 0x84, 0xC0, 0x90, 0x80, 0x80, 0xFF, 0xFF}, all[9].wire, "as captured from a CMS50D+")
	all = record(t, contec.New(contec.Options{Documented: true}), time.Second, constant(simulators.Vitals{FingerOut: true}), map[time.Duration][]byte{0: live})
	assert.Equal(t, []byte{0x01, 0xE9, 0x80, 0xC0, 0x90, 0xFF, 0xFF, 0xFF, 0xFF}, all[9].wire, "as documented")
}

func TestASearchBeginsAndEnds(t *testing.T) {
	all := record(t, contec.New(contec.Options{}), 25*time.Second, func(at time.Duration) simulators.Vitals {
		v := healthy
		v.FingerOut = at < 5*time.Second
		return v
	}, map[time.Duration][]byte{0: live})
	found := time.Duration(0)
	for _, p := range all {
		if found == 0 && p.data[3] == 72 {
			found = p.at
		}
		assert.Equal(t, p.at >= 5*time.Second && found == 0, p.data[1]&0x80 != 0, "at %v", p.at)
	}
	assert.InDelta(t, 5+4*60.0/72, found.Seconds(), 1, "four beats")
}

func TestTheBeatFlagIsUpForTwoPackets(t *testing.T) {
	all := record(t, contec.New(contec.Options{}), 28*time.Second, constant(healthy), map[time.Duration][]byte{0: live})
	up := 0
	for _, p := range all {
		if p.data[0]&0x40 != 0 {
			up++
		}
	}
	assert.InDelta(t, 2*28*72/60, up, 5)
}

func TestQuestionsAreAnswered(t *testing.T) {
	tests := []struct {
		verb    byte
		options contec.Options
		want    [][]byte
	}{
		{0xAC, contec.Options{}, [][]byte{{0x0E, 0x80, 0x81}}},
		{0xAC, contec.Options{PerfusionIndex: true}, [][]byte{{0x0E, 0x80, 0x80}}},
		{0xAD, contec.Options{}, [][]byte{{0x10, 0x80, 0x81}}},
		{0xA7, contec.Options{}, [][]byte{{0x0C, 0x80}}},
		{0xA0, contec.Options{}, nil},
		{0xA0, contec.Options{Undocumented: true}, [][]byte{{0x06, 0x80, 0x80, 0x87}}},
		{0xA9, contec.Options{}, nil},
		{0xAF, contec.Options{}, nil},
		{0xB2, contec.Options{}, [][]byte{{0x0B, 0x81, 0xB2, 0x80}}},
	}
	for _, tt := range tests {
		var got [][]byte
		for _, p := range record(t, contec.New(tt.options), time.Second, constant(healthy), map[time.Duration][]byte{0: command(tt.verb)}) {
			got = append(got, p.wire)
		}
		assert.Equal(t, tt.want, got, "%X", tt.verb)
	}
	lengths := map[byte]int{0x02: 9, 0x03: 9, 0x04: 9, 0x05: 9, 0x06: 4, 0x0A: 4, 0x0B: 4, 0x0C: 2, 0x0E: 3, 0x10: 3, 0x11: 9, 0x13: 9, 0x14: 9, 0x15: 9}
	for verb := 0xA2; verb <= 0xB6; verb++ {
		for _, p := range record(t, contec.New(contec.Options{Undocumented: true}), time.Second, constant(healthy), map[time.Duration][]byte{0: command(byte(verb))}) {
			assert.Len(t, p.wire, lengths[p.kind], "answer %X to %X", p.kind, verb)
		}
	}
}

func TestWhatMustNotBeSentIsCounted(t *testing.T) {
	d := contec.New(contec.Options{})
	var all []byte
	for _, c := range [][]byte{
		command(0xB2, 20, 26, 3, 5, 4), command(0xB1, 14, 30, 15), command(0xAE, 0, 0xFF), command(0xA6, 0, 0),
		{0x04, 0x80, 0xF5, 0xF3, 0xE5, 0xF2, 0x80, 0x80, 0x80},
		{0x55, 0xFF},
		live, keep, command(0xA2), command(0xAA),
	} {
		all = append(all, c...)
	}
	d.Step(epoch, healthy, all)
	assert.Equal(t, contec.Counts{Starts: 1, Keeps: 1, Stops: 1, Questions: 1, Changes: 4, Downloads: 1, Malformed: 2}, d.Counts())
}

func TestTheWorkedCommandsAreUnderstood(t *testing.T) {
	assert.Equal(t, []byte{0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, live)
	assert.Equal(t, []byte{0x7D, 0x81, 0xB2, 0x94, 0x9A, 0x83, 0x85, 0x84, 0x80}, command(0xB2, 20, 26, 3, 5, 4))
}

func TestALateStepIsBounded(t *testing.T) {
	d := contec.New(contec.Options{})
	d.Step(epoch, healthy, live)
	tx, _ := d.Step(epoch.Add(29*time.Second), healthy, nil)
	assert.Len(t, tx, 120*9)
	tx, _ = d.Step(epoch.Add(time.Second), healthy, nil)
	assert.Empty(t, tx, "time that runs backwards brings nothing")
}

// Whatever the truth and the host's bytes, packets are whole and numbers are in range or missing.
func TestAnyTruthGivesWholePackets(t *testing.T) {
	number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-50, 400), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
	rapid.Check(t, func(t *rapid.T) {
		d := contec.New(contec.Options{Seed: rapid.Uint64().Draw(t, "seed"), PerfusionIndex: rapid.Bool().Draw(t, "index")})
		now := epoch
		d.Step(now, healthy, live)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			v := simulators.Vitals{
				PulseRate: number.Draw(t, "rate"), SpO2: number.Draw(t, "SpO2"), PerfusionIndex: number.Draw(t, "perfusion"),
				Pleth: number.Draw(t, "pleth"), Motion: number.Draw(t, "motion"), FingerOut: rapid.Bool().Draw(t, "finger"),
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			tx, _ := d.Step(now, v, rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "host"))
			for _, p := range split(t, 0, tx) {
				if p.kind != 1 {
					continue
				}
				require.Len(t, p.data, 7)
				rate, sat := p.data[3], p.data[4]
				require.True(t, rate == 0xFF || rate >= 18 || rate == 0 && p.data[0]&0x80 != 0)
				require.True(t, sat == 0x7F || sat <= 100)
				require.LessOrEqual(t, p.data[0]&0x0F, byte(8))
			}
		}
	})
}
