package pty

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"bedside/simulators"
	"bedside/simulators/nonin"
)

// terminal opens a port that nobody runs, to look at its kernel.
func terminal(t *testing.T) *Port {
	t.Helper()
	p, err := Open(Options{
		Device: nonin.New(nonin.Options{}), Truth: func(time.Time) simulators.Vitals { return simulators.Vitals{} },
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

func (p *Port) unread(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, control(p.slave, func(fd int) (err error) {
		n, err = unix.IoctlGetInt(fd, unix.TIOCINQ)
		return err
	}))
	return n
}

// write writes b at a moment and waits until the kernel has carried it across, which it does in its own time.
func (p *Port) write(t *testing.T, b []byte, now time.Time) {
	t.Helper()
	before, flushes := p.unread(t), p.traffic.flushes
	require.NoError(t, p.traffic.write(p.master, p.slave, b, now))
	want, n := before+len(b), 0
	if p.traffic.flushes > flushes {
		want = len(b)
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if n = p.unread(t); n == want {
			return
		}
		runtime.Gosched()
	}
	require.Fail(t, "bytes are lost", "want %d, have %d", want, n)
}

// A port that nobody reads holds no more than a second of bytes, so that whoever opens it late gets no old numbers.
func TestUnreadBytesAreDroppedAfterASecond(t *testing.T) {
	for _, c := range []struct {
		name          string
		chunk, atMost int
	}{{"format 2", 38, 38 * 11}, {"ten times faster", 375, crowded + 375}} {
		t.Run(c.name, func(t *testing.T) {
			p := terminal(t)
			now := time.Now()
			most := 0
			for range 50 { // five seconds
				now = now.Add(100 * time.Millisecond)
				p.write(t, make([]byte, c.chunk), now)
				most = max(most, p.unread(t))
			}
			assert.LessOrEqual(t, most, c.atMost)
			assert.Greater(t, p.traffic.flushes, 3)
		})
	}
}

// A reader that empties the terminal now and then loses nothing.
func TestAReaderThatKeepsUpLosesNothing(t *testing.T) {
	p := terminal(t)
	now := time.Now()
	buf, got := make([]byte, 4096), 0
	for i := range 40 {
		now = now.Add(100 * time.Millisecond)
		p.write(t, make([]byte, 38), now)
		if i%4 == 3 {
			n, err := p.slave.Read(buf)
			require.NoError(t, err)
			got += n
		}
	}
	assert.Equal(t, 40*38, got)
	assert.Zero(t, p.traffic.flushes)
}

// A full terminal takes what fits and never makes the device wait.
func TestAFullTerminalDropsWhatDoesNotFit(t *testing.T) {
	p := terminal(t)
	require.NoError(t, p.traffic.write(p.master, p.slave, bytes.Repeat([]byte{7}, 100_000), time.Now()))
	require.NoError(t, p.traffic.write(p.master, p.slave, []byte{8}, time.Now()))
	assert.Less(t, p.unread(t), 4096)
}

func TestAClaimOfExclusiveUseDoesNotOutliveItsHost(t *testing.T) {
	p := terminal(t)
	exclusive := func() (n int) {
		require.NoError(t, control(p.slave, func(fd int) (err error) {
			n, err = unix.IoctlGetInt(fd, unix.TIOCGEXCL)
			return err
		}))
		return n
	}
	require.NoError(t, control(p.slave, func(fd int) error { return unix.IoctlSetInt(fd, unix.TIOCEXCL, 0) }))
	require.Equal(t, 1, exclusive())
	_, err := p.turn(nil)
	require.NoError(t, err)
	assert.Zero(t, exclusive())
}
