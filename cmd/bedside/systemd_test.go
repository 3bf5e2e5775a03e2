package main

import (
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

// An agent without its devices is ready, says in its status what is missing, says that it lives, and that it stops.
func TestSystemdHearsTheAgent(t *testing.T) {
	m, socket := newServiceManager(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "bedside.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `
site: clinic
room: room-1
devices: [{name: oximeter, driver: nonin, port: %[1]s/missing}]
console: {listen: "127.0.0.1:0"}
nats: {listen: "127.0.0.1:0", store: %[1]s/nats}
record: {path: %[1]s/record.db}
`, dir), 0o600))
	agent := exec.Command("bedside", "agent", "--config", file)
	agent.Env = append(os.Environ(), "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=3000000")
	require.NoError(t, agent.Start())
	ended := make(chan error, 1)
	go func() { ended <- agent.Wait() }()
	defer func() { // whatever failed
		if err := agent.Process.Kill(); err == nil {
			t.Logf("the agent was killed: %v", <-ended)
		}
	}()
	m.await(t, "READY=1")
	m.await(t, "STATUS=watching over room-1 at clinic; oximeter: lost")
	m.await(t, "WATCHDOG=1")
	m.await(t, "WATCHDOG=1")
	require.NoError(t, agent.Process.Signal(syscall.SIGTERM))
	m.await(t, "STOPPING=1")
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(patience):
		t.Fatal("the agent has not ended")
	}
	assert.Zero(t, slices.IndexFunc(m.said, func(s string) bool { return s == "READY=1" }), "nothing before it is ready: %q", m.said)
}
