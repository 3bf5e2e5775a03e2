package tap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/tap"
	"bedside/devices"
	"bedside/devices/capture"
)

var line = devices.Line{Baud: 9600, DataBits: 8, StopBits: 1}

// device is a port that gives what it is told to.
type device struct {
	rx   []byte
	err  error
	mu   sync.Mutex
	sent []byte
}

func (d *device) Read(b []byte) (int, error) {
	n := copy(b, d.rx)
	d.rx = d.rx[n:]
	if n == 0 {
		return 0, d.err
	}
	return n, nil
}

func (d *device) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = append(d.sent, b...)
	return len(b), nil
}

func (*device) SetReadDeadline(time.Time) error { return nil }
func (*device) Close() error                    { return nil }

func head() capture.Header {
	return capture.Header{Driver: "nonin", By: "v1", Settings: devices.Settings{AllowStart: true}}
}

// bench is a recorder in a bubble of virtual time.
type bench struct {
	*tap.Recorder
	dir  string
	log  strings.Builder
	stop func()
}

func record(t *testing.T, keep int64) (*bench, *tap.Tap) {
	t.Helper()
	b := &bench{dir: filepath.Join(t.TempDir(), "capture")}
	r, err := tap.NewRecorder(tap.Options{
		Folder: b.dir, Keep: keep, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(&b.log, nil)),
	})
	require.NoError(t, err)
	b.Recorder = r
	one := r.Device("oximeter", head())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(b.stop)
	return b, one
}

// files returns what is in the ring, each file's text.
func (b *bench) files(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(b.dir, "oximeter", "*.hex"))
	require.NoError(t, err)
	var texts []string
	for _, n := range names {
		text, err := os.ReadFile(n)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	return texts
}

// Both directions, orders, the settings and the times are in the file a quarter of a second later.
func TestWhatPassesIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, one := record(t, tap.LeastKeep)
		d := &device{rx: []byte{1, 0x81}, err: os.ErrDeadlineExceeded}
		p := one.Open(d, line)
		w, ok := p.(link.Witness)
		require.True(t, ok)
		buf := make([]byte, 16)

		w.Begun(time.Now(), devices.Settings{Variant: "old"})
		time.Sleep(13 * time.Millisecond)
		n, err := p.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, []byte{1, 0x81}, buf[:n])
		w.Ordered(time.Now(), devices.CuffStart)
		_, err = p.Write([]byte{0x3A})
		require.NoError(t, err)
		assert.Equal(t, []byte{0x3A}, d.sent)
		_, err = p.Read(buf)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded, "errors pass")
		d.err = errors.New("pulled")
		_, err = p.Read(buf)
		require.EqualError(t, err, "pulled")
		time.Sleep(2 * time.Second)
		w.Woken(time.Now())
		require.NoError(t, p.Close())
		require.NoError(t, p.Close())
		time.Sleep(time.Second)

		assert.Equal(t, []string{`= capture 1
= driver nonin
= line 9600-8N1
= variant old
= from 2000-01-01T00:00:00Z
= by v1
= allow-start
= wakes
^ open 9600-8N1 old
@+13ms
01 81
! cuff-start
> 3A
@+2s
.
^ close # pulled
`}, b.files(t))
		assert.Equal(t, tap.Counts{Rx: 2, Tx: 1}, one.Counts())
		assert.Empty(t, b.Failing())
	})
}

// A folder that cannot be made costs the bytes and nothing else; it is logged once, and heals by itself.
func TestAFolderThatCannotBeMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, one := record(t, tap.LeastKeep)
		require.NoError(t, os.WriteFile(b.dir, nil, 0o600))
		d := &device{}
		p := one.Open(d, line)
		p.(link.Witness).Begun(time.Now(), devices.Settings{})
		buf := make([]byte, 16)
		for range 30 {
			d.rx = []byte{1, 2, 3}
			_, err := p.Read(buf)
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		assert.Contains(t, b.Failing(), "oximeter: ")
		assert.Equal(t, uint64(90), b.Lost())
		assert.Equal(t, 1, strings.Count(b.log.String(), "capture cannot be written"), b.log.String())

		require.NoError(t, os.Remove(b.dir))
		time.Sleep(5 * time.Second)
		d.rx = []byte{7}
		_, err := p.Read(buf)
		require.NoError(t, err)
		time.Sleep(time.Second)
		assert.Empty(t, b.Failing())
		assert.Contains(t, b.log.String(), "capture is written again")
		files := b.files(t)
		require.Len(t, files, 1)
		assert.Contains(t, files[0], "= continues\n", "the port was open already")
		assert.True(t, strings.HasSuffix(files[0], "\n07\n"), files[0])
	})
}

