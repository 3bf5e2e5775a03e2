package dinamap_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/dinamap"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
)

// Literals of cuffs.md section 5.
const (
	read   = " NA!2\r"
	start  = " NC0!E\r"
	cancel = " ND!5\r"
)

type bench struct {
	d     *dinamap.Device
	now   time.Time
	truth simulators.Vitals
}

func newBench(o dinamap.Options) *bench {
	b := &bench{d: dinamap.New(o), now: epoch, truth: healthy}
	b.d.Step(b.now, b.truth, nil)
	return b
}

func (b *bench) run(d time.Duration) string {
	var said strings.Builder
	for until := b.now.Add(d); b.now.Before(until); {
		b.now = b.now.Add(10 * time.Millisecond)
		tx, _ := b.d.Step(b.now, b.truth, nil)
		said.Write(tx)
	}
	return said.String()
}

// say sends a message and returns what the monitor said within 100 ms.
func (b *bench) say(t *testing.T, message string) string {
	t.Helper()
	tx, _ := b.d.Step(b.now, b.truth, []byte(message))
	require.Empty(t, tx, "no monitor answers before it has heard")
	return b.run(100 * time.Millisecond)
}

func TestTheComputedExampleOfThePage(t *testing.T) {
	b := newBench(dinamap.Options{Old: dinamap.Values{Systolic: 120, Diastolic: 80, Mean: 93}, OldAge: 12 * time.Second})
	assert.Equal(t, " NA1000012120080093%]\r", b.say(t, read))
	b = newBench(dinamap.Options{Old: dinamap.Values{Systolic: 120, Diastolic: 80, Mean: 93}, OldAge: 12 * time.Second, LineFeed: true})
	assert.Equal(t, " NA1000012120080093%]\r\n", b.say(t, read))
}

// During a determination the old result stays, older and older; the new one begins at age 0.
func TestADetermination(t *testing.T) {
	b := newBench(dinamap.Options{Old: dinamap.Values{Systolic: 150, Diastolic: 95, Mean: 113}, OldAge: time.Minute})
	assert.True(t, strings.HasPrefix(b.say(t, start), " NC"))
	ages := ""
	for b.d.Measuring() {
		got := b.say(t, read)
		require.Equal(t, "150095113", got[10:19])
		require.Greater(t, got[6:10], ages)
		ages = got[6:10]
		b.run(2 * time.Second)
		require.Less(t, b.now.Sub(epoch), 45*time.Second)
	}
	got := b.say(t, read)
	assert.Equal(t, " NA1", got[:4])
	assert.LessOrEqual(t, got[6:10], "0002")
	assert.Equal(t, "120080093", got[10:19])
	assert.False(t, b.d.Inflated())
	assert.Zero(t, b.d.Counts())
}

func TestACancelLeavesTheOldResult(t *testing.T) {
	b := newBench(dinamap.Options{Old: dinamap.Values{Systolic: 150, Diastolic: 95, Mean: 113}, OldAge: time.Minute})
	b.say(t, start)
	b.run(9 * time.Second)
	require.True(t, b.d.Inflated())
	assert.True(t, strings.HasPrefix(b.say(t, cancel), " ND"))
	b.run(2 * time.Second)
	assert.False(t, b.d.Inflated())
	b.run(time.Minute)
	assert.Equal(t, " NA1000131150095113", b.say(t, read)[:19])
}

func TestAFailureShowsInTheStatus(t *testing.T) {
	b := newBench(dinamap.Options{Failure: '7'})
	assert.Equal(t, " NA0", b.say(t, read)[:4], "no result yet")
	b.truth.CuffFault = devices.CuffWeak
	b.say(t, start)
	b.run(40 * time.Second)
	assert.Equal(t, " NA7", b.say(t, read)[:4])
}

func TestTheEndOfTheAge(t *testing.T) {
	for wraps, want := range map[bool]string{false: "9999", true: "0001"} {
		b := newBench(dinamap.Options{Old: dinamap.Values{Systolic: 150, Diastolic: 95, Mean: 113}, OldAge: 10001 * time.Second, Wraps: wraps})
		assert.Equal(t, want, b.say(t, read)[6:10])
	}
}

func TestStaffAndHostAtOnce(t *testing.T) {
	b := newBench(dinamap.Options{})
	b.truth.CuffPress = true
	b.d.Step(b.now, b.truth, nil)
	b.truth.CuffPress = false
	b.run(5 * time.Second)
	b.say(t, start)
	assert.Equal(t, 1, b.d.Counts().Busy)
	assert.Equal(t, 1, b.d.Cycles())
}

func TestWhatIsNotUnderstood(t *testing.T) {
	b := newBench(dinamap.Options{})
	for _, m := range []string{" NA!3\r", "NA!2\r", "\r", "!2\r", strings.Repeat("x", 100) + "\r"} {
		assert.Empty(t, b.say(t, m), "%q", m)
	}
	assert.Equal(t, 5, b.d.Counts().Malformed)
	assert.Empty(t, b.say(t, " RA!6\r"))
	assert.Equal(t, 1, b.d.Counts().Unknown)
	assert.NotEmpty(t, b.say(t, read), "and it is still there")
}

func TestAnIdleMonitorNeedsNoWaking(t *testing.T) {
	d := dinamap.New(dinamap.Options{})
	_, wake := d.Step(epoch, healthy, nil)
	assert.Zero(t, wake)
	_, wake = d.Step(epoch, healthy, []byte(read))
	tx, wake := d.Step(wake, healthy, nil)
	assert.Len(t, tx, 22)
	assert.Zero(t, wake)
}

// Deaf is a monitor that answers a start and does not begin.
func TestDeaf(t *testing.T) {
	b := newBench(dinamap.Options{Deaf: true})
	assert.NotEmpty(t, b.say(t, start))
	assert.Zero(t, b.d.Cycles())
}
