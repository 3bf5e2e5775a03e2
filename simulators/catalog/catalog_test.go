package catalog_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

var (
	epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	word  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func healthy(time.Time) simulators.Vitals {
	return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
}

// Each entry is found by its name, its driver exists, is of its kind, and understands it.
func TestEveryEntryTalksToItsDriver(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range catalog.All() {
		t.Run(e.Name, func(t *testing.T) {
			assert.Regexp(t, word, e.Name)
			assert.NotEmpty(t, e.Title)
			assert.False(t, seen[e.Name], "a name is there once")
			seen[e.Name] = true
			found, ok := catalog.Find(e.Name)
			require.True(t, ok)
			assert.Equal(t, e.Title, found.Title)

			driver, ok := drivers.Find(e.Driver)
			require.True(t, ok, "driver %q", e.Driver)
			assert.Equal(t, driver.Kind, e.Kind)
			session, err := driver.NewSession(devices.Settings{AllowStart: true})
			require.NoError(t, err)
			var orders []simulators.Order
			if driver.Starts {
				// A cuff of which nothing is known rests for a minute first: the early order is refused then.
				orders = []simulators.Order{
					{At: epoch.Add(10 * time.Second), Command: devices.CuffStart},
					{At: epoch.Add(75 * time.Second), Command: devices.CuffStart},
				}
			}
			trace := simulators.Couple(simulators.Coupling{
				Session: session, Device: e.New(1), Truth: healthy, Orders: orders, From: epoch, To: epoch.Add(150 * time.Second),
			})
			require.NotEmpty(t, trace.Readings)
			last := trace.Readings[len(trace.Readings)-1]
			if slices.Contains(driver.Vitals, devices.PulseRate) {
				rate, ok := last.Value(devices.PulseRate)
				assert.True(t, ok)
				assert.Equal(t, 72, rate)
			} else {
				systolic, ok := last.Value(devices.Systolic)
				assert.True(t, ok)
				assert.Equal(t, 120, systolic)
			}
			if e.Frame > 0 {
				assert.Zero(t, trace.Received%e.Frame)
			}
		})
	}
}

// A driver without a simulator cannot be demonstrated.
func TestEveryDriverHasASimulator(t *testing.T) {
	for _, d := range drivers.All() {
		found := false
		for _, e := range catalog.All() {
			found = found || e.Driver == d.Name
		}
		assert.True(t, found, d.Name)
	}
}

// A device that is several behind one port is the same several for a scenario as for its driver.
func TestMembersAreThoseOfTheDriver(t *testing.T) {
	for _, e := range catalog.All() {
		driver, ok := drivers.Find(e.Driver)
		require.True(t, ok)
		want, got := driver.Members("bed"), e.Members("bed")
		require.Len(t, got, len(want), e.Name)
		for i := range want {
			assert.Equal(t, want[i].Name, got[i].Name)
			assert.Equal(t, want[i].Driver.Kind, got[i].Driver.Kind)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	_, ok := catalog.Find("tea-kettle")
	assert.False(t, ok)
}
