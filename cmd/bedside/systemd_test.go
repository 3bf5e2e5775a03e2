package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serviceManager is the socket on which systemd hears a service.
type serviceManager struct {
	conn *net.UnixConn
	said []string
}

func newServiceManager(t *testing.T) (m *serviceManager, path string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bedside-notify-") // t.TempDir is too long a path for a socket
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	path = filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return &serviceManager{conn: conn}, path
}

// await reads until something begins so.
func (m *serviceManager) await(t *testing.T, begin string) {
	t.Helper()
	require.NoError(t, m.conn.SetReadDeadline(time.Now().Add(patience)))
	buf := make([]byte, 4096)
	for {
		n, err := m.conn.Read(buf)
		require.NoError(t, err, "waiting for %q after %q", begin, m.said)
		m.said = append(m.said, string(buf[:n]))
		if strings.HasPrefix(string(buf[:n]), begin) {
			return
		}
	}
}

// A service without what it needs from outside is ready, says in its status what is missing, says that it lives, that it reloads
// a configuration that is good, and that it stops.
func TestSystemdHearsTheServices(t *testing.T) {
	for command, service := range map[string]struct{ file, status string }{
		"agent": {status: "watching over room-1 at clinic; oximeter: lost", file: `
site: clinic
room: room-1
devices: [{name: oximeter, driver: nonin, port: %[1]s/missing}]
console: {listen: "127.0.0.1:0"}
nats: {listen: "127.0.0.1:0", store: %[1]s/nats}
record: {path: %[1]s/record.db}
`},
		"station": {status: "station desk of clinic; station: the message server is not reached", file: `
site: clinic
station: desk
console: {listen: "127.0.0.1:0"}
nats: {url: "nats://%[2]s"}
record: {path: %[1]s/record.db}
`},
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel() // they mostly wait
			dir := t.TempDir()
			file := filepath.Join(dir, command+".yaml")
			require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, service.file, dir, deafAddress(t)), 0o600))
			systemdHears(t, service.status, file, command)
		})
	}
}

// deafAddress returns an address at which somebody listens and nobody answers, until the test ends.
func deafAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l.Addr().String()
}

// systemdHears runs the program as a service until it has said that it lives, has it reload, and stops it.
func systemdHears(t *testing.T, status, file, command string) {
	t.Helper()
	m, socket := newServiceManager(t)
	program := exec.Command("bedside", command, "--config", file)
	program.Env = append(os.Environ(), "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=3000000")
	require.NoError(t, program.Start())
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	defer func() { // whatever failed
		if err := program.Process.Kill(); err == nil {
			t.Logf("the program was killed: %v", <-ended)
		}
	}()
	m.await(t, "READY=1")
	m.await(t, "STATUS="+status)
	m.await(t, "WATCHDOG=1")
	m.await(t, "WATCHDOG=1")

	// A bad one first: nothing stops. Then one in which the site has another name.
	good, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append([]byte("sight: hospital\n"), good...), 0o600))
	require.NoError(t, program.Process.Signal(syscall.SIGHUP))
	m.await(t, "WATCHDOG=1")
	assert.NotContains(t, strings.Join(m.said, " "), "RELOADING")
	require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(good, []byte("site: clinic"), []byte("site: hospital")), 0o600))
	require.NoError(t, program.Process.Signal(syscall.SIGHUP))
	m.await(t, "RELOADING=1\nMONOTONIC_USEC=")
	assert.NotContains(t, strings.Join(m.said, " "), "STOPPING", "it would be taken for ended")
	m.await(t, "READY=1")
	m.await(t, "STATUS="+strings.Replace(status, "clinic", "hospital", 1))
	require.NoError(t, program.Process.Signal(syscall.SIGTERM))
	m.await(t, "STOPPING=1")
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(patience):
		t.Fatal("the program has not ended")
	}
	assert.Zero(t, slices.IndexFunc(m.said, func(s string) bool { return s == "READY=1" }), "nothing before it is ready: %q", m.said)
}
