package tap

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/capture"
)

// inside returns the names of a folder in their order, and the bytes of its files together.
func inside(t require.TestingT, dir string) (names []string, size int64) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		names, size = append(names, e.Name()), size+info.Size()
	}
	return names, size
}

// whole reads a segment to its end and returns the bytes from the device that are in it.
func whole(t require.TestingT, path string) (h capture.Header, rx []byte) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	r, err := capture.NewReader(path, f)
	require.NoError(t, err)
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), rx
		}
		require.NoError(t, err)
		rx = append(rx, e.Rx...)
	}
}

// Whatever is written, and however often the process starts anew, the files together stay within the bound, each can be
// read, and they hold the end of what was written, in order.
func TestTheBoundHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "ring")
		require.NoError(t, err)
		defer func() { require.NoError(t, os.RemoveAll(dir)) }()
		const keep = 8 << 10
		r := ring{dir: filepath.Join(dir, "oximeter"), keep: keep}
		var e capture.Encoder
		now := e.From(time.Date(2026, 11, 22, 9, 40, 12, 0, time.UTC))
		var written []byte
		for range rapid.IntRange(1, 60).Draw(t, "chunks") {
			h := capture.Header{Version: 1, Driver: "nonin", From: e.At(), Continues: true}
			b := rapid.SliceOfN(rapid.Byte(), 1, 250).Draw(t, "bytes")
			now = now.Add(time.Second)
			c := chunk{text: e.Rx(nil, now, b), header: h, gap: rapid.IntRange(0, 9).Draw(t, "gap") == 0}
			require.NoError(t, r.write(c))
			written = append(written, b...)
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				require.NoError(t, r.end())
				r = ring{dir: r.dir, keep: keep}
				require.NoError(t, os.WriteFile(filepath.Join(r.dir, "notes.txt"), nil, 0o600), "what is not ours")
			}
			_, size := inside(t, r.dir)
			require.LessOrEqual(t, size, int64(keep))
		}
		require.NoError(t, r.end())
		names, _ := inside(t, r.dir)
		var kept []byte
		for _, name := range names {
			if segmentName.MatchString(name) {
				_, rx := whole(t, filepath.Join(r.dir, name))
				kept = append(kept, rx...)
			}
		}
		require.True(t, strings.HasSuffix(string(written), string(kept)), "the end of what was written")
		require.GreaterOrEqual(t, len(kept), min(len(written), keep/6), "most of the ring is used")
	})
}

func TestNamesTellNothingAboutPeople(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "oximeter")
	r := ring{dir: dir, keep: LeastKeep}
	h := capture.Header{From: time.Date(2026, 11, 22, 9, 40, 12, 0, time.UTC)}
	require.NoError(t, r.write(chunk{text: []byte("01\n"), header: h}))
	require.NoError(t, r.write(chunk{text: []byte("02\n"), header: h, gap: true}))
	require.NoError(t, r.end())
	names, _ := inside(t, dir)
	assert.Equal(t, []string{"000000001-20261122T094012Z.hex", "000000002-20261122T094012Z.hex"}, names)
	for _, name := range append(names, ".") {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, "they are data about a person")
	}
}

// A folder that somebody removed is made again.
func TestAFolderThatWasRemovedComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "oximeter")
	r := ring{dir: dir, keep: LeastKeep}
	require.NoError(t, r.write(chunk{text: []byte("01\n")}))
	require.NoError(t, os.RemoveAll(dir))
	require.Error(t, r.write(chunk{text: []byte("02\n"), gap: true}))
	require.NoError(t, r.write(chunk{text: []byte("03\n"), gap: true}))
	require.NoError(t, r.end())
	names, _ := inside(t, dir)
	require.Len(t, names, 1)
	_, rx := whole(t, filepath.Join(dir, names[0]))
	assert.Equal(t, []byte{3}, rx)
}

// steady is a port on which a frame comes with each read.
type steady struct{ io.ReadWriteCloser }

func (steady) Read(b []byte) (int, error)      { return copy(b, "\x01\x81\x64\x01\xE7"), nil }
func (steady) SetReadDeadline(time.Time) error { return nil }

// BenchmarkRead is what a read of one frame costs, without a tap and with one. Writing is not part of it: that is done
// by another goroutine.
func BenchmarkRead(b *testing.B) {
	buf := make([]byte, 4096)
	b.Run("bare", func(b *testing.B) {
		var p Port = steady{}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Read(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tapped", func(b *testing.B) {
		one := New(capture.Header{}, time.Now)
		p := one.Open(steady{}, devices.Line{Baud: 9600, DataBits: 8, StopBits: 1})
		var done []byte
		n := 0
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Read(buf); err != nil {
				b.Fatal(err)
			}
			if n++; n%1000 == 0 { // as the recorder would, which gets more in one go only if the disk is slow
				done = one.take(done).text
			}
		}
		require.Zero(b, one.Counts().Lost)
	})
}

// BenchmarkWrite is what a quarter of a second of an oximeter costs to write: the other goroutine's part.
func BenchmarkWrite(b *testing.B) {
	r := ring{dir: b.TempDir(), keep: LeastKeep}
	text := []byte(strings.Repeat("@+13.3ms\n01 81 64 01 E7\n", 19))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		require.NoError(b, r.write(chunk{text: text}))
	}
	require.NoError(b, r.end())
}
