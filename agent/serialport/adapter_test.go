package serialport_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/serialport"
)

// machine makes the files of a machine below a folder of its own, from path to text; a text that begins with -> is a link.
func machine(t *testing.T, files map[string]string) (root string, h serialport.Host) {
	t.Helper()
	root = t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if target, ok := cutLink(text); ok {
			require.NoError(t, os.Symlink(target, path))
			continue
		}
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return root, serialport.Host{
		Dev: filepath.Join(root, "dev"), Sys: filepath.Join(root, "sys"), Proc: filepath.Join(root, "proc"), Run: filepath.Join(root, "run"),
	}
}

func cutLink(text string) (string, bool) {
	if len(text) > 2 && text[:2] == "->" {
		return text[2:], true
	}
	return "", false
}

func TestAdaptersAreDescribed(t *testing.T) {
	root, h := machine(t, map[string]string{
		"dev/ttyUSB0": "",
		"dev/ttyS0":   "",
		"dev/serial/by-id/usb-FTDI_A10K-if00-port0":          "->../../ttyUSB0",
		"dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0":    "->../../ttyUSB0",
		"sys/devices/usb1/1-2/idVendor":                      "0403\n",
		"sys/devices/usb1/1-2/idProduct":                     "6001\n",
		"sys/devices/usb1/1-2/manufacturer":                  "FTDI\n",
		"sys/devices/usb1/1-2/product":                       "FT232R \x1b[31mUART\n",
		"sys/devices/usb1/1-2/serial":                        "A10K\n",
		"sys/devices/usb1/1-2/1-2:1.0/bInterfaceNumber":      "00\n",
		"sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/driver":        "->../../../../../bus/usb-serial/drivers/ftdi_sio",
		"sys/class/tty/ttyUSB0/device":                       "->../../../devices/usb1/1-2/1-2:1.0/ttyUSB0",
		"sys/class/tty/ttyUSB0/dev":                          "188:0\n",
		"sys/devices/board/driver":                           "->../../bus/platform/drivers/serial8250",
		"sys/class/tty/ttyS0/device":                         "->../../../devices/board",
		"sys/class/tty/ttyS0/type":                           "4\n",
		"sys/class/tty/ttyS1/device":                         "->../../../devices/board",
		"sys/class/tty/ttyS1/type":                           "0\n",
		"sys/class/tty/console/active":                       "tty0 ttyS0\n",
		"sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/latency_timer": "16\n",
		"sys/class/tty/tty1/dev":                             "4:1\n",
		"run/udev/data/c188:0":                               "S:serial/by-id/x\nE:ID_MM_DEVICE_IGNORE=1\n",
	})
	got, err := h.Adapters()
	require.NoError(t, err)
	dev := filepath.Join(root, "dev")
	assert.Equal(t, []serialport.Adapter{
		{Device: filepath.Join(dev, "ttyS0"), Kernel: "serial8250", Console: true, ByID: []string{}, ByPath: []string{}},
		{
			Device: filepath.Join(dev, "ttyUSB0"), Kernel: "ftdi_sio", Vendor: "0403", Product: "6001", Maker: "FTDI",
			Model: "FT232R [31mUART", Serial: "A10K", Interface: "00", LeftAlone: true, Latency: 16 * time.Millisecond,
			ByID:   []string{filepath.Join(dev, "serial/by-id/usb-FTDI_A10K-if00-port0")},
			ByPath: []string{filepath.Join(dev, "serial/by-path/pci-0000:00:14.0-usb-0:2:1.0")},
		},
	}, normal(got))
	assert.True(t, got[1].USB())
	assert.False(t, got[0].USB())
}

// normal makes no difference between no names and an empty list of names.
func normal(list []serialport.Adapter) []serialport.Adapter {
	for i := range list {
		list[i].ByID = append([]string{}, list[i].ByID...)
		list[i].ByPath = append([]string{}, list[i].ByPath...)
	}
	return list
}

func TestAMachineWithoutPortsIsNoError(t *testing.T) {
	got, err := serialport.Host{Sys: t.TempDir()}.Adapters()
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestWhoHoldsAPortIsNamed(t *testing.T) {
	root, h := machine(t, map[string]string{
		"dev/ttyUSB0":       "",
		"dev/oximeter":      "->ttyUSB0",
		"proc/705/comm":     "minicom\n",
		"proc/12/comm":      "ModemManager\n",
		"proc/12/cmdline":   "/usr/sbin/ModemManager\x00--debug\x00",
		"proc/12/fd/0":      "->/dev/null",
		"proc/sys/kernel/x": "",
		"proc/" + strconv.Itoa(os.Getpid()) + "/comm": "ModemManager\n",
	})
	require.NoError(t, os.MkdirAll(filepath.Join(root, "proc/705/fd"), 0o755))
	require.NoError(t, os.Symlink(filepath.Join(root, "dev/ttyUSB0"), filepath.Join(root, "proc/705/fd/3")))
	got := h.Holders(filepath.Join(root, "dev/oximeter"))
	require.Len(t, got, 1)
	assert.Equal(t, "process 705 (minicom)", got[0].String())
	assert.Empty(t, h.Holders(filepath.Join(root, "dev/nothing")))
	assert.Equal(t, []serialport.Process{{ID: 12, Name: "ModemManager", Args: []string{"/usr/sbin/ModemManager", "--debug"}}}, h.Running("ModemManager"), "this process does not count")
}

func TestAccessIsToldWithoutOpening(t *testing.T) {
	root, h := machine(t, map[string]string{"dev/ttyUSB0": ""})
	path := filepath.Join(root, "dev/ttyUSB0")
	assert.NoError(t, h.Access(path))
	assert.ErrorIs(t, h.Access(path+"9"), serialport.ErrNoDevice)
	for dir := filepath.Dir(path); dir != os.TempDir() && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	require.NoError(t, os.Chmod(path, 0o000))
	var err error
	unprivileged(t, func() { err = h.Access(path) })
	assert.ErrorIs(t, err, serialport.ErrPermission)
}
