package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/doctor"
	"bedside/agent/machine"
	"bedside/agent/serialport"
	"bedside/agent/speaker"
	"bedside/devices"
)

// Everything that can be wrong with adapters, at once.
func TestAMachineWithTroubles(t *testing.T) {
	m := newMachine(t)
	m.adapter("ttyUSB0", "1-1", "0403", "6001", "FTDI", "FT232R", "0001")
	m.adapter("ttyUSB1", "1-2", "0403", "6001", "FTDI", "FT232R", "0001")
	m.adapter("ttyUSB2", "1-3", "10c4", "ea60", "Silicon_Labs", "CP2102", "")
	m.adapter("ttyUSB3", "1-4", "1a86", "7523", "", "USB Serial", "")
	m.file("sys/devices/usb1/1-3/1-3:1.0/ttyUSB2/latency_timer", "16\n")
	m.file("sys/devices/board/x", "")
	m.link("sys/class/tty/ttyS0/device", m.path("sys/devices/board"))
	m.file("sys/class/tty/ttyS0/type", "4\n")
	m.file("sys/class/tty/console/active", "tty0 ttyS0\n")
	m.file("run/udev/data/c188:3", "E:ID_MM_DEVICE_IGNORE=1\n")
	for id, name := range map[string]string{"12": "ModemManager", "77": "bedside", "705": "minicom"} {
		m.file("proc/"+id+"/comm", name+"\n")
	}
	m.link("proc/77/fd/4", m.path("dev/ttyUSB0"))
	m.link("proc/705/fd/3", m.path("dev/ttyUSB1"))
	m.o.Access = func(port string) error {
		if filepath.Base(port) != "ttyUSB3" {
			return nil
		}
		return &serialport.Error{
			Path: port, Kind: serialport.ErrPermission, Why: `user "nurse" is not in group "dialout"`,
			Fix: "run: sudo usermod -aG dialout nurse, then restart; or install the udev rules (bedside doctor --udev)",
		}
	}
	m.config(`  - {name: oximeter, driver: nonin, port: ROOT/dev/ttyUSB0}
  - {name: cuff, driver: suntech, port: ROOT/dev/ttyUSB2}
  - {name: other, driver: nonin, port: ROOT/dev/serial/by-id/gone}
`)
	m.o.Clock = func() machine.Clock {
		return machine.Clock{Now: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), Known: true}
	}
	m.o.Disk = func(string) (uint64, error) { return 50_000_000, nil }
	m.o.Root = func() bool { return true }
	m.o.Access = refuseMissing(m, m.o.Access)
	report := m.examine()
	assert.False(t, report.Well())
	m.golden(report, "troubles")
	for _, f := range report.Findings {
		if f.Level != doctor.Good {
			assert.NotEmpty(t, f.Why, "%s", f.What)
			assert.NotEmpty(t, f.Do, "%s", f.What)
		}
	}
}

// refuseMissing adds the error of the system for a port that is not there.
func refuseMissing(m *host, access func(string) error) func(string) error {
	return func(port string) error {
		if strings.HasSuffix(port, "gone") {
			return m.o.Host.Access(port)
		}
		return access(port)
	}
}

// Five devices that speak or have to be asked, each on a pseudo-terminal behind an adapter.
func TestDevicesAreRecognisedAndOffered(t *testing.T) {
	m := newMachine(t)
	for i, name := range []string{"nonin-df7", "masimo", "nellcor", "contec", "suntech"} {
		tty := fmt.Sprintf("ttyUSB%d", i)
		m.plug(tty, name)
		m.adapter(tty, fmt.Sprintf("1-%d", i+1), "0403", "6001", "FTDI", "FT232R", fmt.Sprintf("A%d", i))
	}
	m.config("  - {name: finger, driver: nonin, port: ROOT/dev/serial/by-id/usb-FTDI_A0-if00-port0}\n" +
		"  - {name: ear, driver: masimo, port: ROOT/dev/ttyUSB1}\n")
	m.o.Asks = devices.AsksAttended
	report := m.examine()
	assert.True(t, report.Well())
	m.golden(report, "recognised")
	c, err := config.Parse("offer", []byte("site: a\nroom: b\n"+report.Offer))
	require.NoError(t, err, "what is offered can be used")
	require.Len(t, c.Devices, 3)
	assert.Equal(t, []string{"nellcor", "contec", "suntech"}, []string{c.Devices[0].Driver, c.Devices[1].Driver, c.Devices[2].Driver})
	assert.Equal(t, []string{"oximeter", "oximeter-2", "cuff"}, []string{c.Devices[0].Name, c.Devices[1].Name, c.Devices[2].Name})
}

