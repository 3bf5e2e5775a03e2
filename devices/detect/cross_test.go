package detect_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/devices/detect"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

func fitting(p *detect.Panel) []string {
	var names []string
	for _, m := range p.Fits() {
		names = append(names, m.Driver.Name)
	}
	return slices.Compact(names)
}

// Every simulated device is heard by every driver in every variant, as if all were met at one line setting. Its own fits, and
// nobody else alone: a device may be refused, but never be taken for another.
func TestNobodyIsTakenForAnother(t *testing.T) {
	for _, e := range catalog.All() {
		t.Run(e.Name, func(t *testing.T) {
			for name, truth := range map[string]func(time.Time) simulators.Vitals{"finger in": healthy, "finger out": fingerOut} {
				p := detect.Listen(everyone())
				length := 20 * time.Second
				if e.Kind == devices.Cuff {
					length = 90 * time.Second // a whole cycle
				}
				play(p, spoken(t, e, truth, length))
				fits := fitting(p)
				t.Logf("%s, %s: %s", e.Name, name, strings.Join(fits, ", "))
				assert.Subset(t, []string{e.Driver}, fits, name)
			}
		})
	}
}

// Listening alone, from any moment on, at the line setting of its driver: whoever can be read without being asked is found
// within the time of a panel.
func TestEveryDeviceThatSpeaksIsFound(t *testing.T) {
	for _, e := range catalog.All() {
		t.Run(e.Name, func(t *testing.T) {
			if !readable(t, e) {
				t.Skip("it waits for a question, or for somebody to press its button")
			}
			for _, cut := range []time.Duration{0, 333 * time.Millisecond, 1777 * time.Millisecond} {
				p := detect.Listen(candidatesLike(t, e))
				d := &late{Device: e.New(1), from: epoch.Add(cut)}
				took := meet(p, d, healthy).Sub(epoch)
				fits := p.Fits()
				require.Len(t, fits, 1, "cut at %v: %v", cut, fitting(p))
				assert.Equal(t, e.Driver, fits[0].Driver.Name)
				assert.LessOrEqual(t, took, 12*time.Second)
				t.Log(fits[0].Words())
			}
		})
	}
}

// readable reports whether the entry's own driver, which writes nothing, gets three streamed readings in ten seconds.
func readable(t *testing.T, e catalog.Entry) bool {
	t.Helper()
	driver, _ := drivers.Find(e.Driver)
	session, err := driver.NewSession(devices.Settings{Variant: variantOf(e)})
	require.NoError(t, err)
	d, streamed := e.New(1), 0
	for now := epoch; now.Before(epoch.Add(10 * time.Second)); now = now.Add(5 * time.Millisecond) {
		tx, _ := d.Step(now, healthy(now), nil)
		out := session.Step(now, tx)
		for i := range out.Readings {
			if !out.Readings[i].Spot {
				streamed++
			}
		}
	}
	return streamed >= 3
}

// late is a device whose bytes before a moment are lost.
type late struct {
	simulators.Device
	from time.Time
}

func (d *late) Step(now time.Time, v simulators.Vitals, rx []byte) ([]byte, time.Time) {
	tx, wake := d.Device.Step(now, v, rx)
	if now.Before(d.from) {
		return nil, wake
	}
	return tx, wake
}

// candidatesLike returns whoever is met at the line setting of the entry's variant.
func candidatesLike(t *testing.T, e catalog.Entry) []detect.Candidate {
	t.Helper()
	return detect.Candidates(drivers.All(), lineOf(t, e))
}

func lineOf(t *testing.T, e catalog.Entry) devices.Line {
	t.Helper()
	driver, ok := drivers.Find(e.Driver)
	require.True(t, ok)
	want := variantOf(e)
	for _, v := range driver.Lines() {
		if v.Name == want {
			return v.Line
		}
	}
	require.FailNow(t, "no such variant", want)
	return devices.Line{}
}

// A speaker finds its own device, and no other device answers it so that it is found.
func TestQuestionsAreAnsweredByTheirOwn(t *testing.T) {
	for _, speaker := range detect.Speakers(drivers.All(), devices.AsksAttended) {
		own := 0
		for _, e := range catalog.All() {
			p := detect.Ask(drivers.All(), speaker)
			meet(p, e.New(1), healthy)
			fits := fitting(p)
			if e.Driver == speaker.Driver.Name && slices.Contains(fits, e.Driver) {
				own++
			}
			if lineOf(t, e) == speaker.Variant.Line && len(fits) > 0 {
				assert.Equal(t, []string{e.Driver}, fits, "%s asked by %s", e.Name, speaker.Word())
			}
		}
		t.Logf("%s finds %d of its own by % x", speaker.Word(), own, question(speaker))
		assert.Positive(t, own, "%s never finds a device of its own: its questions are no good for a search", speaker.Word())
	}
}

func question(speaker detect.Candidate) []byte {
	p := detect.Ask(drivers.All(), speaker)
	for now := epoch; now.Before(epoch.Add(time.Minute)); now = now.Add(tick) {
		p.Hear(now, nil)
	}
	return p.Question()
}

