package serialport_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/serialport"
	"bedside/devices"
)

var nonin = devices.Line{Baud: 9600, DataBits: 8, StopBits: 1}

// patience is how long a test waits for an event that is due at once. It only ends a test that failed.
const patience = 10 * time.Second

// holdPort is set for the test binary when it stands in for another agent, see TestMain.
const holdPort = "BEDSIDE_TEST_HOLD_PORT"

// TestMain lets the test binary be another agent that holds a port until it is killed.
func TestMain(m *testing.M) {
	path := os.Getenv(holdPort)
	if path == "" {
		os.Exit(m.Run())
	}
	if _, err := serialport.Open(path, nonin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("open")
	select {}
}

// closeAfter closes c when the test ends, unless the test did.
func closeAfter(t testing.TB, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
}

// terminal is a pseudo-terminal whose far end is the device and whose near end has only a name, a symbolic link.
func terminal(t testing.TB) (device *os.File, name string) {
	t.Helper()
	device, near, err := pty.Open()
	require.NoError(t, err)
	closeAfter(t, device)
	name = filepath.Join(t.TempDir(), "oximeter")
	require.NoError(t, os.Symlink(near.Name(), name))
	closeAfter(t, near) // open till then, it keeps the terminal alive while no port is open
	return device, name
}

func open(t testing.TB, name string) *serialport.Port {
	t.Helper()
	p, err := serialport.Open(name, nonin)
	require.NoError(t, err)
	closeAfter(t, p)
	return p
}

// reading starts a Read without a deadline and returns its error when it ends. The first byte shows that it runs.
func reading(t *testing.T, device io.Writer, p *serialport.Port) <-chan error {
	t.Helper()
	first, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		b := make([]byte, 16)
		_, err := p.Read(b)
		first <- err
		_, err = p.Read(b)
		ended <- err
	}()
	_, err := device.Write([]byte{1})
	require.NoError(t, err)
	require.NoError(t, within(t, first))
	return ended
}

func within[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing happened")
		panic("unreachable")
	}
}

func TestBytesPassBothWaysUnchanged(t *testing.T) {
	device, name := terminal(t)
	p := open(t, name)
	all := make([]byte, 256) // every byte, so that no line discipline may touch any
	for i := range all {
		all[i] = byte(i)
	}
	for _, way := range []struct{ from, to io.ReadWriter }{{device, p}, {p, device}} {
		n, err := way.from.Write(all)
		require.NoError(t, err)
		require.Equal(t, 256, n)
		got := make([]byte, 256)
		_, err = io.ReadFull(way.to, got)
		require.NoError(t, err)
		assert.Equal(t, all, got)
	}
	assert.Equal(t, name, p.Path())
	assert.Zero(t, p.Latency(), "a pseudo-terminal has no latency timer")
}

func TestOldBytesAreDiscardedAtOpen(t *testing.T) {
	device, name := terminal(t)
	first := open(t, name)
	_, err := device.Write([]byte("old"))
	require.NoError(t, err)
	one := make([]byte, 1)
	_, err = first.Read(one) // proof that the bytes have arrived in the system's buffer
	require.NoError(t, err)
	require.NoError(t, first.Close())

	second := open(t, name)
	_, err = device.Write([]byte("new"))
	require.NoError(t, err)
	got := make([]byte, 16)
	n, err := second.Read(got)
	require.NoError(t, err)
	assert.Equal(t, "new", string(got[:n]))
}

