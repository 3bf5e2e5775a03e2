package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

func drivers() []devices.Driver {
	return []devices.Driver{
		{Name: "nonin", Kind: devices.Oximeter},
		{Name: "suntech", Kind: devices.Cuff, Starts: true, NewSession: func(s devices.Settings) (devices.Session, error) {
			if s.InitialPressure > 250 {
				return nil, errors.New("suntech: initial pressure 120 to 250 mmHg")
			}
			return nil, nil
		}},
		{Name: "listener", Kind: devices.Cuff},
		{Name: "five", Kind: devices.Oximeter, Variants: []devices.Variant{{Name: "old-19200"}, {Name: "old-4800"}, {Name: "usb"}}},
	}
}

// conditions is a list like the built-in one, fixed so that the messages do not move with it.
func conditions() []alerts.Condition {
	bound := func(v devices.Vital, side alerts.Side, limit, over int) alerts.Bound {
		return alerts.Bound{Vital: v, Side: side, Limit: limit, Clear: over}
	}
	sustained := []alerts.Escalation{{After: time.Minute, Priority: alerts.High}}
	return []alerts.Condition{
		{
			ID: "spo2_crit", Latching: true, Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.SpO2, alerts.Below, 85, 87)},
			Priority: alerts.High, Hold: 10 * time.Second,
		},
		{
			ID: "spo2_low", Latching: true, Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.SpO2, alerts.Below, 90, 92)},
			Priority: alerts.Medium, Hold: 15 * time.Second, Escalations: sustained,
		},
		{
			ID: "spo2_drift", Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.SpO2, alerts.Below, 92, 94)},
			Priority: alerts.Low, Hold: time.Minute,
		},
		{
			ID: "hr_xhigh", Latching: true, Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.PulseRate, alerts.AtLeast, 150, 145)},
			Priority: alerts.High, Hold: 10 * time.Second,
		},
		{
			ID: "hr_high", Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.PulseRate, alerts.AtLeast, 120, 115)},
			Priority: alerts.Medium, Hold: 30 * time.Second,
		},
		{
			ID: "hr_low", Kind: alerts.Physiological, Bounds: []alerts.Bound{bound(devices.PulseRate, alerts.Below, 50, 55)},
			Priority: alerts.Medium, Hold: 15 * time.Second,
		},
		{ID: "bp_severe", Kind: alerts.Physiological, Bounds: []alerts.Bound{
			bound(devices.Systolic, alerts.AtLeast, 180, 175), bound(devices.Diastolic, alerts.AtLeast, 110, 107),
		}, Latching: true, Priority: alerts.Medium, Escalations: []alerts.Escalation{{Readings: 2, Priority: alerts.High}}},
		{ID: "sensor_off", Kind: alerts.Technical, Trigger: alerts.SensorOff, Priority: alerts.Medium, Hold: 15 * time.Second},
	}
}

func parse(name, text string) (*config.Config, error) {
	return config.ParseWith(name, []byte(text), drivers(), conditions())
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(text)
}

