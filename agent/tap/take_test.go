package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices/capture"
)

// What was taken belongs to whoever writes it, until it is given back: nothing that passes meanwhile changes it.
func TestWhatWasTakenIsNotWrittenOver(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Unix(1_800_000_000, 0)
		tap := New(capture.Header{Driver: "nonin"}, func() time.Time { return now })
		var done []byte
		for range rapid.IntRange(1, 40).Draw(rt, "rounds") {
			c := tap.take(done)
			want := string(c.text)
			for range rapid.IntRange(0, 3).Draw(rt, "reads") {
				now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(rt, "ms")) * time.Millisecond)
				tap.rx(rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(rt, "bytes"))
			}
			require.Equal(rt, want, string(c.text))
			done = c.text
		}
	})
}
