package doctor_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/doctor"
	"bedside/agent/machine"
	"bedside/agent/pace"
	"bedside/agent/serialport"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/pty"
)

var update = flag.Bool("update", false, "rewrite the expected reports")

// hurry is how much faster than life the ports of these tests are heard.
const hurry = 5

// host is a computer made of files below a folder.
type host struct {
	t    *testing.T
	root string
	o    doctor.Options
}

// newMachine has a clock that is right, a large disk, and a user who may open every port.
func newMachine(t *testing.T) *host {
	t.Helper()
	m := &host{t: t, root: t.TempDir()}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	m.o = doctor.Options{
		Host: serialport.Host{Dev: m.path("dev"), Sys: m.path("sys"), Proc: m.path("proc"), Run: m.path("run")},
		Root: func() bool { return false }, Access: func(string) error { return nil },
		Clock: func() machine.Clock { return machine.Clock{Now: now, Known: true, Synced: true} },
		Disk:  func(string) (uint64, error) { return 20_000_000_000, nil },
		Built: now.AddDate(0, -1, 0), Pace: pace.New(hurry),
	}
	return m
}

func (m *host) path(name string) string { return filepath.Join(m.root, name) }

func (m *host) file(name, text string) {
	m.t.Helper()
	require.NoError(m.t, os.MkdirAll(filepath.Dir(m.path(name)), 0o755))
	require.NoError(m.t, os.WriteFile(m.path(name), []byte(text), 0o600))
}

func (m *host) link(name, target string) {
	m.t.Helper()
	require.NoError(m.t, os.MkdirAll(filepath.Dir(m.path(name)), 0o755))
	require.NoError(m.t, os.Symlink(target, m.path(name)))
}

// adapter plugs a USB adapter into a socket. Two with one serial number share their name by-id, as they do with udev.
func (m *host) adapter(tty, socket, vendor, product, maker, model, serial string) {
	m.t.Helper()
	usb := "sys/devices/usb1/" + socket
	for name, text := range map[string]string{
		"idVendor": vendor, "idProduct": product, "manufacturer": maker, "product": model, "serial": serial,
		socket + ":1.0/bInterfaceNumber": "00",
	} {
		if text != "" {
			m.file(usb+"/"+name, text+"\n")
		}
	}
	m.file(usb+"/"+socket+":1.0/"+tty+"/name", tty)
	m.link("sys/class/tty/"+tty+"/device", m.path(usb+"/"+socket+":1.0/"+tty))
	m.file("sys/class/tty/"+tty+"/dev", "188:"+tty[len(tty)-1:]+"\n")
	id := "dev/serial/by-id/usb-" + maker + "_" + serial + "-if00-port0"
	if _, err := os.Lstat(m.path(id)); err == nil {
		require.NoError(m.t, os.Remove(m.path(id)))
	}
	m.link(id, "../../"+tty)
	m.link("dev/serial/by-path/usb-"+socket+":1.0-port0", "../../"+tty)
	if _, err := os.Lstat(m.path("dev/" + tty)); err != nil {
		m.file("dev/"+tty, "")
	}
}

// plug connects a simulated device to the adapter.
func (m *host) plug(tty, name string) {
	m.t.Helper()
	e, ok := catalog.Find(name)
	require.True(m.t, ok)
	clock := m.o.Pace
	require.NoError(m.t, os.MkdirAll(m.path("dev"), 0o755))
	p, err := pty.Open(pty.Options{
		Link: m.path("dev/" + tty), Device: e.New(1), Now: clock.Now, Real: clock.Real,
		Truth: func(now time.Time) simulators.Vitals {
			return simulators.Vitals{
				PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93,
				Pleth: float64(now.UnixMilli()%800) / 800,
			}
		},
	})
	require.NoError(m.t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	m.t.Cleanup(func() {
		stop()
		assert.NoError(m.t, <-done)
		assert.NoError(m.t, p.Close())
	})
}

// config writes a configuration with these devices.
func (m *host) config(list string) {
	m.t.Helper()
	m.file("bedside.yaml", strings.ReplaceAll(`site: clinic
room: room-1
nats: {listen: "127.0.0.1:0", store: ROOT/var/nats}
console: {listen: "127.0.0.1:0"}
record: {path: ROOT/var/record.db}
devices:
`+list, "ROOT", m.root))
	m.o.File = m.path("bedside.yaml")
}

func (m *host) examine() doctor.Report {
	m.t.Helper()
	report, err := doctor.Examine(m.t.Context(), m.o)
	require.NoError(m.t, err)
	return report
}

// volatile is what is different each time, or with each driver that comes.
var volatile = regexp.MustCompile(`nothing speaks at .*|\d+ intact (frames|answers)(, (\d+|one) (a second|every \d+ seconds))?|\d+ % of|127\.0\.0\.1:[1-9]\d*`)

// golden compares the printed report with the file, without what is different each time.
func (m *host) golden(report doctor.Report, name string) {
	m.t.Helper()
	var b strings.Builder
	require.NoError(m.t, report.Write(&b))
	text := strings.ReplaceAll(b.String(), m.root, "ROOT")
	for _, d := range drivers.All() {
		text = strings.ReplaceAll(text, d.Title, "TITLE of "+d.Name)
	}
	text = volatile.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "nothing") {
			return "nothing speaks at LINES"
		}
		s = regexp.MustCompile(`every \d+ seconds`).ReplaceAllString(s, "a second") // on a busy computer
		return regexp.MustCompile(`\d+`).ReplaceAllString(strings.ReplaceAll(s, "one", "N"), "N")
	})
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(m.t, os.MkdirAll("testdata", 0o755))
		require.NoError(m.t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(m.t, err)
	assert.Equal(m.t, string(want), text)
}
