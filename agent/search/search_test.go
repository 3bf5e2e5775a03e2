package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/search"
	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/devices/detect"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

// room is a simulated device at the far end of a port that may be opened again and again.
type room struct {
	t      *testing.T
	device simulators.Device
	line   devices.Line // at another one only noise arrives; zero: the line does not matter, as on a pseudo-terminal
	noise  *rand.Rand
	group  sync.WaitGroup

	mu    sync.Mutex
	heard []byte // what was written to the device
	lines []devices.Line
}

func plug(t *testing.T, name string) *room {
	t.Helper()
	e, ok := catalog.Find(name)
	require.True(t, ok)
	d, ok := drivers.Find(e.Driver)
	require.True(t, ok)
	return &room{t: t, device: e.New(1), line: d.Line, noise: rand.New(rand.NewPCG(1, 2))}
}

func (r *room) open(line devices.Line) (link.Port, error) {
	r.group.Wait() // the last port was closed
	near, far := net.Pipe()
	r.mu.Lock()
	r.lines = append(r.lines, line)
	r.mu.Unlock()
	r.group.Go(func() { r.live(far, line == r.line) })
	return near, nil
}

// live lets the device go on until its port is closed.
func (r *room) live(far net.Conn, understood bool) {
	defer func() { assert.NoError(r.t, far.Close()) }()
	buf := make([]byte, 512)
	for {
		if far.SetReadDeadline(time.Now().Add(5*time.Millisecond)) != nil {
			return
		}
		n, err := far.Read(buf)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		r.mu.Lock()
		r.heard = append(r.heard, buf[:n]...)
		r.mu.Unlock()
		rx := buf[:n]
		if !understood {
			rx = nil
		}
		tx, _ := r.device.Step(time.Now(), simulators.Vitals{PulseRate: 72, SpO2: 97, Systolic: 120, Diastolic: 80, Mean: 93}, rx)
		if len(tx) > 0 && !understood {
			tx = append([]byte(nil), tx...)
			for i := range tx {
				tx[i] = byte(r.noise.Uint32())
			}
		}
		if len(tx) > 0 {
			if _, err := far.Write(tx); err != nil {
				return
			}
		}
	}
}

func (r *room) written() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]byte(nil), r.heard...)
}

// within runs the search in a bubble, where half a minute takes no time.
func within(t *testing.T, name string, asks devices.Asks, check func(r *room, report detect.Report, took time.Duration)) {
	synctest.Test(t, func(t *testing.T) {
		r := plug(t, name)
		from := time.Now()
		report, err := search.Run(t.Context(), search.Options{Drivers: drivers.All(), Open: r.open, Asks: asks})
		require.NoError(t, err)
		r.group.Wait()
		check(r, report, time.Since(from))
	})
}

func TestWhoSpeaksIsFoundWithoutAByteWritten(t *testing.T) {
	for _, name := range []string{"nonin-df2", "nonin-df8", "masimo", "nellcor"} {
		within(t, name, devices.AsksFreely, func(r *room, report detect.Report, took time.Duration) {
			m, ok := report.Found()
			require.True(t, ok, "%s: %s", name, report.Words())
			e, _ := catalog.Find(name)
			assert.Equal(t, e.Driver, m.Driver.Name)
			assert.Empty(t, r.written(), "%s: whoever speaks is not asked", name)
			assert.Empty(t, report.Asked)
			assert.Less(t, took, time.Minute)
			t.Log(took, report.Words())
		})
	}
}

func TestWhoIsSilentIsAskedAsFarAsAllowed(t *testing.T) {
	within(t, "suntech", devices.AsksFreely, func(r *room, report detect.Report, took time.Duration) {
		m, ok := report.Found()
		require.True(t, ok, report.Words())
		assert.Equal(t, "suntech", m.Driver.Name)
		assert.True(t, m.Asked)
		require.NotEmpty(t, report.Asked)
		asked := report.Asked[len(report.Asked)-1]
		assert.Equal(t, "suntech", asked.Driver.Name)
		assert.Contains(t, string(r.written()), string(asked.Bytes[:3]), "what the report says is what went out")
		assert.Contains(t, report.Words(), "intact answers")
		t.Log(took, report.Words())
	})
	within(t, "contec", devices.AsksAttended, func(_ *room, report detect.Report, _ time.Duration) {
		m, ok := report.Found()
		require.True(t, ok, report.Words())
		assert.Equal(t, "contec", m.Driver.Name)
		t.Log(report.Words())
	})
	within(t, "contec", devices.AsksFreely, func(r *room, report detect.Report, _ time.Duration) {
		_, ok := report.Found()
		assert.False(t, ok, "its questions need a person there")
		assert.NotContains(t, string(r.written()), "\xA1", "nor were they written")
		assert.Contains(t, report.Words(), "nobody answers the questions of")
		t.Log(report.Words())
	})
	within(t, "suntech", devices.NeverAsks, func(r *room, report detect.Report, _ time.Duration) {
		_, ok := report.Found()
		assert.False(t, ok)
		assert.Empty(t, r.written())
		assert.Contains(t, report.Words(), "nothing speaks at")
	})
}

