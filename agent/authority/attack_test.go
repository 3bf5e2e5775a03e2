package authority_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/authority"
	"bedside/agent/broker"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// keepsSecrets asserts that what was refused is in the log, and no key is.
func (s *site) keepsSecrets(refused ...string) {
	s.t.Helper()
	for _, subject := range refused {
		require.Eventually(s.t, func() bool { return strings.Contains(s.log.String(), subject) }, patience, time.Millisecond, subject)
	}
	assert.NotRegexp(s.t, `\bSU[A-Z0-9]{40}|PRIVATE KEY`, s.log.String())
}

// only asserts that what says something allowed now is the first to be heard: all that was tried before was dealt with
// when by's flush was answered.
func only(t *testing.T, by *client, sub *nats.Subscription, says *client, subject string) {
	t.Helper()
	require.NoError(t, by.Flush())
	require.NoError(t, says.Publish(subject, []byte("allowed")))
	m, err := sub.NextMsg(patience)
	require.NoError(t, err)
	assert.Equal(t, subject+" allowed", m.Subject+" "+string(m.Data))
}

// TestARoomSpeaksForItselfAlone tries every subject that is not its own.
func TestARoomSpeaksForItselfAlone(t *testing.T) {
	s := newSite(t)
	desk, thief := s.connect("desk"), s.connect("room-1")
	ear := desk.hear("bedside.v1.clinic.>")
	victim := roomCalled("room-2")
	own := roomCalled("room-1")
	subjects := []string{
		victim.Alert("spo2_low"), victim.Status(), victim.Receipt(), victim.Session(), victim.Reading("oximeter"), victim.Wave("oximeter"),
		victim.CommandFrom("acknowledge", "desk"), victim.Command("acknowledge"), own.Command("acknowledge"), own.CommandFrom("session-end", "desk"),
		wire.Station{Site: "clinic", Station: "desk"}.Status(), "$KV.BEDSIDE_DUTY.clinic.room-2", broker.GuardSubject(victim, broker.AskGet, wire.StreamAlerts),
	}
	for _, subject := range subjects {
		require.NoError(t, thief.PublishRequest(subject, thief.NewInbox(), []byte(`{"by":"AK"}`)))
		thief.isRefused(subject)
	}
	only(t, thief, ear, thief, own.Status())
	s.keepsSecrets(subjects...)
}

// TestARoomHearsItselfAlone tries to listen to others.
func TestARoomHearsItselfAlone(t *testing.T) {
	s := newSite(t)
	desk, thief := s.connect("desk"), s.connect("room-1")
	other := s.connect("room-2")
	subjects := []string{
		">", "bedside.v1.>", roomCalled("room-2").Status(), roomCalled("room-2").Command(">"), "_INBOX.>", "_INBOX.bedside.clinic.room-2.>",
		"$KV.BEDSIDE_DUTY.>", "$JS.EVENT.>",
	}
	for _, subject := range subjects {
		_, err := thief.SubscribeSync(subject)
		require.NoError(t, err)
		thief.isRefused(subject)
	}
	require.NoError(t, other.Publish(roomCalled("room-2").Status(), []byte("{}")))
	_, err := desk.Request(roomCalled("room-2").CommandFrom("acknowledge", "desk"), nil, patience)
	require.ErrorIs(t, err, nats.ErrNoResponders)
	s.keepsSecrets(subjects...)
}