func TestDeadlineEndsARead(t *testing.T) {
	_, name := terminal(t)
	p := open(t, name)
	require.NoError(t, p.SetReadDeadline(time.Now().Add(time.Millisecond)))
	n, err := p.Read(make([]byte, 16))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestDeadlineReachesAReadThatWaitsAlready(t *testing.T) {
	device, name := terminal(t)
	p := open(t, name)
	ended := reading(t, device, p)
	require.NoError(t, p.SetReadDeadline(time.Unix(1, 0)))
	assert.ErrorIs(t, within(t, ended), os.ErrDeadlineExceeded)
}

func TestUnplugEndsAReadAndCloseDoesNotHang(t *testing.T) {
	device, name := terminal(t)
	p := open(t, name)
	ended := reading(t, device, p)
	require.NoError(t, device.Close())

	err := within(t, ended)
	require.ErrorIs(t, err, serialport.ErrUnplugged)
	assert.NotErrorIs(t, err, io.EOF, "an unplugged device is no end of file to anyone who copies bytes")
	_, err = p.Write([]byte{1})
	require.ErrorIs(t, err, serialport.ErrUnplugged)

	closed := make(chan error, 1)
	go func() { closed <- p.Close() }()
	assert.NoError(t, within(t, closed))
}

func TestOwnCloseEndsARead(t *testing.T) {
	device, name := terminal(t)
	p := open(t, name)
	ended := reading(t, device, p)
	require.NoError(t, p.Close())
	err := within(t, ended)
	assert.ErrorIs(t, err, os.ErrClosed)
	assert.NotErrorIs(t, err, serialport.ErrUnplugged)
	assert.NoError(t, p.Close(), "closing twice is harmless")
	_, err = p.Read(make([]byte, 1))
	assert.ErrorIs(t, err, os.ErrClosed)
	assert.ErrorIs(t, p.SetReadDeadline(time.Time{}), os.ErrClosed)
}

func TestAWriteThatDoesNotLeaveEnds(t *testing.T) {
	_, name := terminal(t) // nobody reads the far end
	p := open(t, name)
	ended := make(chan error, 1)
	go func() {
		_, err := p.Write(make([]byte, 1<<20))
		ended <- err
	}()
	assert.ErrorIs(t, within(t, ended), os.ErrDeadlineExceeded)
}

func TestBytesWrittenJustBeforeCloseArrive(t *testing.T) {
	device, name := terminal(t)
	p := open(t, name)
	_, err := p.Write([]byte("stop"))
	require.NoError(t, err)
	require.NoError(t, p.Close())
	got := make([]byte, 4)
	_, err = io.ReadFull(device, got)
	require.NoError(t, err)
	assert.Equal(t, "stop", string(got))
}

func TestAPortIsOpenedOnce(t *testing.T) {
	_, name := terminal(t)
	first := open(t, name)
	other := filepath.Join(t.TempDir(), "same-port-other-name")
	require.NoError(t, os.Symlink(name, other))

	_, err := serialport.Open(other, nonin)
	require.ErrorIs(t, err, serialport.ErrBusy)
	assert.Contains(t, err.Error(), "held by process "+strconv.Itoa(os.Getpid())+" (")

	require.NoError(t, first.Close())
	open(t, other)
}

func TestAKilledAgentLeavesThePortFree(t *testing.T) {
	_, name := terminal(t)
	agent := exec.Command(os.Args[0])
	agent.Env = append(os.Environ(), holdPort+"="+name)
	agent.Stderr = os.Stderr
	out, err := agent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, agent.Start())
	t.Cleanup(func() {
		if err := agent.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "open\n", line)

	_, err = serialport.Open(name, nonin)
	require.ErrorIs(t, err, serialport.ErrBusy)
	assert.Contains(t, err.Error(), strconv.Itoa(agent.Process.Pid))

	require.NoError(t, agent.Process.Kill())
	var exit *exec.ExitError
	require.ErrorAs(t, agent.Wait(), &exit)
	open(t, name)
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	dangling := filepath.Join(folder, "dangling")
	require.NoError(t, os.Symlink(filepath.Join(folder, "gone"), dangling))
	_, name := terminal(t)

	for _, c := range []struct {
		name, path string
		line       devices.Line
		want       error
		says       string
	}{
		{"missing", filepath.Join(folder, "missing"), nonin, serialport.ErrNoDevice, "plug it in, or correct the name of the port"},
		{"dangling", dangling, nonin, serialport.ErrNoDevice, "no such device"},
		{"missing is fs.ErrNotExist", dangling, nonin, fs.ErrNotExist, dangling},
		{"file", file, nonin, serialport.ErrNotSerial, "check the name of the port"},
		{"folder", folder, nonin, serialport.ErrNotSerial, "check the name of the port"},
		{"other device", os.DevNull, nonin, serialport.ErrNotSerial, os.DevNull},
		{"no baud", name, devices.Line{DataBits: 8, StopBits: 1}, serialport.ErrLine, "0 baud"},
		{"data bits", name, devices.Line{Baud: 9600, DataBits: 9, StopBits: 1}, serialport.ErrLine, "9 data bits"},
		{"stop bits", name, devices.Line{Baud: 9600, DataBits: 8}, serialport.ErrLine, "0 stop bits"},
		{"parity", name, devices.Line{Baud: 9600, DataBits: 8, StopBits: 1, Parity: 9}, serialport.ErrLine, "parity 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := serialport.Open(c.path, c.line)
			require.ErrorIs(t, err, c.want)
			assert.Nil(t, p)
			assert.Contains(t, err.Error(), "serialport: "+c.path+": ")
			assert.Contains(t, err.Error(), c.says)
			var e *serialport.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.path, e.Path)
		})
	}
	assert.False(t, serialport.Present(dangling))
	assert.True(t, serialport.Present(name))
}

