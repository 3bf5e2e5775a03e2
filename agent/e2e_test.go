package agent_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/simulators"
)

func wholeAgent(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("whole agent on pseudo-terminals: not in -short")
	}
	t.Parallel()
}

// From serial bytes to a nurse and back: the main job.
func TestAWholeRoom(t *testing.T) {
	wholeAgent(t)
	dir, who, clock := t.TempDir(), newPerson(), pace.New(8) // a cuff cycle takes half a minute
	plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	r, stop := run(t, configure(t, dir, embedded(dir)), clock)
	ear := listen(t, r.NATS)

	reading, _ := ear.wait(0, "a reading of the oximeter", ".reading.oximeter", func(b map[string]any) bool {
		_, ok := value(b, "pulse_rate")
		return ok
	})
	spo2, _ := value(reading.body, "spo2")
	assert.InDelta(t, 97, spo2, 1)
	assert.Equal(t, "bedside.v1.clinic.room-1.reading.oximeter", reading.subject)
	assert.Equal(t, reading.body["id"], reading.id, "the payload's id is the broker's")
	assert.Equal(t, "live", reading.body["mode"])
	ear.wait(0, "a wave", ".wave.oximeter", func(b map[string]any) bool { return b["rate"] == 75.0 })

	ready := func() bool { code, _ := get(t, r.Console+"/readyz"); return code == http.StatusOK }
	require.Eventually(t, ready, patience, 20*time.Millisecond)
	assert.False(t, ear.ask("cuff-start", `{}`).OK, "nobody said who")
	ear.startCuff()
	assert.Equal(t, "refused", ear.ask("cuff-start", `{"by":"AK"}`).Code, "a cuff that measures is not started again")

	who.set(func(v *simulators.Vitals) { v.PulseRate = 170 })
	raised, at := ear.alert(0, "hr_xhigh", "raised")
	assert.Equal(t, "high", raised.body["priority"])
	assert.Contains(t, raised.body["text"], "limit 150")
	reply := ear.ask("acknowledge", `{"by":"AK","occurrence":"`+raised.body["occurrence"].(string)+`"}`)
	require.True(t, reply.OK, reply.Text)
	seen, at := ear.alert(at, "hr_xhigh", "acknowledged")
	assert.Equal(t, "AK", seen.body["acknowledged_by"])
	who.set(func(v *simulators.Vitals) { v.PulseRate = 72 })
	ear.wait(at, "the end of the alert", ".alert.hr_xhigh", func(b map[string]any) bool { return b["state"] == "inactive" })

	result, _ := ear.wait(0, "the cuff's result", ".reading.cuff", func(b map[string]any) bool {
		_, ok := value(b, "systolic")
		return ok
	})
	systolic, _ := value(result.body, "systolic")
	assert.InDelta(t, 120, systolic, 3)
	_, page := get(t, r.Console+"/metrics")
	assert.Contains(t, page, "bedside_nats_connected 1")
	stop()
	_, err := os.Stat(filepath.Join(dir, "record.db"))
	assert.NoError(t, err)
}

// A pulled cable is an alert and never an old value; its return needs nobody.
func TestCablePulledAndPutBack(t *testing.T) {
	wholeAgent(t)
	dir, who, clock := t.TempDir(), newPerson(), pace.Clock{}
	port := plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	r, _ := run(t, configure(t, dir, embedded(dir)), clock)
	ear := listen(t, r.NATS)
	ear.wait(0, "a reading", ".reading.oximeter", func(b map[string]any) bool { return b["values"] != nil })

	require.NoError(t, port.Unplug())
	lost, at := ear.alert(0, "serial_lost", "raised")
	assert.Equal(t, "oximeter", lost.body["device"])
	assert.Equal(t, "technical", lost.body["kind"])
	gone := ear.ask("snapshot", "")
	require.True(t, gone.OK)
	assert.Contains(t, string(gone.Data), `"link":"lost"`)

	require.NoError(t, port.Plug())
	_, at = ear.alert(at, "serial_lost", "ended")
	ear.wait(at, "a value again", ".reading.oximeter", func(b map[string]any) bool { _, ok := value(b, "spo2"); return ok })
}

// What is measured while NATS is away arrives afterwards: all of it, once, in order; an alert is not lost either.
func TestNATSKilledAndStartedAgain(t *testing.T) {
	wholeAgent(t)
	dir, who, hub, clock := t.TempDir(), newPerson(), startHub(t), pace.Clock{}
	plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	r, _ := run(t, configure(t, dir, external(hub.url())), clock)
	ear := listen(t, hub.url())
	ear.wait(0, "a reading", ".reading.oximeter", func(b map[string]any) bool { return b["values"] != nil })

	hub.kill()
	who.set(func(v *simulators.Vitals) { v.PulseRate = 170 })
	// The listener may be back later than the agent, so what has arrived is read from the streams.
	waiting := func() bool { // an alert and a few readings, all kept here
		_, state := get(t, r.Console+"/api/v1/state")
		return strings.Contains(state, `"condition":"hr_xhigh"`) && depth(t, r.Console) >= 4
	}
	require.Eventually(t, waiting, patience, 50*time.Millisecond)
	hub.start()
	require.Eventually(t, func() bool { return depth(t, r.Console) == 0 }, patience, 20*time.Millisecond)
	alerts := stored(t, ear.nc, wire.StreamAlerts)
	assertWhole(t, alerts)
	assertWhole(t, stored(t, ear.nc, wire.StreamReadings))
	assert.True(t, slices.ContainsFunc(alerts, func(h heard) bool {
		return h.body["condition"] == "hr_xhigh" && h.body["event"] == "raised"
	}), "the alert of the outage")
	twice := map[string]int{}
	for _, h := range ear.snapshot() {
		if h.id != "" {
			twice[h.id]++
			assert.Equal(t, 1, twice[h.id], "%s heard twice", h.id)
		}
	}
	sequences(t, append(stored(t, ear.nc, wire.StreamAlerts), stored(t, ear.nc, wire.StreamReadings)...))
}