// A disk that does not answer holds up nobody who reads a port, and takes no more memory than is its.
func TestNobodyWaitsForTheDisk(t *testing.T) {
	one := tap.New(head(), time.Now) // and nobody writes
	d := &device{}
	p := one.Open(d, line)
	buf := make([]byte, 4096)
	for range 1000 {
		d.rx = make([]byte, 4096)
		_, err := p.Read(buf)
		require.NoError(t, err)
	}
	counts := one.Counts()
	assert.Equal(t, uint64(1000*4096), counts.Rx)
	assert.Greater(t, counts.Lost, uint64(900*4096))
}

// The capture of one port goes into one file; the end of the context is the end of the file, and nothing is missing.
func TestToFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file, err := os.Create(filepath.Join(t.TempDir(), "x.hex"))
		require.NoError(t, err)
		one := tap.New(head(), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- tap.ToFile(ctx, one, file) }()
		d := &device{}
		p := one.Open(d, line)
		p.(link.Witness).Begun(time.Now(), devices.Settings{})
		buf := make([]byte, 16)
		for i := range 100 {
			d.rx = []byte{byte(i)}
			_, err := p.Read(buf)
			require.NoError(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		stop()
		require.NoError(t, <-done)
		require.NoError(t, file.Close())
		h, rx := readAll(t, file.Name())
		assert.Equal(t, "nonin", h.Driver)
		require.Len(t, rx, 100)
		assert.Equal(t, byte(99), rx[99])

		one = tap.New(head(), time.Now)
		p = one.Open(d, line)
		d.rx = []byte{1}
		_, err = p.Read(buf)
		require.NoError(t, err)
		assert.ErrorIs(t, tap.ToFile(t.Context(), one, file), os.ErrClosed)
	})
}

func readAll(t *testing.T, path string) (capture.Header, []byte) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	r, err := capture.NewReader(path, f)
	require.NoError(t, err)
	var rx []byte
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			require.NoError(t, f.Close())
			return r.Header(), rx
		}
		require.NoError(t, err, "a capture can be read to its end")
		rx = append(rx, e.Rx...)
	}
}

func TestNewRecorderRefuses(t *testing.T) {
	_, err := tap.NewRecorder(tap.Options{})
	require.Error(t, err)
	_, err = tap.NewRecorder(tap.Options{Folder: "x", Keep: tap.LeastKeep - 1, Now: time.Now, Log: slog.Default()})
	assert.ErrorContains(t, err, "less than the least ring")
}

const killMe = "BEDSIDE_TEST_TAP"

// TestMain lets the test binary be a process that keeps bytes until it is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv(killMe)
	if dir == "" {
		os.Exit(m.Run())
	}
	r, err := tap.NewRecorder(tap.Options{Folder: dir, Keep: tap.LeastKeep, Now: time.Now, Log: slog.Default()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	one := r.Device("oximeter", head())
	go func() { _ = r.Run(context.Background()) }() // until it is killed
	d := &device{}
	p := one.Open(d, line)
	p.(link.Witness).Begun(time.Now(), devices.Settings{})
	buf := make([]byte, 16)
	fmt.Println("going")
	for i := 0; ; i++ {
		d.rx = []byte{byte(i >> 16), byte(i >> 8), byte(i)}
		if _, err := p.Read(buf); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// After kill -9 every file can be read to its end, and what was read is there from its beginning, without a hole.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := t.TempDir()
	for round := range 4 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), killMe+"="+dir)
		out, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		_, err = out.Read(make([]byte, 16))
		require.NoError(t, err)
		written := func() bool {
			info, err := os.Stat(newest(t, dir, round+1))
			return err == nil && info.Size() > int64(2000*(round+1))
		}
		require.Eventually(t, written, 10*time.Second, time.Millisecond)
		require.NoError(t, c.Process.Kill())
		require.Error(t, c.Wait())

		_, rx := readAll(t, newest(t, dir, round+1))
		require.NotEmpty(t, rx)
		require.Zero(t, len(rx)%3)
		for i := 0; i < len(rx); i += 3 {
			require.Equal(t, i/3, int(rx[i])<<16|int(rx[i+1])<<8|int(rx[i+2]))
		}
	}
}

// newest returns the path of a ring's n-th file, "" while there is none.
func newest(t *testing.T, dir string, n int) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "oximeter", fmt.Sprintf("%09d-*.hex", n)))
	require.NoError(t, err)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
