package tap_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/tap"
	"bedside/devices"
)

// A real file system without space, where the tests may mount one: reading goes on, what is in the ring stays readable,
// the ring gives its own files back first, and it goes on when there is space.
func TestAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("waits in real time")
	}
	b, one := record(t, tap.LeastKeep)
	require.NoError(t, os.MkdirAll(b.dir, 0o700))
	if err := syscall.Mount("tmpfs", b.dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skip("a small file system cannot be mounted here: ", err)
	}
	t.Cleanup(func() {
		b.stop()
		assert.NoError(t, syscall.Unmount(b.dir, 0))
	})
	filler := filepath.Join(b.dir, "filler")
	require.NoError(t, os.WriteFile(filler, make([]byte, 1<<20), 0o600))
	d := &device{}
	p := one.Open(d, line)
	p.(link.Witness).Begun(time.Now(), devices.Settings{})
	buf := make([]byte, 4096)
	feed := func() {
		d.rx = make([]byte, 4096)
		_, err := p.Read(buf)
		require.NoError(t, err)
	}
	full := func() bool { feed(); return b.Failing() != "" }
	require.Eventually(t, full, 20*time.Second, time.Millisecond)
	assert.Contains(t, b.Failing(), syscall.ENOSPC.Error())
	var left syscall.Statfs_t
	require.NoError(t, syscall.Statfs(b.dir, &left))
	assert.Positive(t, left.Bfree, "the ring gave its oldest file up")

	require.NoError(t, os.Remove(filler))
	well := func() bool { feed(); return b.Failing() == "" }
	require.Eventually(t, well, 20*time.Second, 10*time.Millisecond)
	b.stop()
	names, err := filepath.Glob(filepath.Join(b.dir, "oximeter", "*.hex"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, n := range names {
		readAll(t, n)
	}
	_, err = os.Stat(filler)
	assert.True(t, errors.Is(err, os.ErrNotExist))
}