// Without leave to ask, what waits for a question is silent, which is as expected where the configuration says what it is,
// and a problem where nobody expects it. Where another device speaks than the one that is expected, that is a problem.
func TestWhatIsExpectedIsHeldAgainstWhatSpeaks(t *testing.T) {
	m := newMachine(t)
	m.plug("ttyUSB0", "suntech")
	m.plug("ttyUSB1", "masimo")
	m.plug("ttyUSB2", "nonin-df2")
	for i := range 3 {
		m.adapter(fmt.Sprintf("ttyUSB%d", i), fmt.Sprintf("1-%d", i+1), "0403", "6001", "FTDI", "FT232R", fmt.Sprintf("A%d", i))
	}
	m.config(`  - {name: cuff, driver: suntech, port: ROOT/dev/serial/by-id/usb-FTDI_A0-if00-port0}
  - {name: finger, driver: nellcor, port: ROOT/dev/serial/by-id/usb-FTDI_A1-if00-port0}
  - {name: toe, driver: auto, port: ROOT/dev/serial/by-id/usb-FTDI_A2-if00-port0}
`)
	report := m.examine()
	assert.Equal(t, 1, report.Problems())
	m.golden(report, "expected")
}

func TestNothingPluggedInIsAProblem(t *testing.T) {
	m := newMachine(t)
	m.config("  - {name: finger, driver: nonin, port: ROOT/dev/ttyUSB0}\n")
	m.o.Access = m.o.Host.Access
	m.golden(m.examine(), "nothing")
}

func TestAConfigurationWithMistakesIsReportedLineByLine(t *testing.T) {
	m := newMachine(t)
	m.file("bedside.yaml", "site: Clinic\nroom: room-1\ndevices:\n  - {name: a, driver: nonni, port: /dev/ttyUSB0}\n")
	m.o.File = m.path("bedside.yaml")
	report := m.examine()
	var whats []string
	for _, f := range report.Findings {
		if f.Area == "Configuration" {
			assert.Equal(t, doctor.Problem, f.Level)
			whats = append(whats, f.What)
		}
	}
	require.Len(t, whats, 2)
	assert.Contains(t, whats[0], "bedside.yaml:1:7: ")
	assert.Contains(t, whats[1], `no driver is called "nonni"; did you mean nonin?`)
}

func TestTheClock(t *testing.T) {
	m := newMachine(t)
	right := m.o.Clock().Now
	for _, c := range []struct {
		clock machine.Clock
		level doctor.Level
		says  string
	}{
		{machine.Clock{Now: right, Known: true, Synced: true}, doctor.Good, "2026-11-21 09:00:00 UTC; it follows a time server"},
		{machine.Clock{Now: right, Known: true}, doctor.Problem, "it does not follow a time server"},
		{machine.Clock{Now: right}, doctor.Note, "does not tell"},
		{machine.Clock{Now: right.AddDate(-7, 0, 0), Known: true, Synced: true}, doctor.Problem, "but the program was built on 2026-10-21"},
	} {
		m.o.Clock = func() machine.Clock { return c.clock }
		f := finding(t, m.examine(), "Clock")
		assert.Equal(t, c.level, f.Level)
		assert.Contains(t, f.What, c.says)
	}
	m.o.Clock = nil // the machine itself has one
	assert.NotEmpty(t, finding(t, m.examine(), "Clock").What)
}

func finding(t *testing.T, r doctor.Report, area string) doctor.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Area == area {
			return f
		}
	}
	require.FailNow(t, "nothing about "+area)
	return doctor.Finding{}
}

func TestTheDisk(t *testing.T) {
	m := newMachine(t)
	m.config("  - {name: finger, driver: nonin, port: ROOT/dev/ttyUSB0}\n")
	for _, c := range []struct {
		free  uint64
		err   error
		level doctor.Level
		says  string
	}{
		{20_000_000_000, nil, doctor.Good, "20 GB free"},
		{machine.EnoughSpace, nil, doctor.Good, "1 GB free"},
		{machine.EnoughSpace - 1, nil, doctor.Note, "999 MB free"},
		{machine.LittleSpace, nil, doctor.Note, "500 MB free"},
		{machine.LittleSpace - 1, nil, doctor.Problem, "499 MB free"},
		{0, errors.New("odd"), doctor.Note, "not known: odd"},
	} {
		m.o.Disk = func(string) (uint64, error) { return c.free, c.err }
		f := finding(t, m.examine(), "Disk")
		assert.Equal(t, c.level, f.Level)
		assert.Contains(t, f.What, c.says)
	}
	m.file("var", "a file where a folder should be")
	f := finding(t, m.examine(), "Disk")
	assert.Equal(t, doctor.Problem, f.Level)
	assert.Contains(t, f.What, "cannot be")
	m.o.Disk = nil
	m.o.File = ""
	assert.NotEmpty(t, finding(t, m.examine(), "Disk").What)
}

// serve lets a server greet everybody with that line, and returns its address.
func serve(t *testing.T, greeting string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, err = c.Write([]byte(greeting))
			assert.NoError(t, errors.Join(err, c.Close()))
		}
	}()
	t.Cleanup(func() {
		assert.NoError(t, l.Close())
		<-done
	})
	return l.Addr().String()
}