// TestARoomCannotReachTheStreams tries the whole API of JetStream, and the guard with questions about others.
func TestARoomCannotReachTheStreams(t *testing.T) {
	s := newSite(t)
	desk, thief, other := s.connect("desk"), s.connect("room-1"), s.connect("room-2")
	_, err := other.Request(roomCalled("room-2").Alert("spo2_low"), []byte("{}"), patience)
	require.NoError(t, err)
	stream := wire.StreamAlerts
	var subjects []string
	for _, call := range []string{
		"STREAM.PURGE." + stream, "STREAM.DELETE." + stream, "STREAM.UPDATE." + stream, "STREAM.CREATE.MINE", "STREAM.MSG.DELETE." + stream,
		"STREAM.MSG.GET." + stream, "STREAM.SNAPSHOT." + stream, "STREAM.NAMES", "STREAM.LIST", "DIRECT.GET." + stream, "DIRECT.GET.KV_BEDSIDE_DUTY",
		"DIRECT.GET." + stream + "." + roomCalled("room-2").Alert("spo2_low"), "CONSUMER.CREATE." + stream + ".c", "CONSUMER.MSG.NEXT." + stream + ".c",
	} {
		for _, api := range []broker.API{broker.JetStream, broker.Guarded} {
			if subject := string(api) + "." + call; subject != broker.Guarded.Get(stream) {
				subjects = append(subjects, subject)
			}
		}
	}
	for _, subject := range subjects {
		require.NoError(t, thief.PublishRequest(subject, thief.NewInbox(), []byte("{}")))
		thief.isRefused(subject)
	}
	for name, q := range map[string]broker.Question{
		"next": {NextOf: roomCalled("room-2").Everything(), Start: 1, Batch: 10}, "all": {NextOf: ">", Start: 1, Batch: 10},
		"last": {LastOf: []string{roomCalled("room-1").Alert("*"), roomCalled("room-2").Alert("*")}},
		"like": {NextOf: "bedside.v1.clinic.room-1*.>", Start: 1, Batch: 10}, "both": {NextOf: roomCalled("room-1").Everything(), LastOf: []string{">"}},
	} {
		_, err := broker.Look(t.Context(), thief.Conn, broker.Guarded, stream, q)
		require.ErrorContains(t, err, "does not answer", name)
	}
	for _, body := range []string{`{"last_by_subj":"` + roomCalled("room-2").Alert("spo2_low") + `"}`, `{"seq":1}`, `{`, ``, strings.Repeat("[", 10000)} {
		m, err := thief.Request(broker.Guarded.Get(stream), []byte(body), patience)
		require.NoError(t, err)
		assert.Equal(t, "408", m.Header.Get("Status"), body)
	}
	m, err := thief.Request(broker.Guarded.Info(stream), []byte(`{"subjects_filter":">"}`), patience)
	require.NoError(t, err)
	assert.NotContains(t, string(m.Data), "room-2", "the names of other rooms")

	made, err := broker.EnsureStream(t.Context(), desk.Conn, broker.JetStream, broker.Stream(wire.ClassAlert, broker.Site))
	require.NoError(t, err)
	assert.EqualValues(t, 1, made.Info.State.Msgs)
	assert.Empty(t, made.Differs)
	s.keepsSecrets(append(subjects, "not the room's own")...)
}

// TestAnAnswerCannotBeSentElsewhere: a server answers to whatever address a question names, in its own right. Without
// accounts of their own, a room could so put what it likes on another's subjects, or on the duty of all.
func TestAnAnswerCannotBeSentElsewhere(t *testing.T) {
	s := newSite(t)
	desk, thief, other := s.connect("desk"), s.connect("room-1"), s.connect("room-2")
	ear := desk.hear("bedside.v1.clinic.room-2.>")
	orders := other.hear(roomCalled("room-2").Command(">"))
	own := roomCalled("room-1")
	for _, to := range []string{
		roomCalled("room-2").Alert("spo2_low"), roomCalled("room-2").CommandFrom("acknowledge", "desk"), "$KV.BEDSIDE_DUTY.clinic.room-2",
		"$JS.API.STREAM.PURGE.BEDSIDE_ALERTS", "_INBOX.bedside.clinic._station.desk.1", "_R_.1",
	} {
		require.NoError(t, thief.PublishRequest(own.Alert("hr_high"), to, []byte(`{"by":"AK"}`)))
		question := fmt.Appendf(nil, `{"next_by_subj":%q,"seq":1,"batch":5}`, own.Everything())
		require.NoError(t, thief.PublishRequest(broker.Guarded.Get(wire.StreamAlerts), to, question))
		require.NoError(t, thief.Flush())
	}
	_, err := thief.Request(own.Alert("hr_high"), nil, patience) // what came before has been dealt with
	require.NoError(t, err)
	only(t, desk, ear, other, roomCalled("room-2").Status())
	only(t, other, orders, desk, roomCalled("room-2").CommandFrom("snapshot", "desk"))
	js, err := jetstream.New(desk.Conn)
	require.NoError(t, err)
	kv, err := js.KeyValue(t.Context(), broker.BucketDuty)
	require.NoError(t, err)
	_, err = kv.Get(t.Context(), "clinic.room-2")
	require.ErrorIs(t, err, jetstream.ErrKeyNotFound)
	made, err := broker.EnsureStream(t.Context(), desk.Conn, broker.JetStream, broker.Stream(wire.ClassAlert, broker.Site))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, made.Info.State.Msgs, uint64(6), "nothing was purged")
}

