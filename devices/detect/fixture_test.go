package detect_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/devices/detect"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// tick is how often a panel is called at least, as the shell does.
const tick = 50 * time.Millisecond

func healthy(now time.Time) simulators.Vitals {
	v := simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
	v.Pleth = float64(now.UnixMilli()%833) / 833
	return v
}

func fingerOut(now time.Time) simulators.Vitals {
	v := healthy(now)
	v.FingerOut = true
	return v
}

// everyone returns every driver in every variant, whatever its line settings: on a wire they would keep many of them apart.
func everyone() []detect.Candidate {
	var all []detect.Candidate
	for _, line := range detect.Lines(drivers.All()) {
		all = append(all, detect.Candidates(drivers.All(), line)...)
	}
	return all
}

// piece is what arrived at one moment.
type piece struct {
	at    time.Time
	bytes []byte
}

// tape records what a session is given.
type tape struct {
	devices.Session
	pieces []piece
}

func (t *tape) Step(now time.Time, rx []byte) devices.Output {
	t.pieces = append(t.pieces, piece{now, append([]byte(nil), rx...)})
	return t.Session.Step(now, rx)
}

func (t *tape) Command(now time.Time, c devices.Command) (devices.Output, error) {
	return t.Session.(devices.Commander).Command(now, c)
}

// spoken returns what a simulated device sends to its own driver in that time. A cuff measures once: by order if it takes
// one, else because staff press its button.
func spoken(t *testing.T, e catalog.Entry, truth func(time.Time) simulators.Vitals, length time.Duration) []piece {
	t.Helper()
	driver, ok := drivers.Find(e.Driver)
	require.True(t, ok)
	session, err := driver.NewSession(devices.Settings{AllowStart: true, Variant: variantOf(e)})
	require.NoError(t, err)
	rec := &tape{Session: session}
	var orders []simulators.Order
	if driver.Starts {
		orders = []simulators.Order{{At: epoch.Add(5 * time.Second), Command: devices.CuffStart}}
	}
	press := func(now time.Time) simulators.Vitals {
		v := truth(now)
		v.CuffPress = !driver.Starts && now.Sub(epoch) > 5*time.Second && now.Sub(epoch) < 6*time.Second
		return v
	}
	simulators.Couple(simulators.Coupling{
		Session: rec, Device: e.New(1), Truth: press, Orders: orders, From: epoch, To: epoch.Add(length), Every: tick,
	})
	return rec.pieces
}

// variantOf is the variant that understands the entry; it is asked of the driver by trying.
func variantOf(e catalog.Entry) string {
	driver, _ := drivers.Find(e.Driver)
	if len(driver.Lines()) == 1 {
		return driver.Lines()[0].Name
	}
	best, most := "", -1
	for _, v := range driver.Lines() {
		session, err := driver.NewSession(devices.Settings{AllowStart: true, Variant: v.Name})
		if err != nil {
			continue
		}
		trace := simulators.Couple(simulators.Coupling{
			Session: session, Device: e.New(1), Truth: healthy, From: epoch, To: epoch.Add(10 * time.Second), Every: tick,
		})
		if trace.Frames > most {
			best, most = v.Name, trace.Frames
		}
	}
	return best
}

// play gives a panel the pieces, and time between them.
func play(p *detect.Panel, pieces []piece) {
	for _, x := range pieces {
		p.Hear(x.at, x.bytes)
	}
}

// meet lets a panel and a device talk until the panel has heard enough.
func meet(p *detect.Panel, d simulators.Device, truth func(time.Time) simulators.Vitals) (now time.Time) {
	var host []byte
	for now = epoch; !p.Done(now); now = now.Add(5 * time.Millisecond) {
		tx, _ := d.Step(now, truth(now), host)
		host = append(host[:0], p.Hear(now, tx)...)
	}
	return now
}
