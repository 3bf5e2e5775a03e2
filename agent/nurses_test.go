package agent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/simulators"
)

// desk is a station as far as a room sees one: it gives orders under its own name, and says every second what it shows.
type desk struct {
	t    *testing.T
	nc   *nats.Conn
	room wire.Room
}

func (d *desk) order(verb string, request wire.Request) wire.Reply {
	d.t.Helper()
	payload, err := json.Marshal(request)
	require.NoError(d.t, err)
	m, err := d.nc.Request(d.room.CommandFrom(verb, "station-1"), payload, patience)
	require.NoError(d.t, err)
	var r wire.Reply
	require.NoError(d.t, json.Unmarshal(m.Data, &r))
	return r
}

// watch renews the lease until the test ends.
func (d *desk) watch(request wire.Request) {
	d.t.Helper()
	require.True(d.t, d.order(wire.VerbWatch, request).OK)
	payload, err := json.Marshal(request)
	require.NoError(d.t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-every.C:
				if err := d.nc.Publish(d.room.CommandFrom(wire.VerbWatch, "station-1"), payload); err != nil {
					return // the connection is closed with the test
				}
			}
		}
	}()
	d.t.Cleanup(func() { stop(); <-done })
}

// The whole way to a nurse and back: nobody there, somebody there, a test alert, a real one, and the end.
func TestTheWayToTheNurse(t *testing.T) {
	wholeAgent(t)
	dir, who, clock, hub := t.TempDir(), newPerson(), pace.New(8), startHub(t)
	plug(t, dir, "oximeter", oximeter(), who, clock)
	plug(t, dir, "cuff", cuff(), who, clock)
	_, stop := run(t, configure(t, dir, external(hub.url())), clock)
	ear := listen(t, hub.url())
	ear.wait(0, "a status", ".status", func(b map[string]any) bool { return b["broker"] == "connected" })

	const start = `{"by":"AK","code":"K-1","route":"iv"}`
	reply := ear.ask(wire.VerbSessionStart, start)
	assert.Equal(t, "uncovered", reply.Code, "a room on the site's bus belongs to a station")

	station := &desk{t: t, nc: ear.nc, room: wire.Room{Site: "clinic", Room: "room-1"}}
	now := time.Now()
	station.watch(wire.Request{By: "station-1", Screens: 1, Sound: 1, Duty: &wire.Duty{
		Nurse: "MK", By: "MK", Station: "station-1", Since: wire.Time{Time: now}, Until: wire.Time{Time: now.Add(time.Hour)},
	}})
	reply = ear.ask(wire.VerbSessionStart, start)
	require.True(t, reply.OK, reply.Text)

	require.True(t, ear.ask(wire.VerbReachTest, `{"by":"AK"}`).OK)
	test, _ := ear.alert(0, "reach_test", "raised")
	occurrence := test.body["occurrence"].(string)
	assert.False(t, ear.ask(wire.VerbAcknowledge, fmt.Sprintf(`{"by":"MK","occurrence":%q}`, occurrence)).OK, "not from a station")
	reply = station.order(wire.VerbAcknowledge, wire.Request{By: "MK", Occurrence: occurrence})
	require.True(t, reply.OK, reply.Text)
	answered, _ := ear.wait(0, "the answer", ".session", func(b map[string]any) bool {
		reach, _ := b["reach"].(map[string]any)
		return b["event"] == wire.EventReachTest && reach["state"] == wire.ReachAnswered
	})
	assert.Equal(t, "station-1", answered.body["via"])
	assert.Equal(t, "K-1", answered.body["session"])

	who.set(func(v *simulators.Vitals) { v.PulseRate = 170 })
	high, _ := ear.alert(0, "hr_xhigh", "raised")
	require.True(t, station.order(wire.VerbReceipt, wire.Request{By: "station-1", Screens: 1, Shown: []string{high.id}}).OK)
	receipt, at := ear.wait(0, "the receipt", ".receipt", func(b map[string]any) bool { return b["alert"] == high.id })
	assert.Equal(t, receipt.body["id"], receipt.id, "it is stored like an alert")
	ear.wait(at, "a status that knows", ".status", func(b map[string]any) bool {
		r, _ := b["recipients"].(map[string]any)
		unseen, _ := r["undisplayed"].([]any)
		return r["covered"] == true && !slices.Contains(unseen, high.body["occurrence"])
	})
	stop()
	ear.wait(at, "the last word", ".status", func(b map[string]any) bool { return b["stopping"] == true })
}