// TestAViewerSaysNothing has it try to order, to answer, and to hear the initials in orders.
func TestAViewerSaysNothing(t *testing.T) {
	s := newSite(t)
	wall, desk, room := s.connect("wall"), s.connect("desk"), s.connect("room-1")
	r := roomCalled("room-1")
	orders := room.hear(r.Command(">"))
	subjects := []string{
		r.CommandFrom("acknowledge", "desk"), r.CommandFrom("acknowledge", "wall"), r.Command("session-end"), r.Status(), r.Receipt(),
		"$KV.BEDSIDE_DUTY.clinic.room-1", "$JS.API.STREAM.PURGE.BEDSIDE_ALERTS", "$JS.API.DIRECT.GET.BEDSIDE_ALERTS",
	}
	for _, subject := range subjects {
		require.NoError(t, wall.Publish(subject, []byte(`{"by":"AK"}`)))
		wall.isRefused(subject)
	}
	only(t, wall, orders, desk, r.CommandFrom("snapshot", "desk"))
	ear := wall.hear("bedside.v1.clinic.>")
	require.NoError(t, desk.Publish(r.CommandFrom("acknowledge", "desk"), []byte(`{"by":"AK"}`)))
	_, err := orders.NextMsg(patience)
	require.NoError(t, err)
	only(t, desk, ear, room, r.Status())
	s.keepsSecrets(subjects...)
}

// TestAStationOrdersInItsOwnNameAlone tries the name of another, the room's own voice, and the streams.
func TestAStationOrdersInItsOwnNameAlone(t *testing.T) {
	s := newSite(t)
	corridor, room := s.connect("corridor"), s.connect("room-1")
	r := roomCalled("room-1")
	orders := room.hear(r.Command(">"))
	subjects := []string{
		r.CommandFrom("acknowledge", "desk"), r.Command("acknowledge"), wire.Station{Site: "clinic", Station: "desk"}.Status(),
		r.Alert("spo2_low"), r.Status(), r.Receipt(), "$JS.API.STREAM.PURGE.BEDSIDE_ALERTS", "$JS.API.STREAM.DELETE.KV_BEDSIDE_DUTY",
		"$JS.API.STREAM.UPDATE.BEDSIDE_ALERTS", "$JS.API.STREAM.CREATE.MINE",
		broker.GuardSubject(r, broker.AskGet, wire.StreamAlerts),
	}
	for _, subject := range subjects {
		require.NoError(t, corridor.Publish(subject, []byte(`{"by":"AK"}`)))
		corridor.isRefused(subject)
	}
	_, err := corridor.SubscribeSync("_INBOX.bedside.clinic._station.desk.>")
	require.NoError(t, err)
	corridor.isRefused("_INBOX.bedside.clinic._station.desk.>")
	only(t, corridor, orders, corridor, r.CommandFrom("acknowledge", "corridor"))
	s.keepsSecrets(subjects...)
}

// turnedAway expects that nobody is let in, and to be told why: the server closes right behind its word, which then does not always
// arrive.
func turnedAway(t *testing.T, url, what string, opts ...nats.Option) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := nats.Connect(url, opts...)
		return assert.Error(t, err, what) && errors.Is(err, nats.ErrAuthorization)
	}, patience, time.Millisecond, what)
}

// TestStrangersAreNotLetIn has no credential, a credential of another site, no TLS, and a payload that is too large.
func TestStrangersAreNotLetIn(t *testing.T) {
	s := newSite(t)
	room := s.credential("room-1")
	url := room.Servers[0]
	turnedAway(t, url, "no credential", nats.Secure(room.TLS()))
	turnedAway(t, url, "a guess", nats.Secure(room.TLS()), nats.UserInfo("admin", "admin"))

	foreign, _ := made(t, time.Now(), strings.TrimPrefix(url, "tls://"))
	text, err := os.ReadFile(foreign.Credential())
	require.NoError(t, err)
	stranger := withCA(t, text, room.CA)
	turnedAway(t, url, "another site's key", stranger.Options()...)

	plain, err := net.Dial("tcp", strings.TrimPrefix(url, "tls://"))
	require.NoError(t, err)
	defer func() { assert.NoError(t, plain.Close()) }()
	require.NoError(t, plain.SetDeadline(time.Now().Add(patience)))
	_, err = plain.Write([]byte("CONNECT {\"verbose\":true}\r\nPING\r\nSUB > 1\r\n"))
	require.NoError(t, err)
	lines := bufio.NewReader(plain)
	greeting, err := lines.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, greeting, `"tls_required":true`)
	rest, _ := lines.ReadString('\n')
	assert.NotContains(t, rest, "OK")
	assert.NotContains(t, rest, "PONG")

	_, err = tls.Dial("tcp", strings.TrimPrefix(url, "tls://"), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}) //nolint:gosec // the attack
	require.Error(t, err)

	c := s.connect("room-1")
	ear := s.connect("desk").hear("bedside.v1.clinic.>")
	require.ErrorIs(t, c.Publish(roomCalled("room-1").Status(), make([]byte, 300<<10)), nats.ErrMaxPayload)
	only(t, c, ear, c, roomCalled("room-1").Status())
	s.keepsSecrets("authentication error")
}