func TestGood(t *testing.T) {
	full, err := parse("good-full.yaml", read(t, "good-full.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "clinic", full.Site)
	assert.Equal(t, wire.Test, full.Mode)
	assert.Equal(t, "built-in", full.Profile)
	assert.Equal(t, []config.Device{
		{Name: "oximeter", Driver: "nonin", Port: "/dev/serial/by-id/usb-FTDI_Oximeter-if00-port0"},
		{Name: "cuff", Driver: "suntech", Port: "/dev/ttyUSB1", AgentStarts: true, InitialPressure: 160, SameArmAs: "oximeter"},
	}, full.Devices)
	assert.Equal(t, config.NATS{Listen: "127.0.0.1:4223", Store: "/srv/nats"}, full.NATS)
	assert.True(t, full.NATS.Embedded())
	assert.Equal(t, config.Record{
		Path: "/srv/record.db", Keep: 45*24*time.Hour + 12*time.Hour, MaxSize: 2_000_000_000, Waves: true,
	}, full.Record)
	assert.Equal(t, "[::1]:8081", full.Console.Listen)
	assert.Equal(t, map[string]string{
		"unit": "kPa", "label-pulse-rate": "HR", "label-blood-pressure": "RR", "colour-pulse-rate": "orange", "colour-blood-pressure": "green",
	}, full.Console.Attributes(), "what is not set is not said")
	assert.Equal(t, config.Capture{Folder: "/srv/capture", Keep: 1_000_000_000}, full.Capture)

	least, err := parse("good-minimal.yaml", read(t, "good-minimal.yaml"))
	require.NoError(t, err)
	want := config.Default()
	assert.Equal(t, want.NATS, least.NATS)
	assert.Equal(t, want.Console, least.Console)
	assert.Equal(t, want.Record, least.Record)
	assert.Equal(t, wire.Live, least.Mode)
	assert.Zero(t, least.Capture, "bytes are kept only where somebody asks for it")
	assert.Equal(t, "built-in", least.Profile)
	assert.Equal(t, "7", least.Room, "a number is taken as it is written")

	bus, err := parse("good-bus.yaml", read(t, "good-bus.yaml"))
	require.NoError(t, err)
	assert.Equal(t, config.NATS{
		URLs: []string{"tls://a.example:4222", "tls://b.example:4222"}, CredentialsFile: "/etc/bedside/room.creds",
		TLS: config.TLS{CAFile: "/etc/bedside/ca.pem", CertFile: "/etc/bedside/room.pem", KeyFile: "/etc/bedside/room.key"},
	}, bus.NATS)
	assert.False(t, bus.NATS.Embedded())
	assert.Equal(t, config.Capture{Folder: "/var/lib/bedside/capture", Keep: 64_000_000}, bus.Capture)
}

// TestBad compares the whole report of each faulty file with the text beside it: the first lines of a bad-*.yaml say
// what is wrong with it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "bad-*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			c, err := parse(name, read(t, name))
			require.Error(t, err)
			assert.Nil(t, c)
			assert.IsType(t, config.Errors{}, err)
			want := strings.TrimSuffix(name, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(filepath.Join("testdata", want), []byte(err.Error()+"\n"), 0o644))
			}
			assert.Equal(t, read(t, want), err.Error()+"\n")
		})
	}
}

func TestErrorsCarryTheirPlace(t *testing.T) {
	_, err := parse("x.yaml", read(t, "bad-duration.yaml"))
	var all config.Errors
	require.ErrorAs(t, err, &all)
	assert.Equal(t, "x.yaml", all[0].File)
	assert.Equal(t, 9, all[0].Line)
	assert.Equal(t, 11, all[0].Column)
}

func TestLoad(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "good-*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		c, err := config.Load(path)
		require.NoError(t, err, "with the real drivers and conditions")
		_, err = c.Conditions(profiles.BuiltIn().Conditions())
		require.NoError(t, err)
	}

	_, err = config.Load(filepath.Join(t.TempDir(), "absent.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)

	_, err = config.Load(t.TempDir())
	require.Error(t, err)

	big := filepath.Join(t.TempDir(), "big.yaml")
	require.NoError(t, os.WriteFile(big, []byte(strings.Repeat("site: a\n", 1<<18)), 0o600))
	_, err = config.Load(big)
	require.ErrorContains(t, err, "larger than 1048576 bytes")
}

func TestManyErrorsAreCutShort(t *testing.T) {
	_, err := parse("x.yaml", strings.Repeat("site: a\n", 20_000))
	var all config.Errors
	require.ErrorAs(t, err, &all)
	assert.Len(t, all, 20_001)
	assert.Less(t, len(err.Error()), 10_000)
	assert.Contains(t, err.Error(), "and 19971 more")
}

func TestPasswordsStayOutOfReports(t *testing.T) {
	_, err := parse("x.yaml", head+"  nope: {}\nnats: {url: 'nats://nurse:s3cret@host', urls: [nats://a:s3cret@b, nats://s3cret@c]}\n")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cret")
	assert.Contains(t, err.Error(), "@host")
}

// TestReferenceIsComplete takes every key of the table and expects the decoder to know it, and compares the whole table
// with what was read and approved.
func TestReference(t *testing.T) {
	got := config.Reference()
	path := filepath.Join("testdata", "reference.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	assert.Equal(t, read(t, "reference.md"), got)
	assert.NotContains(t, got, "|  |", "an empty cell")
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	require.NoError(f, err)
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse("fuzz.yaml", text)
		if (c == nil) == (err == nil) {
			t.Fatalf("either a configuration or an error: %v, %v", c, err)
		}
		if err != nil {
			checkErrors(t, text, err)
			return
		}
		if !wire.ValidToken(c.Site) || !wire.ValidToken(c.Room) || len(c.Devices) == 0 || c.Record.Keep < 24*time.Hour {
			t.Fatalf("accepted although it is not valid: %+v", c)
		}
		for _, d := range c.Devices {
			if !wire.ValidToken(d.Name) || !filepath.IsAbs(d.Port) {
				t.Fatalf("accepted although it is not valid: %+v", d)
			}
		}
	})
}