func TestTheSitesServer(t *testing.T) {
	const good = `INFO {"server_name":"hub","version":"2.12.0","jetstream":true}` + "\r\n"
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := free.Addr().String()
	require.NoError(t, free.Close())
	for _, c := range []struct {
		url   string
		level doctor.Level
		says  string
	}{
		{"nats://" + serve(t, good), doctor.Good, "NATS 2.12.0 hub answers, with JetStream"},
		{"nats://" + serve(t, `INFO {"version":"2.12.0"}`+"\r\n"), doctor.Problem, "without JetStream"},
		{"tls://" + serve(t, good), doctor.Problem, "without TLS"},
		{"nats://" + serve(t, "SSH-2.0\r\n"), doctor.Problem, "does not speak NATS"},
		{"nats://" + serve(t, ""), doctor.Problem, "does not speak NATS"},
		{"nats://" + nobody, doctor.Problem, "nobody answers"},
	} {
		m := newMachine(t)
		m.file("bedside.yaml", fmt.Sprintf("site: a\nroom: b\ndevices: [{name: a, driver: nonin, port: /dev/none}]\nnats: {url: %q}\n", c.url))
		m.o.File = m.path("bedside.yaml")
		f := finding(t, m.examine(), "NATS")
		assert.Equal(t, c.level, f.Level, c.url)
		assert.Contains(t, f.What, c.says)
	}
}

func TestAddressesThatAreTaken(t *testing.T) {
	m := newMachine(t)
	taken := serve(t, "")
	m.file("bedside.yaml", fmt.Sprintf("site: a\nroom: b\ndevices: [{name: a, driver: nonin, port: /dev/none}]\nconsole: {listen: %q}\n"+
		"nats: {listen: \"127.0.0.1:0\"}\n", taken))
	m.o.File = m.path("bedside.yaml")
	f := finding(t, m.examine(), "Room page")
	assert.Equal(t, doctor.Problem, f.Level)
	assert.Equal(t, "another program listens on "+taken, f.What)
	m.file("proc/77/comm", "bedside\n")
	f = finding(t, m.examine(), "Room page")
	assert.Equal(t, doctor.Good, f.Level)
	assert.Equal(t, taken+" is in use, and an agent runs: process 77 (bedside)", f.What)
}

// A port that another program has locked without this user seeing its open files.
func TestAPortThatIsLockedIsLeftAlone(t *testing.T) {
	m := newMachine(t)
	m.plug("ttyUSB0", "nonin-df2")
	m.adapter("ttyUSB0", "1-1", "0403", "6001", "FTDI", "FT232R", "A0")
	held, err := serialport.Open(m.path("dev/ttyUSB0"), devices.Line{Baud: 9600, DataBits: 8, StopBits: 1})
	require.NoError(t, err)
	defer func() { assert.NoError(t, held.Close()) }()
	var says []string
	for _, f := range m.examine().Findings {
		if f.Area == "Serial ports" && f.Level == doctor.Problem {
			says = append(says, f.What)
		}
	}
	require.Len(t, says, 1)
	assert.Contains(t, says[0], ": in use by ")
}

func TestTheEndOfTheContextEndsIt(t *testing.T) {
	m := newMachine(t)
	m.plug("ttyUSB0", "nonin-df2")
	m.adapter("ttyUSB0", "1-1", "0403", "6001", "FTDI", "FT232R", "A0")
	ctx, cancel := context.WithCancel(t.Context())
	m.o.Progress = func(string) { cancel() }
	_, err := doctor.Examine(ctx, m.o)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestTheSpeaker(t *testing.T) {
	for _, c := range []struct {
		config string
		err    error
		level  doctor.Level
		says   string
	}{
		{"", nil, doctor.Note, "the room has no speaker"},
		{"sound: {command: aplay, device: front}", nil, doctor.Good, "aplay can play on device front"},
		{"sound: {command: aplay}", fmt.Errorf("speaker: %w", speaker.ErrNoAplay), doctor.Problem, "aplay is not installed"},
		{"sound: {command: aplay}", errors.New("speaker: aplay: audio open error: Device or resource busy"), doctor.Problem, "device default cannot be played: aplay: audio open error"},
	} {
		m := newMachine(t)
		m.file("bedside.yaml", "site: a\nroom: b\ndevices: [{name: a, driver: nonin, port: /dev/none}]\n"+c.config+"\n")
		m.o.File = m.path("bedside.yaml")
		m.o.Sound = func(_ context.Context, device string) error {
			assert.Contains(t, []string{"default", "front"}, device)
			return c.err
		}
		f := finding(t, m.examine(), "Room sound")
		assert.Equal(t, c.level, f.Level)
		assert.Contains(t, f.What, c.says)
	}
}