func TestMissingPortNamesThoseThatAreThere(t *testing.T) {
	dev := t.TempDir()
	ids := filepath.Join(dev, "serial", "by-id")
	require.NoError(t, os.MkdirAll(ids, 0o700))
	there := filepath.Join(ids, "usb-FTDI_A10K-if00-port0")
	require.NoError(t, os.WriteFile(there, nil, 0o600))
	_, err := serialport.Host{Dev: dev}.Open(filepath.Join(ids, "usb-FTDI_B20X-if00-port0"), nonin)
	require.ErrorIs(t, err, serialport.ErrNoDevice)
	assert.Contains(t, err.Error(), "(there now: "+there+")")
}

// unprivileged runs f on a thread that is nobody, if the tests run as root. The thread ends with it.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the runtime throws the thread away
		if os.Getuid() == 0 {
			_, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, ^uintptr(0), 65534, ^uintptr(0))
			if errno != 0 {
				failed <- errno
				return
			}
		}
		f()
		failed <- nil
	}()
	require.NoError(t, within(t, failed))
}

func TestPermissionSaysHowToGetIt(t *testing.T) {
	_, near, err := pty.Open()
	require.NoError(t, err)
	closeAfter(t, near)
	for _, c := range []struct {
		mode os.FileMode
		says string
	}{
		{0o000, "install the udev rule"}, // no group opens it
		{0o060, "group"},                 // the group does; the thread is not in it, or got in too late
	} {
		require.NoError(t, near.Chmod(c.mode))
		unprivileged(t, func() { _, err = serialport.Open(near.Name(), nonin) })
		if c.mode == 0o060 && err == nil {
			continue // the tests' user is in the terminal's group
		}
		require.ErrorIs(t, err, serialport.ErrPermission)
		require.ErrorIs(t, err, fs.ErrPermission)
		assert.Contains(t, err.Error(), c.says)
	}
}

func TestErrorIsOneSentence(t *testing.T) {
	e := &serialport.Error{Path: "/dev/ttyUSB0", Kind: serialport.ErrBusy, Why: "held by process 12 (minicom)", Fix: "stop that program"}
	assert.EqualError(t, e, "serialport: /dev/ttyUSB0: in use by another program: held by process 12 (minicom); stop that program")
	assert.EqualError(t, &serialport.Error{Path: "p", Kind: serialport.ErrUnplugged}, "serialport: p: unplugged, or its adapter went away")
	e.Cause = syscall.EBUSY
	assert.True(t, errors.Is(e, serialport.ErrBusy) && errors.Is(e, syscall.EBUSY))
}

// BenchmarkRead is what one frame of five bytes costs from the far end's write to the return of Read.
func BenchmarkRead(b *testing.B) {
	device, name := terminal(b)
	p := open(b, name)
	frame, buf := []byte{1, 0x80, 0x40, 0x00, 0xC1}, make([]byte, 512)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := device.Write(frame); err != nil {
			b.Fatal(err)
		}
		if err := p.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(p, buf[:5]); err != nil {
			b.Fatal(err)
		}
	}
}

// What the system knows to be something else is not even opened: that alone starts a watchdog.
func TestAnotherKindOfDeviceIsNotOpened(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what kind a device is of")
	}
	_, h := machine(t, map[string]string{"sys/dev/char/1:3/subsystem": "->../../../class/mem"})
	_, err := h.Open(os.DevNull, nonin)
	refusal, ok := errors.AsType[*serialport.Error](err)
	require.True(t, ok, "%v", err)
	require.ErrorIs(t, err, serialport.ErrNotSerial)
	assert.NoError(t, refusal.Cause, "no call has failed: none was made")
}
