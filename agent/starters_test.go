package agent_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

// starter is a simulated cuff that the agent can start.
type starter struct {
	catalog.Entry
	driver devices.Driver
	stop   []byte // what the driver writes to let the air out
}

// starters returns every simulated device whose driver can start a measurement. None is named here: a new driver is held to
// these tests by its line in the catalogs.
func starters(t *testing.T) []starter {
	t.Helper()
	var all []starter
	for _, d := range drivers.All() {
		if !d.Starts {
			continue
		}
		found := len(all)
		for _, e := range catalog.All() {
			if e.Driver == d.Name {
				all = append(all, starter{e, d, stopOf(t, d)})
			}
		}
		require.Greater(t, len(all), found, "%s starts cuffs, and no simulated device shows what becomes of the air", d.Name)
	}
	require.NotEmpty(t, all)
	return all
}

// stopOf returns what a driver writes for CuffStop.
func stopOf(t *testing.T, d devices.Driver) []byte {
	t.Helper()
	s, err := d.NewSession(devices.Settings{AllowStart: true})
	require.NoError(t, err)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s.Step(now, nil)
	out, err := s.(devices.Commander).Command(now, devices.CuffStop)
	require.NoError(t, err, "%s refuses a stop", d.Name)
	for range 20 {
		if len(out.Tx) > 0 {
			return bytes.Clone(out.Tx)
		}
		require.False(t, out.Wake.IsZero(), "%s writes no stop", d.Name)
		now = out.Wake
		out = s.Step(now, nil)
	}
	require.Fail(t, "no stop", "%s writes no stop", d.Name)
	return nil
}

// watched is a simulated cuff whose air and line are watched. It may be used from several goroutines.
type watched struct {
	mu     sync.Mutex
	device simulators.Device
	heard  []byte // from the host, since the last mark
	stuck  bool   // the valve will not open by itself

	// Of the last time that there was air, by the device's clock: from when to when, and the longest that the device was not
	// called in between, because a busy computer had no time for it.
	air                   bool
	last, filled, emptied time.Time
	alone                 time.Duration
}

func (w *watched) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stuck {
		truth.CuffFault = devices.CuffTimeout
	}
	w.heard = append(w.heard, rx...)
	tx, wake := w.device.Step(now, truth, rx)
	w.note(now)
	return tx, wake
}

func (w *watched) note(now time.Time) {
	cuff, tells := w.device.(interface{ Inflated() bool })
	air := tells && cuff.Inflated()
	if air && !w.air {
		w.filled, w.alone = now, 0
	} else if w.air {
		w.alone = max(w.alone, now.Sub(w.last))
		w.emptied = now
	}
	w.air, w.last = air, now
}

// full returns for how long there has been air.
func (w *watched) full(now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return now.Sub(w.filled)
}

// held returns how long there was air the last time, as the device counts it, and the longest that it was not called meanwhile.
func (w *watched) held() (air, alone time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.emptied.Sub(w.filled), w.alone
}

// inflated reports whether there is air in the cuff. A simulated cuff that does not tell cannot be judged.
func (w *watched) inflated(t *testing.T) bool {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	cuff, ok := w.device.(interface{ Inflated() bool })
	require.True(t, ok, "%T has no Inflated() bool", w.device)
	return cuff.Inflated()
}

// mark forgets what was heard.
func (w *watched) mark() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = nil
}

// got reports whether those bytes were heard since the mark.
func (w *watched) got(b []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.heard, b)
}

// end says how the air got out.
func (w *watched) end(s *starter) string {
	if w.got(s.stop) {
		return "the stop was on the wire"
	}
	return "no stop: " + s.driver.Vents
}

// Whoever can start a cuff says what lets the air out when nobody is left to stop it; whoever cannot, has nothing to say.
func TestEveryDriverThatStartsSaysWhatLetsTheAirOut(t *testing.T) {
	for _, d := range drivers.All() {
		if d.Starts {
			require.NotEmpty(t, d.Vents, "%s: say in devices.Driver.Vents what ends a measurement when the agent is killed", d.Name)
			require.Contains(t, d.Vents, "section", "%s: and which page says so", d.Name)
		} else {
			require.Empty(t, d.Vents, d.Name)
		}
	}
}