// No question moves air: after any driver's questions, every simulated cuff is as empty as it was, which its own driver sees.
func TestNoQuestionMovesAir(t *testing.T) {
	for _, speaker := range detect.Speakers(drivers.All(), devices.AsksAttended) {
		asked := question(speaker)
		require.NotEmpty(t, asked, "%s has no question", speaker.Word())
		for _, e := range catalog.All() {
			driver, ok := drivers.Find(e.Driver)
			require.True(t, ok)
			if !driver.Starts {
				continue
			}
			d := e.New(1)
			now := epoch
			for _, b := range asked { // one by one, and then all at once
				now = now.Add(2 * time.Millisecond)
				d.Step(now, healthy(now), []byte{b})
			}
			d.Step(now.Add(time.Second), healthy(now), asked)
			session, err := driver.NewSession(devices.Settings{AllowStart: true, Variant: variantOf(e)})
			require.NoError(t, err)
			trace := simulators.Couple(simulators.Coupling{
				Session: session, Device: d, Truth: healthy, From: now.Add(2 * time.Second), To: now.Add(32 * time.Second), Every: tick,
			})
			for _, c := range trace.Cuff {
				assert.False(t, c.Phase.Busy(), "%s after the questions of %s: %v", e.Name, speaker.Word(), c)
			}
		}
	}
}

// Orders that move air, of devices that no driver is for as well, at their line settings. Each is from cuffs.md.
func TestNoFreeQuestionIsAnOrderToAnybody(t *testing.T) {
	orders := []struct {
		device string
		baud   int
		order  string
	}{
		{"SunTech Advantage", 9600, "\x3A\x20\xA6"},           // section 1
		{"SunTech, child", 9600, "\x3A\x87\x3F"},              // section 1
		{"SunTech, newborn", 9600, "\x3A\x28\x9E"},            // section 1
		{"A&D TM-2655", 2400, "\x16\x16\x01\x30\x30\x02ST"},   // section 2a
		{"A&D TM-2655", 9600, "\x16\x16\x01\x30\x30\x02ST"},   // section 2a: two drivers open it at 9600
		{"Dinamap", 9600, " NC0"},                             // section 5
		{"Medlab", 4800, "01;;D7"},                            // section 8
		{"PM6750", 115200, "\x55\xAA\x04\x02\x01\xF8"},        // section 9a
		{"7-bit board", 115200, "\x55\xD5"},                   // section 9b
		{"7-bit board, STAT", 115200, "\x5D\xDD"},             // section 9b
		{"7-bit board, leak test", 115200, "\x5A\xDA"},        // section 9b
		{"evgmolt module", 115200, "\xA1"},                    // section 9d
		{"Maibobo", 9600, "\xCC\x80\x03\x03\x01\x02\x00\x03"}, // section 9e
	}
	for _, speaker := range detect.Speakers(drivers.All(), devices.AsksFreely) {
		asked := string(question(speaker))
		for _, e := range catalog.All() { // and what is asked after an answer
			if e.Driver == speaker.Driver.Name {
				p := detect.Ask(drivers.All(), speaker)
				meet(p, e.New(1), healthy)
				asked += string(p.Question())
			}
		}
		for _, o := range orders {
			if o.baud == speaker.Variant.Line.Baud {
				assert.NotContains(t, asked, o.order, "%s would start a %s", speaker.Word(), o.device)
			}
		}
	}
}

// A line that gives back what is written is no device.
func TestAnEchoIsNobody(t *testing.T) {
	for _, speaker := range detect.Speakers(drivers.All(), devices.AsksAttended) {
		p := detect.Ask(drivers.All(), speaker)
		var tx []byte
		for now := epoch; !p.Done(now) && now.Before(epoch.Add(time.Minute)); now = now.Add(tick) {
			tx = append([]byte(nil), p.Hear(now, tx)...)
		}
		assert.Empty(t, fitting(p), speaker.Word())
		assert.True(t, p.Echo(), speaker.Word())
	}
}

// Noise fits nobody.
func TestNoiseFitsNobody(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 10
	}
	for seed := range uint64(rounds) {
		random := rand.New(rand.NewPCG(seed, 1))
		p := detect.Listen(everyone())
		for now := epoch; now.Before(epoch.Add(10 * time.Second)); now = now.Add(tick) {
			b := make([]byte, random.IntN(60))
			for i := range b {
				b[i] = byte(random.Uint32())
				if seed%2 == 1 { // text that looks like lines of numbers
					b[i] = "0123456789 ,=%\r\n"[random.IntN(16)]
				}
			}
			p.Hear(now, b)
		}
		require.Empty(t, fitting(p), fmt.Sprintf("seed %d", seed))
	}
}

// However the bytes of a moment are split, the verdict is the same.
func TestAnySplitGivesTheSameVerdict(t *testing.T) {
	e, ok := catalog.Find("masimo")
	require.True(t, ok)
	pieces := spoken(t, e, healthy, 12*time.Second)
	candidates := candidatesLike(t, e)
	whole := detect.Listen(candidates)
	play(whole, pieces)
	require.Len(t, whole.Fits(), 1)
	rapid.Check(t, func(t *rapid.T) {
		cut := detect.Listen(candidates)
		for _, x := range pieces {
			for rest := x.bytes; len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
				cut.Hear(x.at, rest[:n])
				rest = rest[n:]
			}
		}
		require.Len(t, cut.Fits(), 1)
		assert.Equal(t, whole.Fits()[0].Words(), cut.Fits()[0].Words())
	})
}