// checkErrors demands a place inside the text and a report that is safe to print.
func checkErrors(t *testing.T, text string, err error) {
	t.Helper()
	var all config.Errors
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("not a list of errors: %v", err)
	}
	lines := len(regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]").FindAllString(text, -1)) + 1
	for _, e := range all {
		if e.Line < 0 || e.Line > lines || e.Line > 0 && e.Column < 1 {
			t.Fatalf("%d:%d is not in the text: %s", e.Line, e.Column, e.Message)
		}
	}
	if strings.ContainsAny(err.Error(), "\x00\x07\x1b\x7f") {
		t.Fatalf("control characters in %q", err)
	}
}

func TestADeviceMayBeLeftToTheAgentToRecognise(t *testing.T) {
	c, err := parse("x.yaml", "site: a\nroom: b\ndevices:\n  - {name: a, driver: auto, port: /dev/ttyUSB0}\n")
	require.NoError(t, err)
	assert.Equal(t, config.Auto, c.Devices[0].Driver)
}

func TestVariantIsKept(t *testing.T) {
	c, err := parse("x.yaml", "site: a\nroom: b\ndevices:\n  - {name: a, driver: five, port: /dev/ttyUSB0, variant: usb}\n  - {name: b, driver: five, port: /dev/ttyUSB1}\n")
	require.NoError(t, err)
	assert.Equal(t, "usb", c.Devices[0].Variant)
	assert.Empty(t, c.Devices[1].Variant)
}

func TestEveryValueIsThereAsItWasWritten(t *testing.T) {
	c, err := parse("bedside.yaml", "site: clinic\nroom: room-1 # the blue one\nrecord: {keep: 45d12h}\ndevices:\n"+
		"  - {name: oximeter, driver: nonin, port: /dev/ttyUSB0}\n")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"site": "clinic", "room": "room-1", "record.keep": "45d12h",
		"devices[0].name": "oximeter", "devices[0].driver": "nonin", "devices[0].port": "/dev/ttyUSB0",
	}, c.Written())
	assert.Nil(t, config.Default().Written())
}

// A room on the site's bus belongs to a station, one on its own does not, unless the file says otherwise.
func TestStationIsExpectedOnTheSitesBus(t *testing.T) {
	for lines, want := range map[string]bool{
		"": false, "station: expected": true, "station: none": false,
		`nats: {url: "tls://nats.example:4222"}`:                  true,
		"nats: {url: \"tls://nats.example:4222\"}\nstation: none": false,
	} {
		c, err := config.Parse("bedside.yaml", []byte("site: clinic\nroom: room-1\ndevices: [{name: oximeter, driver: nonin, port: /dev/ttyUSB0}]\n"+lines))
		require.NoError(t, err)
		assert.Equal(t, want, c.ExpectsStation(), lines)
	}
}
