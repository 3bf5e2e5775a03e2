package child_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/cmd/bedside/child"
)

// shell is a child that is a script; its log is in a folder of the test.
func shell(t *testing.T, script string) *child.Process {
	t.Helper()
	p := &child.Process{
		Name: "script", Binary: "/bin/sh", Ready: "ready", LogFile: filepath.Join(t.TempDir(), "log"),
		Args: func() []string { return []string{"-c", script} },
	}
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

func logOf(t *testing.T, p *child.Process) string {
	t.Helper()
	text, err := os.ReadFile(p.LogFile)
	require.NoError(t, err)
	return string(text)
}

// gone waits until a child has ended by itself.
func gone(t *testing.T, p *child.Process) {
	t.Helper()
	require.Eventually(t, func() bool { return !p.Alive() }, 20*time.Second, 5*time.Millisecond)
}

func TestAChildIsStartedWhenItSaysSo(t *testing.T) {
	p := shell(t, `echo starting; echo "ready at 127.0.0.1:4222" >&2; echo "ready again"; while read word; do echo "told $word"; done`)
	assert.False(t, p.Alive())
	assert.Zero(t, p.PID())
	require.NoError(t, p.Start(t.Context()))
	assert.Equal(t, "ready at 127.0.0.1:4222", p.Said(), "the first such line, on whichever output")
	assert.True(t, p.Alive())
}

func TestAKilledChildIsGoneAndStartsAnew(t *testing.T) {
	lives := 0
	p := shell(t, "")
	p.Args = func() []string {
		lives++
		return []string{"-c", fmt.Sprintf(`trap '' INT TERM; echo "ready, life %d"; while read word; do echo "told $word"; done`, lives)}
	}
	require.NoError(t, p.Start(t.Context()))
	first := p.PID()
	require.NoError(t, p.Order("go"))
	require.Eventually(t, func() bool { return strings.Contains(logOf(t, p), "told go") }, 20*time.Second, 5*time.Millisecond)
	require.NoError(t, p.Kill())
	assert.False(t, p.Alive())
	assert.Zero(t, p.PID())
	require.Error(t, p.Order("go"), "nobody is there")
	require.NoError(t, p.Kill(), "it is dead already")
	require.NoError(t, p.End())

	require.NoError(t, p.Start(t.Context()))
	assert.NotEqual(t, first, p.PID())
	assert.Equal(t, "ready, life 2", p.Said())
	require.NoError(t, p.Kill())
	assert.Equal(t, "ready, life 1\ntold go\nready, life 2\n", logOf(t, p), "all its lives are in one log")
}

func TestAnOrderlyEnd(t *testing.T) {
	p := shell(t, `trap 'echo bye; exit 0' INT; echo ready; while :; do read word || exit 0; done`)
	require.NoError(t, p.Start(t.Context()))
	require.NoError(t, p.Order("x"))
	require.NoError(t, p.End())
	assert.False(t, p.Alive())
	assert.Contains(t, logOf(t, p), "ready\n")
}

// A program that dies by itself in an experiment is a finding, and must not pass for one that was killed.
func TestAChildThatEndedByItselfIsTold(t *testing.T) {
	p := shell(t, `echo ready; read word; exit 3`)
	require.NoError(t, p.Start(t.Context()))
	require.NoError(t, p.Order("die"))
	gone(t, p)
	err := p.Kill()
	require.ErrorContains(t, err, "script ended by itself")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, p.LogFile)

	// Its next life has nothing to do with that.
	script := `echo ready; read word; exit 0`
	p.Args = func() []string { return []string{"-c", script} }
	require.NoError(t, p.Start(t.Context()))
	require.NoError(t, p.Order("end"))
	gone(t, p)
	err = p.Kill()
	require.ErrorContains(t, err, "ended by itself")
	assert.NotContains(t, err.Error(), "exit status 3")
}

func TestAChildThatIsNotReadyFails(t *testing.T) {
	p := shell(t, `echo "no such file"; exit 1`)
	require.ErrorContains(t, p.Start(t.Context()), "script ended at its start")
	assert.False(t, p.Alive())
	assert.Equal(t, "no such file\n", logOf(t, p))

	p = shell(t, `while read word; do :; done`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.Start(ctx), context.Canceled)
	assert.False(t, p.Alive(), "nothing is left behind")

	p = shell(t, "")
	p.Binary = filepath.Join(t.TempDir(), "gone")
	require.ErrorIs(t, p.Start(t.Context()), os.ErrNotExist)
	assert.False(t, p.Alive())
	require.NoError(t, p.Kill())
}

func TestALineWithoutEndStopsNobody(t *testing.T) {
	p := shell(t, `echo ready; head -c 3000000 /dev/zero | tr '\0' x; echo; read word`)
	require.NoError(t, p.Start(t.Context()))
	require.NoError(t, p.Order("x")) // it got as far as that
	gone(t, p)
	require.ErrorContains(t, p.Kill(), "ended by itself")
}
