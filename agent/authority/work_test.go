package authority_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// TestEverybodyCanDoTheirWork is the other side of the attacks: what each needs is allowed, and nothing was refused.
func TestEverybodyCanDoTheirWork(t *testing.T) {
	s := newSite(t)
	room, desk, wall := s.connect("room-1"), s.connect("desk"), s.connect("wall")
	r := roomCalled("room-1")
	atDesk, atWall := desk.hear("bedside.v1.clinic.>"), wall.hear("bedside.v1.clinic.*.>")
	_, err := room.Subscribe(r.Command(">"), func(m *nats.Msg) { assert.NoError(t, m.Respond([]byte("done"))) })
	require.NoError(t, err)
	require.NoError(t, room.Flush())

	for _, subject := range []string{r.Alert("spo2_low"), r.Session(), r.Receipt(), r.Reading("oximeter")} {
		ack, err := room.RequestMsg(&nats.Msg{Subject: subject, Data: []byte("{}"), Header: nats.Header{nats.MsgIdHdr: {"room-1-b-1" + subject}}}, patience)
		require.NoError(t, err, subject)
		assert.Contains(t, string(ack.Data), `"seq":`)
	}
	require.NoError(t, room.Publish(r.Status(), []byte("{}")))
	require.NoError(t, room.Publish(r.Wave("oximeter"), []byte("{}")))
	for _, sub := range []*nats.Subscription{atDesk, atWall} {
		for range 6 {
			m, err := sub.NextMsg(patience)
			require.NoError(t, err)
			assert.Equal(t, "{}", string(m.Data))
		}
	}
	made, err := broker.EnsureStream(t.Context(), room.Conn, broker.Guarded, broker.Stream(wire.ClassAlert, broker.Site))
	require.NoError(t, err)
	assert.EqualValues(t, 3, made.Info.State.LastSeq)
	found, err := broker.Look(t.Context(), room.Conn, broker.Guarded, wire.StreamAlerts, broker.Question{NextOf: r.Everything(), Start: 1, Batch: 512})
	require.NoError(t, err)
	require.Len(t, found, 3)
	assert.Equal(t, broker.Stored{ID: "room-1-b-1" + r.Alert("spo2_low"), Seq: 1}, found[0])
	found, err = broker.Look(t.Context(), room.Conn, broker.Guarded, wire.StreamAlerts, broker.Question{LastOf: []string{r.Alert("*"), r.Session()}})
	require.NoError(t, err)
	assert.Len(t, found, 2)

	answer, err := desk.Request(r.CommandFrom("acknowledge", "desk"), []byte("{}"), patience)
	require.NoError(t, err)
	assert.Equal(t, "done", string(answer.Data))
	_, err = desk.Request(roomCalled("room-2").CommandFrom("acknowledge", "desk"), nil, patience)
	require.ErrorIs(t, err, nats.ErrNoResponders, "that a room is away is known at once")
	require.NoError(t, desk.Publish(wire.Station{Site: "clinic", Station: "desk"}.Status(), nil))

	js, err := jetstream.New(desk.Conn)
	require.NoError(t, err)
	for _, bucket := range []string{broker.BucketDuty, broker.BucketNotices} {
		kv, err := js.KeyValue(t.Context(), bucket)
		require.NoError(t, err)
		at, err := kv.Create(t.Context(), "clinic.room-1", []byte("AK"))
		require.NoError(t, err)
		_, err = kv.Update(t.Context(), "clinic.room-1", []byte("BL"), at+1)
		require.Error(t, err, "compare-and-set")
		_, err = kv.Update(t.Context(), "clinic.room-1", []byte("BL"), at)
		require.NoError(t, err)
		got, err := kv.Get(t.Context(), "clinic.room-1")
		require.NoError(t, err)
		assert.Equal(t, "BL", string(got.Value()))
		w, err := kv.WatchAll(t.Context())
		require.NoError(t, err)
		select {
		case e := <-w.Updates():
			require.NotNil(t, e)
			assert.Equal(t, "BL", string(e.Value()))
		case <-time.After(patience):
			require.Fail(t, "the bucket cannot be watched")
		}
		require.NoError(t, w.Stop())
		require.NoError(t, kv.Delete(t.Context(), "clinic.room-1"))
	}
	c, err := js.OrderedConsumer(t.Context(), wire.StreamAlerts, jetstream.OrderedConsumerConfig{})
	require.NoError(t, err)
	m, err := c.Next(jetstream.FetchMaxWait(patience))
	require.NoError(t, err)
	assert.Equal(t, r.Alert("spo2_low"), m.Subject())
	for _, c := range []*client{room, desk, wall} {
		require.NoError(t, c.Flush())
		assert.Empty(t, c.refused)
	}
}

// TestARoomMayComeLater lets a room in while the server runs.
func TestARoomMayComeLater(t *testing.T) {
	s := newSite(t)
	desk := s.connect("desk")
	ear := desk.hear("bedside.v1.clinic.>")
	_, err := s.auth.Add(credential.Room, "room-3", time.Now())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(s.log.String(), "users of NATS have changed") }, patience, time.Millisecond)
	room, r := s.connect("room-3"), roomCalled("room-3")
	require.NoError(t, room.Publish(r.Status(), []byte("here")))
	m, err := ear.NextMsg(5 * time.Second)
	require.NoError(t, err)
	assert.Equal(t, "here", string(m.Data))
	_, err = room.Request(r.Alert("spo2_low"), nil, patience)
	require.NoError(t, err)
	orders := room.hear(r.Command(">"))
	only(t, room, orders, desk, r.CommandFrom("snapshot", "desk"))
}