// After kill -9 the same occurrence is active again, acknowledged as it was; nothing is sent twice and nothing is lost.
func TestAgentKilledAndStartedAgain(t *testing.T) {
	wholeAgent(t)
	dir, who, hub, clock := t.TempDir(), newPerson(), startHub(t), pace.Clock{}
	plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	file := filepath.Join(dir, "bedside.yaml")
	require.NoError(t, os.WriteFile(file, []byte(configText(dir, external(hub.url()))), 0o600))
	ear := listen(t, hub.url())

	first := child(t, file)
	who.set(func(v *simulators.Vitals) { v.PulseRate = 170 })
	raised, at := ear.alert(0, "hr_xhigh", "raised")
	occurrence := raised.body["occurrence"].(string)
	require.True(t, ear.ask("acknowledge", `{"by":"AK","occurrence":"`+occurrence+`"}`).OK)
	_, at = ear.alert(at, "hr_xhigh", "acknowledged")
	ear.wait(at, "time for the record to commit", ".reading.oximeter", func(map[string]any) bool { return true })
	require.NoError(t, first.Process.Kill())
	_, err := first.Process.Wait()
	require.NoError(t, err)

	mark := len(ear.snapshot())
	child(t, file)
	started, _ := ear.wait(mark, "the new process", ".session", func(b map[string]any) bool { return b["event"] == "agent_started" })
	assert.Contains(t, started.body["text"], "resumed")
	status, _ := ear.wait(mark, "its status", ".status", func(b map[string]any) bool { return len(b["alerts"].([]any)) > 0 })
	alert := status.body["alerts"].([]any)[0].(map[string]any)
	assert.Equal(t, occurrence, alert["occurrence"], "the same occurrence")
	assert.Equal(t, "AK", alert["acknowledged_by"])
	_, at = ear.wait(mark, "a reading", ".reading.oximeter", func(b map[string]any) bool { _, ok := value(b, "pulse_rate"); return ok })
	ear.wait(at, "a second reading", ".reading.oximeter", func(map[string]any) bool { return true })
	for _, h := range ear.snapshot()[mark:] {
		assert.False(t, h.body["condition"] == "hr_xhigh" && h.body["event"] == "raised", "raised anew: %v", h.body)
	}
	assertWhole(t, stored(t, ear.nc, wire.StreamAlerts))
	assertWhole(t, stored(t, ear.nc, wire.StreamReadings))
}

// child starts an agent as a process of its own, with more in its environment.
func child(t *testing.T, file string, more ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(append(os.Environ(), "BEDSIDE_TEST_AGENT="+file), more...)
	c.Stderr = t.Output()
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		if c.ProcessState == nil {
			_ = c.Process.Kill() // it may have been killed by the test
			_ = c.Wait()
		}
	})
	return c
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer shut(t, resp.Body)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

// stored returns what a stream holds, in its order.
func stored(t *testing.T, nc *nats.Conn, stream string) []heard {
	t.Helper()
	js, err := nc.JetStream()
	require.NoError(t, err)
	info, err := js.StreamInfo(stream)
	require.NoError(t, err)
	var all []heard
	for seq := info.State.FirstSeq; seq <= info.State.LastSeq; seq++ {
		m, err := js.GetMsg(stream, seq)
		require.NoError(t, err)
		h := heard{subject: m.Subject, id: m.Header.Get(nats.MsgIdHdr), body: map[string]any{}}
		require.NoError(t, json.Unmarshal(m.Data, &h.body))
		all = append(all, h)
	}
	return all
}

// assertWhole checks that a stream has nothing twice and nothing out of order.
func assertWhole(t *testing.T, all []heard) {
	t.Helper()
	require.NotEmpty(t, all)
	last, seen := -1.0, map[string]bool{}
	for _, h := range all {
		assert.False(t, seen[h.id], "%s stored twice", h.id)
		seen[h.id] = true
		seq := h.body["seq"].(float64)
		assert.Greater(t, seq, last, "%s out of order", h.id)
		last = seq
	}
}

// sequences checks that of the numbers that one process gave, none is missing.
func sequences(t *testing.T, all []heard) {
	t.Helper()
	numbers := map[float64]bool{}
	lowest, highest := all[0].body["seq"].(float64), 0.0
	for _, h := range all {
		seq := h.body["seq"].(float64)
		numbers[seq] = true
		lowest, highest = min(lowest, seq), max(highest, seq)
	}
	for n := lowest; n <= highest; n++ {
		assert.True(t, numbers[n], "event %v is lost", n)
	}
}

// depth is how many events the broker has not acknowledged.
func depth(t *testing.T, page string) int {
	t.Helper()
	_, state := get(t, page+"/api/v1/state")
	var s wire.Status
	require.NoError(t, json.Unmarshal([]byte(state), &s))
	return s.Outbox
}

func shut(t *testing.T, c io.Closer) {
	t.Helper()
	assert.NoError(t, c.Close())
}
