package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bedside/agent/config"
)

// webhook posts a signed event as the Standard Webhooks specification describes it: the headers webhook-id, the same whenever
// it is tried again, webhook-timestamp, of this try, and webhook-signature.
type webhook struct {
	poster

	secretFile string
}

// event is the body. Its fields are added to, never changed.
type event struct {
	Type      string    `json:"type"` // alert.raised, alert.resolved, channel.test
	Timestamp time.Time `json:"timestamp"`
	Data      eventData `json:"data"`
}

type eventData struct {
	Site       string `json:"site"`
	Room       string `json:"room,omitempty"`
	Priority   string `json:"priority"`
	Kind       string `json:"kind,omitempty"`
	Step       string `json:"step"`
	Occurrence string `json:"occurrence"`
	Text       string `json:"text"`
	Simulated  bool   `json:"simulated,omitempty"`
}

func newWebhook(c *config.Channel) (*webhook, error) {
	p, err := newPoster(c, func(u *url.URL) *url.URL { return u })
	return &webhook{poster: p, secretFile: c.SecretFile}, err
}

func (w *webhook) check() error {
	_, err := w.key()
	return errors.Join(err, w.poster.check())
}

func (w *webhook) send(ctx context.Context, now time.Time, notice *Notice) error {
	key, err := w.key()
	if err != nil {
		return err
	}
	body, err := eventBody(notice)
	if err != nil {
		return fmt.Errorf("notify: webhook: %w", err)
	}
	id := "notice_" + notice.message()
	h := http.Header{}
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	h.Set("Webhook-Signature", sign(key, id, now, body))
	return w.post(ctx, h, body)
}

// eventBody is the same whenever a notice is tried again.
func eventBody(notice *Notice) ([]byte, error) {
	p := notice.public()
	e := event{Type: "alert.raised", Timestamp: p.at.UTC(), Data: eventData{
		Site: p.site, Room: p.room, Priority: p.priority, Kind: p.kind, Step: p.step, Occurrence: p.key,
		Text: p.headline(), Simulated: p.simulated,
	}}
	switch {
	case p.test:
		e.Type = "channel.test"
	case p.resolved:
		e.Type = "alert.resolved"
	}
	return encode(&e)
}

// sign returns the value of webhook-signature: version 1, HMAC with SHA-256 of id, timestamp and body with full stops
// between them, in base64 (Standard Webhooks, "Signature scheme").
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + ".")) // a hash never fails
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// A secret has 24 to 64 bytes (Standard Webhooks, "Signature scheme").
const leastKey, mostKey = 24, 64

// key reads the signing secret, which is whsec_ and its bytes in base64.
func (w *webhook) key() ([]byte, error) {
	text, err := secret(w.kind, "secret_file", w.secretFile)
	if err != nil {
		return nil, err
	}
	coded, ok := strings.CutPrefix(text, "whsec_")
	key, err := base64.StdEncoding.DecodeString(coded)
	if !ok || err != nil || len(key) < leastKey || len(key) > mostKey {
		return nil, temporary(w.kind, "the file of secret_file has no secret of Standard Webhooks, which is whsec_ and %d to %d bytes in base64",
			leastKey, mostKey)
	}
	return key, nil
}
