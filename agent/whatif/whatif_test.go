package whatif_test

import (
	"bytes"
	"flag"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/whatif"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/devices/devicetest/brevity"
)

var update = flag.Bool("update", false, "rewrite the comparison in testdata; read the diff")

func find(t *testing.T, id string) *profiles.Profile {
	t.Helper()
	p, ok := profiles.Find(id)
	require.True(t, ok, id)
	return p
}

func replay(t *testing.T, list []wire.Message, p *profiles.Profile) *whatif.Comparison {
	t.Helper()
	r, err := whatif.New(p)
	require.NoError(t, err)
	for _, m := range list {
		require.NoError(t, r.Take(m))
	}
	c, err := r.Result()
	require.NoError(t, err)
	return c
}

// same expects that a session judged again by its own profile has the same alerts, change by change and to the moment.
func same(t *testing.T, c *whatif.Comparison) {
	t.Helper()
	assert.Equal(t, c.Recorded.Profile, c.Other.Profile)
	assert.Equal(t, c.Recorded.Hash, c.Other.Hash)
	for _, p := range c.Alerts {
		if !assert.NotNil(t, p.Recorded, "only judged again: %+v", p.Other) || !assert.NotNil(t, p.Other, "only recorded: %+v", p.Recorded) {
			continue
		}
		assert.Equal(t, whatif.Same, p.Verdict, p.Recorded.ID)
		assert.Equal(t, p.Recorded.Steps, p.Other.Steps, p.Recorded.ID)
		assert.Equal(t, p.Recorded.Until, p.Other.Until, p.Recorded.ID)
	}
	for _, e := range c.Episodes {
		assert.Equal(t, whatif.Same, e.Verdict)
		assert.Equal(t, e.Recorded, e.Other)
	}
	assert.Equal(t, c.Recorded.Alerts, c.Other.Alerts)
	assert.Zero(t, c.AcknowledgedAlone)
	assert.Empty(t, c.Notes)
}

// The same profile gives the same alerts, change by change, whatever happened and whoever did what: sessions of the crowd by
// several routes, with falls of the saturation, a raised pulse, motion, a sensor that comes off, and a busy nurse.
func TestTheSameProfileIsTheSameSession(t *testing.T) {
	numbers := []int{2, 9}
	if brevity.Asked() {
		numbers = numbers[:1]
	}
	for _, n := range numbers {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			list := play(t, n, func(e *evening) { e.quick = n%2 == 0 })
			c := replay(t, list, find(t, started(t, list)))
			require.NotEmpty(t, c.Alerts)
			require.NotEmpty(t, c.Episodes)
			same(t, c)
			assert.Empty(t, c.Asked)
		})
	}
}

// What a more careful profile would have done, as people read it.
func TestAnotherProfile(t *testing.T) {
	if brevity.Asked() {
		t.Skip("the whole session takes too long, and half of it is another one")
	}
	list := play(t, 1, func(e *evening) { e.quick = true })
	var got bytes.Buffer
	require.NoError(t, replay(t, list, find(t, "conservative")).Write(&got))
	golden(t, "testdata/conservative.txt", got.Bytes())
	same(t, replay(t, list, find(t, "iv-ketamine")))
}

// An agent that was killed goes on where it stood, and so does the replay. How old its state was is not in the record, a second
// at most, nor how long a reading waited for the alert that it caused.
func TestARestartIsNoDifference(t *testing.T) {
	if brevity.Asked() {
		t.Skip("a whole session for one moment of it")
	}
	list := play(t, 1, func(e *evening) {
		e.quick, e.kill, e.breath = true, e.s.Dose()+14*time.Minute+20*time.Second, 25*time.Millisecond
	})
	c := replay(t, list, find(t, started(t, list)))
	require.NotEmpty(t, c.Alerts)
	for _, p := range c.Alerts {
		require.Equal(t, whatif.Same, p.Verdict)
		require.Len(t, p.Other.Steps, len(p.Recorded.Steps), p.Recorded.ID)
		for i, want := range p.Recorded.Steps {
			got := p.Other.Steps[i]
			assert.InDelta(t, 0, got.At.Sub(want.At).Seconds(), whatif.Together.Seconds(), p.Recorded.ID)
			got.At = want.At
			assert.Equal(t, want, got)
		}
	}
}

// started returns the id of the profile that the session was recorded with.
func started(t *testing.T, list []wire.Message) string {
	t.Helper()
	r, err := whatif.New(find(t, "conservative"))
	require.NoError(t, err)
	for _, m := range list {
		require.NoError(t, r.Take(m))
	}
	c, err := r.Result()
	require.NoError(t, err)
	for _, p := range profiles.Shipped() {
		if p.Word() == c.Recorded.Profile {
			return p.ID
		}
	}
	require.Fail(t, "no such profile", c.Recorded.Profile)
	return ""
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
