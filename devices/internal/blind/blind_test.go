package blind_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/internal/blind"
)

var epoch = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// line is a receiver and a proof for which each byte is a message: c confirmed, r refused, o an old result, n a new one.
type line struct {
	heard byte
}

func (l *line) Next(rx []byte) (blind.Message, []byte) {
	if len(rx) == 0 {
		return blind.None, nil
	}
	l.heard = rx[0]
	switch rx[0] {
	case 'c':
		return blind.Confirmed, rx[1:]
	case 'r':
		return blind.Refused, rx[1:]
	}
	return blind.Reported, rx[1:]
}

func (l *line) GiveUp() blind.Message   { return blind.None }
func (l *line) Account(*devices.Output) {}
func (l *line) Forget()                 {}

func (l *line) Judge(time.Time, blind.Circumstances) blind.Verdict {
	if l.heard == 'n' {
		return blind.Fresh
	}
	return blind.Unchanged
}

func (l *line) Outcome() blind.Outcome {
	return blind.Outcome{Measurements: []devices.Measurement{{Vital: devices.Systolic, Value: 120}}}
}

func open(set devices.Settings) *blind.Session {
	l := &line{}
	return blind.New(blind.Family{
		Frames:   [...][]byte{blind.Read: []byte("R"), blind.Start: []byte("S"), blind.Stop: []byte("X")},
		Receiver: l, Proof: l, Reply: time.Second, IdlePoll: 2 * time.Second, FirstRead: time.Second, CyclePoll: time.Second,
	}, set)
}

// What is written first depends on what is known of the cuff, and on whether this agent could have filled it.
func TestTheFirstRequest(t *testing.T) {
	for name, c := range map[string]struct {
		set  devices.Settings
		want string
	}{
		"may not start":             {devices.Settings{}, "R"},
		"may not, used just now":    {devices.Settings{CuffUsed: epoch}, "R"},
		"nothing is known":          {devices.Settings{AllowStart: true}, "X"},
		"used just now":             {devices.Settings{AllowStart: true, CuffUsed: epoch}, "X"},
		"used three minutes ago":    {devices.Settings{AllowStart: true, CuffUsed: epoch.Add(-3 * time.Minute)}, "R"},
		"used by a clock far off":   {devices.Settings{AllowStart: true, CuffUsed: epoch.Add(time.Hour)}, "X"},
		"used almost that long ago": {devices.Settings{AllowStart: true, CuffUsed: epoch.Add(time.Second - 3*time.Minute)}, "X"},
	} {
		assert.Equal(t, c.want, string(open(c.set).Step(epoch, nil).Tx), name)
	}
}

// A stop that nobody confirms is repeated until the air must have left by itself; until then the cuff is not used.
func TestAStopThatNobodyConfirms(t *testing.T) {
	s, now, stops := open(devices.Settings{AllowStart: true}), epoch, 0
	for now.Before(epoch.Add(10 * time.Minute)) {
		out := s.Step(now, nil)
		if string(out.Tx) == "X" {
			stops++
			require.Less(t, now.Sub(epoch), 190*time.Second)
		}
		if string(out.Tx) == "R" {
			require.GreaterOrEqual(t, now.Sub(epoch), 180*time.Second, "air is presumed until then")
		}
		_, err := s.Command(now, devices.CuffStart)
		require.ErrorIs(t, err, devices.ErrNotReady)
		now = out.Wake
	}
	assert.Greater(t, stops, 50)
}

// One order from its look to its result, and the state in which the shell must not let the line go.
func TestOneOrder(t *testing.T) {
	s, now := open(devices.Settings{AllowStart: true, CuffUsed: epoch.Add(-time.Hour)}), epoch
	step := func(d time.Duration, rx string) devices.Output {
		now = now.Add(d)
		return s.Step(now, []byte(rx))
	}
	step(0, "")
	out := step(100*time.Millisecond, "o")
	require.Equal(t, devices.CuffIdle, out.Cuff[0].Phase)
	out, err := s.Command(now, devices.CuffStart)
	require.NoError(t, err)
	require.Equal(t, "R", string(out.Tx), "a look first")
	out = step(100*time.Millisecond, "o")
	require.Equal(t, "S", string(out.Tx))
	require.Equal(t, devices.CuffInflating, out.Cuff[0].Phase)
	assert.True(t, out.Episodic)
	_, err = s.Command(now, devices.CuffStart)
	require.ErrorIs(t, err, devices.ErrCuffBusy)
	step(100*time.Millisecond, "c")
	step(15*time.Second, "")
	out = step(100*time.Millisecond, "n")
	require.Len(t, out.Readings, 1)
	assert.Equal(t, now, out.Readings[0].At)
	assert.Equal(t, devices.CuffDone, out.Cuff[0].Phase)
	assert.False(t, out.Episodic)
	_, err = s.Command(now, devices.CuffStart)
	require.ErrorIs(t, err, devices.ErrCuffTooSoon)
}

// While the air leaves, the device is asked as often as at rest, or it would count as gone; but no result counts until the
// cuff is empty, and an answer that does not come is no haste.
func TestAskedWhileTheAirLeaves(t *testing.T) {
	for _, answer := range []string{"o", "n", "c", "r", ""} {
		s := open(devices.Settings{AllowStart: true})
		out := s.Step(epoch, nil)
		require.Equal(t, "X", string(out.Tx))
		now := epoch.Add(100 * time.Millisecond)
		out = s.Step(now, []byte("c"))
		var asked []time.Duration
		for {
			require.False(t, out.Wake.IsZero())
			now = out.Wake
			if out = s.Step(now, nil); string(out.Tx) != "R" {
				continue
			}
			if now.Sub(epoch) >= 10*time.Second {
				break
			}
			asked = append(asked, now.Sub(epoch).Round(time.Second))
			out = s.Step(now, []byte(answer))
			assert.Empty(t, out.Readings, answer)
			assert.Empty(t, out.Cuff, answer)
		}
		seconds := []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}
		if answer == "" {
			seconds = []time.Duration{2 * time.Second, 5 * time.Second, 8 * time.Second} // a second to wait for the answer
		}
		assert.Equal(t, seconds, asked, answer)
		out = s.Step(now, []byte("o"))
		require.Len(t, out.Cuff, 1)
		assert.Equal(t, devices.CuffIdle, out.Cuff[0].Phase)
	}
}
