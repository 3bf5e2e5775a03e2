package notify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"bedside/agent/config"
)

const (
	// repeatEvery is how often active alerts are said again; the documentation of Alertmanager asks for 30 s to 3 min.
	repeatEvery = time.Minute
	// endsIn is when Alertmanager takes an alert for over that nobody says again: three repetitions may be lost. Our choice.
	endsIn = 4 * repeatEvery
)

// alertmanager posts to version 2 of the interface of Prometheus' Alertmanager, for staff who look after machines.
type alertmanager struct{ poster }

// managed is an alert as Alertmanager takes it. The labels are its identity.
type managed struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
}

func newAlertmanager(c *config.Channel) (*alertmanager, error) {
	p, err := newPoster(c, func(u *url.URL) *url.URL { return u.JoinPath("api", "v2", "alerts") })
	return &alertmanager{p}, err
}

func (a *alertmanager) send(ctx context.Context, now time.Time, n *Notice) error {
	list := []Notice{*n}
	if n.before != nil { // the alert of another priority is another one to Alertmanager, so that one ends
		ended := *n
		ended.Priority, ended.Resolved = *n.before, true
		list = append(list, ended)
	}
	return a.repeat(ctx, now, list)
}

// repeat says alerts again.
func (a *alertmanager) repeat(ctx context.Context, now time.Time, open []Notice) error {
	body, err := manageAll(now, open)
	if err != nil {
		return fmt.Errorf("notify: alertmanager: %w", err)
	}
	return a.post(ctx, http.Header{}, body)
}

func manageAll(now time.Time, open []Notice) ([]byte, error) {
	list := make([]managed, len(open))
	for i := range open {
		list[i] = manage(now, &open[i])
	}
	return encode(list)
}

// manage says an alert of now. Routes go by labels, so the priority is one of them; what changes otherwise is no label.
func manage(now time.Time, n *Notice) managed {
	p := n.public()
	m := managed{
		Labels:      map[string]string{"alertname": "BedsideAlert", "site": p.site, "priority": p.priority, "occurrence": p.key},
		Annotations: map[string]string{"summary": p.headline(), "description": p.call(), "step": p.step},
		StartsAt:    p.at.UTC(), EndsAt: now.Add(endsIn).UTC(),
	}
	if p.room != "" {
		m.Labels["room"] = p.room
	}
	switch {
	case p.test:
		m.Labels["alertname"], m.EndsAt = "BedsideTest", now.Add(repeatEvery).UTC()
	case p.simulated:
		m.Labels["alertname"] = "BedsideSimulated"
	case p.kind == Technical:
		m.Labels["alertname"] = "BedsideTechnical"
	}
	if p.resolved {
		m.EndsAt = now.UTC()
	}
	return m
}
