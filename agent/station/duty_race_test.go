package station_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

// desks are two stations on one server, and the bucket that both write.
type desks struct {
	stations [2]running
	bucket   jetstream.KeyValue
}

func newDesks(t *testing.T) *desks {
	t.Helper()
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	d := &desks{stations: [2]running{run(t, "desk", hub.URL(), &pocket{}), run(t, "tower", hub.URL(), &pocket{})}}
	for i, s := range d.stations {
		warm, err := json.Marshal(wire.DutyOrder{By: "AK", Action: wire.DutyTake, Rooms: []string{fmt.Sprintf("warm-%d", i)}})
		require.NoError(t, err)
		eventually(t, "duty can be taken", func() bool { return s.Station.Duty(t.Context(), "page", warm).OK })
	}
	js, err := jetstream.New(newRoom(t, hub.URL(), "room-1").nc)
	require.NoError(t, err)
	d.bucket, err = js.KeyValue(t.Context(), broker.BucketDuty)
	require.NoError(t, err)
	return d
}

// nurse returns who has a room, by the bucket itself.
func (d *desks) nurse(t *testing.T, room string) string {
	t.Helper()
	e, err := d.bucket.Get(t.Context(), "clinic."+room)
	if err != nil {
		require.ErrorIs(t, err, jetstream.ErrKeyNotFound)
		return ""
	}
	var has wire.Duty
	require.NoError(t, json.Unmarshal(e.Value(), &has))
	return has.Nurse
}

// race gives two orders at the same moment.
func (d *desks) race(t *testing.T, orders [2]wire.DutyOrder) [2]wire.Reply {
	t.Helper()
	var replies [2]wire.Reply
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range orders {
		payload, err := json.Marshal(orders[i])
		require.NoError(t, err)
		group.Go(func() {
			<-start
			replies[i] = d.stations[i].Station.Duty(t.Context(), "page", payload)
		})
	}
	close(start)
	group.Wait()
	return replies
}

// TestTwoOrdersAtOnceHaveOneWinner: orders of two stations that meet in flight, over the same rooms named in either order,
// and over rooms that are not all the same. One is carried out wholly; the other not at all, and says who was faster.
func TestTwoOrdersAtOnceHaveOneWinner(t *testing.T) {
	d := newDesks(t)
	initials := [2]string{"AK", "BM"}
	var won [2]int
	for round := range 60 {
		room := func(n int) string { return fmt.Sprintf("room-%d-%d", round, n) }
		rooms := [2][]string{{room(1), room(2), room(3)}, {room(3), room(2), room(1)}}
		if round%3 == 2 {
			rooms = [2][]string{{room(2), room(1)}, {room(3), room(2)}}
		}
		var orders [2]wire.DutyOrder
		for i := range orders {
			orders[i] = wire.DutyOrder{By: initials[i], Action: wire.DutyTake, Rooms: rooms[i]}
		}
		replies := d.race(t, orders)
		require.NotEqual(t, replies[0].OK, replies[1].OK, "one wins: %q, %q", replies[0].Text, replies[1].Text)
		winner := 0
		if replies[1].OK {
			winner = 1
		}
		won[winner]++
		loser := 1 - winner
		has := map[string]string{}
		for _, name := range rooms[loser] {
			has[name] = ""
		}
		for _, name := range rooms[winner] {
			has[name] = initials[winner]
		}
		for name, want := range has {
			assert.Equal(t, want, d.nurse(t, name), name)
		}
		assert.Equal(t, "taken", replies[loser].Code)
		assert.Contains(t, replies[loser].Text, initials[winner], "the loser is told who has it")
		var changes []wire.DutyChange
		if len(replies[loser].Data) > 0 {
			require.NoError(t, json.Unmarshal(replies[loser].Data, &changes))
		}
		for _, c := range changes {
			assert.False(t, c.Done, c.Room)
		}
	}
	t.Logf("orders won: %v", won)
}

// TestAnOrderThatIsBrokenOffLeavesNothingHalfDone: the page that gave it goes away at any moment.
func TestAnOrderThatIsBrokenOffLeavesNothingHalfDone(t *testing.T) {
	d := newDesks(t)
	chance := rand.New(rand.NewPCG(1, 2))
	outcomes := map[bool]int{}
	for round := range 40 {
		o := wire.DutyOrder{By: "AK", Action: wire.DutyTake}
		for i := range 8 {
			o.Rooms = append(o.Rooms, fmt.Sprintf("room-%d-%d", round, i))
		}
		payload, err := json.Marshal(o)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(chance.IntN(8000))*time.Microsecond)
		reply := d.stations[0].Station.Duty(ctx, "page", payload)
		cancel()
		want := ""
		if reply.OK {
			want = "AK"
		}
		outcomes[reply.OK]++
		for _, name := range o.Rooms {
			assert.Equal(t, want, d.nurse(t, name), "%s: %s", name, reply.Text)
		}
	}
	t.Logf("carried out: %d, broken off: %d", outcomes[true], outcomes[false])
}