// TestWhoPassesForTheStation is found out by rooms: another authority, and a certificate that has expired or is for another
// name.
func TestWhoPassesForTheStation(t *testing.T) {
	for name, c := range map[string]struct {
		address string
		at      time.Time
		own     bool // the room trusts this very authority
		want    string
	}{
		"another authority": {"127.0.0.1", time.Now(), false, "unknown authority"},
		"expired":           {"127.0.0.1", time.Now().Add(-398 * 24 * time.Hour), true, "expired"},
		"another name":      {"192.0.2.7", time.Now(), true, "not desk.example"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			room := s.credential("room-1")
			impostor, _ := made(t, c.at, c.address)
			ca := room.CA
			if c.own {
				var err error
				ca, err = impostor.CA()
				require.NoError(t, err)
			}
			s.Stop()
			s.opts.TLS = impostor.TLS()
			s.start()
			text, err := os.ReadFile(s.file("room-1"))
			require.NoError(t, err)
			cred := withCA(t, text, ca)
			cred.Servers = room.Servers
			options := cred.Options()
			if name == "another name" { // loopback is in every certificate, so the station is called by a name
				named := cred.TLS()
				named.ServerName = "desk.example"
				options = append(options, nats.Secure(named))
			}
			_, err = nats.Connect(cred.Servers[0], options...)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestARevokedCredentialEndsNow ends the connection that there is, and refuses the next one.
func TestARevokedCredentialEndsNow(t *testing.T) {
	s := newSite(t)
	cred := s.credential("room-1")
	gone := make(chan struct{})
	room, err := nats.Connect(cred.Servers[0], append(cred.Options(), nats.NoReconnect(), nats.ClosedHandler(func(*nats.Conn) { close(gone) }))...)
	require.NoError(t, err)
	defer room.Close()
	other := s.connect("room-2")
	again, err := authority.Open(s.dir, time.Now()) // as the command does, in a process of its own
	require.NoError(t, err)
	_, err = again.Revoke("room-1")
	require.NoError(t, err)
	select {
	case <-gone:
	case <-time.After(patience):
		require.Fail(t, "the connection stays")
	}
	s.keepsSecrets("users of NATS have changed") // not before: server 2.15.2 looks at who is connecting without a lock while they change
	turnedAway(t, cred.Servers[0], "what was revoked", cred.Options()...)
	_, err = other.Request(roomCalled("room-2").Alert("spo2_low"), nil, patience)
	require.NoError(t, err, "the others are not disturbed")
	assert.True(t, other.IsConnected())
}

// TestABrokenUsersFileChangesNothing keeps everybody in, and says so.
func TestABrokenUsersFileChangesNothing(t *testing.T) {
	s := newSite(t)
	room := s.connect("room-1")
	good, err := os.ReadFile(s.auth.UsersFile())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.auth.UsersFile(), good[:len(good)/2], 0o600))
	s.keepsSecrets("users of NATS stay as they were")
	_, err = room.Request(roomCalled("room-1").Alert("spo2_low"), nil, patience)
	require.NoError(t, err)
	s.connect("room-2")
}

// withCA is a credential that trusts another authority.
func withCA(t *testing.T, text, ca []byte) *credential.Credential {
	t.Helper()
	at := bytes.Index(text, []byte("-----BEGIN CERTIFICATE"))
	require.Positive(t, at)
	c, err := credential.Parse(append(bytes.Clone(text[:at]), ca...))
	require.NoError(t, err)
	return c
}
