package notify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bedside/agent/config"
	"bedside/alerts"
)

// ntfy publishes to one topic, as JSON to the root of the server (docs.ntfy.sh, "Publish as JSON"), so that every character
// of a text arrives.
type ntfy struct {
	poster

	topic, click string
}

type ntfyMessage struct {
	Topic    string   `json:"topic"`
	Title    string   `json:"title"`
	Message  string   `json:"message"`
	Priority int      `json:"priority"`
	Tags     []string `json:"tags"`
	Click    string   `json:"click,omitempty"`
}

func newNtfy(c *config.Channel) (*ntfy, error) {
	n := &ntfy{click: c.Click}
	var err error
	n.poster, err = newPoster(c, func(u *url.URL) *url.URL {
		n.topic = strings.Trim(u.Path, "/")
		return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	})
	return n, err
}

func (n *ntfy) send(ctx context.Context, _ time.Time, notice *Notice) error {
	body, err := n.body(notice)
	if err != nil {
		return fmt.Errorf("notify: ntfy: %w", err)
	}
	return n.post(ctx, http.Header{}, body)
}

func (n *ntfy) body(notice *Notice) ([]byte, error) {
	p := notice.public()
	m := ntfyMessage{Topic: n.topic, Title: p.headline(), Message: p.call() + "\n" + p.when(), Click: n.click}
	m.Priority, m.Tags = urgency(notice)
	return encode(&m)
}

// urgency is ntfy's priority, 1 to 5, of which 5 breaks through a phone's silence, and the picture beside the title.
func urgency(n *Notice) (int, []string) {
	switch {
	case n.test, n.Simulated:
		return 3, []string{"test_tube"}
	case n.Resolved:
		return 2, []string{"white_check_mark"}
	case n.Priority == alerts.High:
		return 5, []string{"rotating_light"}
	case n.Priority == alerts.Medium:
		return 4, []string{"warning"}
	default:
		return 3, []string{"information_source"}
	}
}
