package notify_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/alerts"
)

// TestNothingOfAPersonLeaves poisons every text of a notice with what must stay: a session's code, values, names, whatever a
// mistake elsewhere could put there. None of it, as it is or in base64, is in a byte that goes out.
func TestNothingOfAPersonLeaves(t *testing.T) {
	server := startPost(t, &post{})
	opened := map[string]*notify.Notifier{config.Mail: open(t, mailChannel(server))}
	web := map[string]*served{}
	for _, kind := range []string{config.Ntfy, config.Webhook, config.Alertmanager} {
		web[kind] = serve(t, false, nil)
		opened[kind] = open(t, channel(t, kind, web[kind].URL))
	}
	poison := rapid.OneOf(
		rapid.SampledFrom([]string{"K-0412", "Anna Muster", "systolic 186", "SpO2=83%", "186/110 mmHg", "AB\r\nX-Evil: K-0412", "note: fainted"}),
		rapid.StringMatching(`[A-Z]{2}-[0-9]{4}`), rapid.StringN(6, 40, 200),
	).Filter(func(s string) bool { // a token is what a room is called, and may be said
		return len(strings.TrimSpace(s)) >= 6 && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ =/\n")
	})
	out := func(kind string) string {
		if kind == config.Mail {
			return server.heard()
		}
		all := strings.Join(web[kind].got, "\n")
		web[kind].got = nil
		return all
	}
	// What every message has anyway, so that a random text which happens to be in there is no find.
	usual := map[string]string{}
	for kind, n := range opened {
		for _, one := range notices() {
			require.NoError(t, notify.Try(t.Context(), n, tried(), one))
		}
		usual[kind] = out(kind)
	}
	rapid.Check(t, func(r *rapid.T) {
		draw := func(name string) string { return poison.Draw(r, name) }
		n := notify.Notice{
			ID: draw("id"), Site: draw("site"), Room: draw("room"), Kind: draw("kind"), Condition: draw("condition"),
			Occurrence: draw("occurrence"), Step: draw("step"), To: []string{draw("to")}, At: began(),
			Priority: alerts.Priority(rapid.IntRange(0, 255).Draw(r, "priority")),
			Resolved: rapid.Bool().Draw(r, "resolved"), Simulated: rapid.Bool().Draw(r, "simulated"),
		}
		for kind, notifier := range opened {
			if err := notify.Try(t.Context(), notifier, tried(), n); err != nil {
				r.Fatalf("%s: %v", kind, err)
			}
			said := out(kind)
			for _, secret := range []string{n.ID, n.Site, n.Room, n.Kind, n.Condition, n.Occurrence, n.Step, n.To[0]} {
				for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
					if strings.Contains(said, form) && !strings.Contains(usual[kind], form) {
						r.Fatalf("%q went out by %s:\n%s", secret, kind, said)
					}
				}
			}
		}
	})
}

func TestTheKeyTellsOccurrencesApart(t *testing.T) {
	a, b := notice(), notice()
	b.ID, b.Step, b.Priority, b.Resolved = "another", "everyone", alerts.Low, true
	assert.Equal(t, a.Key(), b.Key())
	for _, change := range []func(*notify.Notice){
		func(n *notify.Notice) { n.Occurrence = "bp_severe-4" }, func(n *notify.Notice) { n.Room = "room-3" },
		func(n *notify.Notice) { n.Site = "other" }, func(n *notify.Notice) { n.Room, n.Occurrence = "room-", "2bp_severe-3" },
	} {
		b := notice()
		change(&b)
		assert.NotEqual(t, a.Key(), b.Key())
	}
	assert.Len(t, a.Key(), 32)
}

// FuzzRequest sends any words through the channels that make bodies of their own, and expects a body that is whole.
func FuzzRequest(f *testing.F) {
	f.Add("room-2-1", "clinic", "room-2", "physiological", "bp_severe-3", "everyone", uint8(3), false)
	f.Add("K-0412", "K 0412", "\x00", "\"}", "\u2028", "<b>", uint8(9), true)
	f.Fuzz(func(t *testing.T, id, site, room, kind, occurrence, step string, priority uint8, resolved bool) {
		bodies, err := notify.Bodies(tried(), notify.Notice{
			ID: id, Site: site, Room: room, Kind: kind, Occurrence: occurrence, Step: step,
			Priority: alerts.Priority(priority), Resolved: resolved, At: began(),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range bodies {
			if !json.Valid(body) {
				t.Fatalf("%q is no JSON", body)
			}
			for _, c := range body {
				if c < ' ' || c > '~' {
					t.Fatalf("%q has a character that is none of ours", body)
				}
			}
		}
	})
}
