package monitor

import (
	"context"
	"slices"
	"time"

	"bedside/agent/wire"
)

// answersKept is how many orders with an id are remembered; our choice: more than a whole session has.
const answersKept = 200

// answer is what an order with an id was answered. Only what was carried out is kept: a refusal has changed nothing.
type answer struct {
	Verb string `json:"verb"`
	ID   string `json:"id"`
	Text string `json:"text,omitempty"`
}

// once carries an order out, unless one with this id was. The id is kept before the deed, so that both are recorded
// together.
func (m *Monitor) once(verb, id string, do func() wire.Reply) wire.Reply {
	if id == "" {
		return do()
	}
	if done, ok := m.find(verb, id); ok {
		return done
	}
	m.keep(verb, id)
	reply := do()
	i := slices.IndexFunc(m.answers, func(a answer) bool { return a.Verb == verb && a.ID == id })
	switch {
	case i >= 0 && reply.OK:
		m.answers[i].Text = reply.Text
	case i >= 0:
		m.answers = slices.Delete(m.answers, i, i+1)
	}
	m.unsaved = true
	return reply
}

func (m *Monitor) find(verb, id string) (wire.Reply, bool) {
	for _, a := range m.answers {
		if a.Verb == verb && a.ID == id {
			return wire.Reply{OK: true, Text: a.Text}, true
		}
	}
	return wire.Reply{}, false
}

// keep remembers that an order was carried out.
func (m *Monitor) keep(verb, id string) {
	if id == "" {
		return
	}
	if len(m.answers) >= answersKept {
		m.answers = slices.Delete(m.answers, 0, len(m.answers)-answersKept+1)
	}
	m.answers = append(m.answers, answer{Verb: verb, ID: id})
	m.unsaved = true
}

// answered returns the answer to an order of another goroutine that was carried out before.
func (m *Monitor) answered(ctx context.Context, verb, id string) (reply wire.Reply, ok bool) {
	if id == "" {
		return reply, false
	}
	var found wire.Reply
	var was bool
	if err := m.ask(ctx, func(time.Time) { found, was = m.find(verb, id) }); err != nil {
		return stopping(), true
	}
	return found, was
}
