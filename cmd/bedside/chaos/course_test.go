package chaos

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A person is the same in every process that is given the seed, is quiet between crossings, and beyond a limit for longer than
// hold and averaging during each.
func TestPeopleCrossLimitsOnSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, room := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 20).Draw(t, "room")
		c := newCourse(seed, room)
		last := time.Duration(0)
		for i, x := range c.crossings(10 * time.Minute) {
			require.Equal(t, x, newCourse(seed, room).crossing(i))
			require.Greater(t, x.From, last)
			require.GreaterOrEqual(t, x.To-x.From, holdOfRoom+averaging)
			last = x.To
			inside, outside := c.truth(x.From+time.Second), c.truth(x.To)
			require.Equal(t, x.Vital == "spo2", inside.SpO2 < 85)
			require.Equal(t, x.Vital == "pulse_rate", inside.PulseRate < 50 || inside.PulseRate >= 120)
			require.True(t, outside.SpO2 > 95 && outside.PulseRate > 60 && outside.PulseRate < 90)
		}
	})
}

// A plan hurts no part that has not recovered, ends in time, and is the same for the same seed.
func TestPlansLeaveTimeToRecover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, rooms := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 8).Draw(t, "rooms")
		length := time.Duration(rapid.IntRange(30, 900).Draw(t, "seconds")) * time.Second
		plan := longPlan(seed, rooms, length)
		require.Equal(t, plan, longPlan(seed, rooms, length))
		busy := map[string]time.Duration{}
		for i, a := range plan {
			require.True(t, i == 0 || a.At >= plan[i-1].At)
			require.True(t, a.free(busy), "%v", a)
			require.LessOrEqual(t, a.At+a.For, length-quietLast)
			require.LessOrEqual(t, a.Room, rooms)
		}
	})
	kinds := map[deed]bool{}
	for _, a := range longPlan(1, 3, time.Hour) {
		kinds[a.Deed] = true
	}
	assert.Len(t, kinds, len(menu()), "an hour has some of everything")
}

func TestSpans(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var h history
	h.mark(at(2), true)
	h.mark(at(3), true)
	h.mark(at(5), false)
	h.mark(at(8), true)
	assert.Equal(t, []span{{at(2), at(5)}, {at(8), at(10)}}, h.spans(true, at(0), at(10)))
	assert.Equal(t, []span{{at(0), at(2)}, {at(5), at(8)}}, h.spans(false, at(0), at(10)))
	assert.Equal(t, []span{{at(3), at(5)}}, both([]span{{at(0), at(5)}}, []span{{at(3), at(9)}, {at(6), at(7)}}))
	assert.Equal(t, []span{{at(0), at(9)}}, either([]span{{at(0), at(5)}}, []span{{at(3), at(9)}}))
	assert.Equal(t, []span{{at(3), at(8)}}, widen([]span{{at(2), at(9)}, {at(2), at(3)}}, -time.Second, -time.Second))
	assert.True(t, within(at(5), []span{{at(5), at(6)}}))
	assert.False(t, within(at(7), []span{{at(5), at(6)}}))
}

// A truth log is read as it was written; a torn or foreign line is said.
func TestTruthLogs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "truth")
	require.NoError(t, os.WriteFile(file, []byte(`2026-11-22T08:00:00Z 1 started
2026-11-22T08:00:01Z 2 sent pulse_rate=74 spo2=97 bytes=375
2026-11-22T08:00:02Z 3 sent "\x02R1,000000000,261122,080002,118,090,076,074,0000,0000,00000,000\x03x"
2026-11-22T08:00:03Z 4 unplugged
`), 0o600))
	all, err := readTruth(file)
	require.NoError(t, err)
	require.Len(t, all, 4)
	assert.Equal(t, map[string]float64{"pulse_rate": 74, "spo2": 97, "bytes": 375}, all[1].Values)
	assert.Equal(t, map[string]float64{"systolic": 118, "mean": 90, "diastolic": 76, "pulse_rate": 74}, all[2].Values)
	assert.Equal(t, "unplugged", all[3].What)
	for _, bad := range []string{"x", "now 1 started", `2026-11-22T08:00:02Z 3 sent "\x02R1,0"`, "2026-11-22T08:00:01Z 2 sent spo2=x"} {
		_, err := parseSentence(bad)
		assert.Error(t, err, bad)
	}
}

// What a line is told to be, it is: nothing passes a frozen one and nothing closes, and what stood still moves on.
func TestALineFreezesWithoutClosing(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { assert.NoError(t, server.Close()) }()
	l, err := newLine(server.Addr().String())
	require.NoError(t, err)
	near, err := net.Dial("tcp", l.listener.Addr().String())
	require.NoError(t, err)
	far, err := server.Accept()
	require.NoError(t, err)
	say := func(from, to net.Conn, text string, arrives bool) {
		t.Helper()
		_, err := from.Write([]byte(text))
		require.NoError(t, err)
		wait := 20 * time.Millisecond // long enough to see what must not come; what must come has all the time
		if arrives {
			wait = 20 * time.Second
		}
		require.NoError(t, to.SetReadDeadline(time.Now().Add(wait)))
		buf := make([]byte, 16)
		n, err := to.Read(buf)
		if arrives {
			require.NoError(t, err)
			require.Equal(t, text, string(buf[:n]))
		} else {
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		}
	}
	say(near, far, "a", true)
	l.set(lineState{up: true})
	say(near, far, "b", false)
	say(far, near, "c", true)
	l.set(lineState{})
	say(far, near, "d", true)
	require.NoError(t, far.SetReadDeadline(time.Now().Add(20*time.Second)))
	buf := make([]byte, 16)
	n, err := far.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "b", string(buf[:n]), "it was kept")
	l.set(lineState{cut: true})
	require.NoError(t, near.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err = near.Read(buf)
	require.Error(t, err, "a cut line ends what it carried")
	require.NoError(t, l.close())
	_, _ = near.Close(), far.Close() // ended by the line
}