// The wrong speed gives noise, at which the search does not stop.
func TestEveryLineSettingIsTriedUntilOneFits(t *testing.T) {
	within(t, "nonin-df7", devices.NeverAsks, func(r *room, report detect.Report, _ time.Duration) {
		_, ok := report.Found()
		require.True(t, ok)
		assert.Equal(t, devices.Line{Baud: 115200, DataBits: 8, StopBits: 1}, r.lines[0])
		assert.Equal(t, r.line, r.lines[len(r.lines)-1])
		assert.Positive(t, report.Heard[0].Bytes)
	})
}

func TestTwoThatFitAreBothNamedAndNeitherIsChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := plug(t, "masimo")
		one, _ := drivers.Find("masimo")
		other := one
		other.Name, other.Title = "twin", "A twin"
		report, err := search.Run(t.Context(), search.Options{Drivers: []devices.Driver{one, other}, Open: r.open})
		require.NoError(t, err)
		r.group.Wait()
		_, ok := report.Found()
		assert.False(t, ok)
		assert.Contains(t, report.Words(), "more than one driver fits and none is chosen: masimo (")
		assert.Contains(t, report.Words(), "; twin (")
	})
}

// What speaks and is not understood is not written to, whatever is allowed.
func TestNoiseIsSaidToBeNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := plug(t, "nonin-df2")
		r.line = devices.Line{Baud: 1}
		report, err := search.Run(t.Context(), search.Options{Drivers: drivers.All(), Open: r.open, Asks: devices.AsksAttended})
		require.NoError(t, err)
		r.group.Wait()
		assert.Empty(t, r.written())
		assert.Empty(t, report.Asked)
		assert.Contains(t, report.Words(), "something speaks that no driver understands: ")
	})
}

func TestAPortThatFailsEndsTheSearch(t *testing.T) {
	broken := errors.New("in use")
	report, err := search.Run(t.Context(), search.Options{
		Drivers: drivers.All(), Open: func(devices.Line) (link.Port, error) { return nil, broken },
	})
	require.ErrorIs(t, err, broken)
	assert.Len(t, report.Heard, 1)
	near, far := net.Pipe()
	require.NoError(t, far.Close())
	_, err = search.Run(t.Context(), search.Options{
		Drivers: drivers.All(), Open: func(devices.Line) (link.Port, error) { return near, nil },
	})
	assert.ErrorContains(t, err, "search: ")
}

// A search that is called off leaves nothing open and nothing running.
func TestTheEndOfTheContextEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := plug(t, "suntech")
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		from := time.Now()
		_, err := search.Run(ctx, search.Options{Drivers: drivers.All(), Open: r.open})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Less(t, time.Since(from), 4*time.Second)
		r.group.Wait() // every port was closed
	})
}

// A driver that fails by an error in its program is out, and the search goes on.
func TestADriverThatPanicsIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := plug(t, "masimo")
		good, _ := drivers.Find("masimo")
		bad := good
		bad.Name = "bad"
		bad.NewSession = func(devices.Settings) (devices.Session, error) { return panicking{}, nil }
		report, err := search.Run(t.Context(), search.Options{Drivers: []devices.Driver{bad, good}, Open: r.open})
		require.NoError(t, err)
		r.group.Wait()
		m, ok := report.Found()
		require.True(t, ok)
		assert.Equal(t, "masimo", m.Driver.Name)
	})
}

type panicking struct{}

func (panicking) Step(time.Time, []byte) devices.Output { panic("an error in its program") }
