package agent

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bedside/agent/monitor"
	"bedside/agent/record"
	"bedside/agent/wire"
)

// changesTold is how many changes of the configuration are told one by one; our choice.
const changesTold = 30

// The names under which the configuration that is recorded has what is not in its file.
const (
	byProgram = "program"
	byProfile = "profile in force"
)

// resume asks the record what the last run left behind, and records as the first event of this one what it goes by: the
// hash of the configuration, and what is different from the last start. A demo has no configuration to record.
func (a *agent) resume(ctx context.Context, rules monitor.Rules) (record.Resume, error) {
	r, err := a.store.Resume(ctx)
	values := a.o.Config.Written()
	if err != nil || values == nil {
		return r, err
	}
	values[byProfile] = rules.Word + " " + rules.Hash
	hashed, err := json.Marshal(values)
	if err != nil {
		return r, fmt.Errorf("agent: configuration: %w", err)
	}
	values[byProgram] = a.o.Version
	body, err := json.Marshal(values)
	if err != nil {
		return r, fmt.Errorf("agent: configuration: %w", err)
	}
	c := a.o.Config
	now, room := a.o.Clock.Now(), wire.Room{Site: c.Site, Room: c.Room}
	h := wire.Header{
		V: wire.Version, ID: wire.MessageID(c.Room, a.boot, r.NextSeq), Seq: r.NextSeq, At: wire.Time{Time: now}, Boot: a.boot,
		Site: c.Site, Room: c.Room, Session: r.Session, Mode: c.Mode,
	}
	payload, err := json.Marshal(wire.Session{
		Header: h, Event: wire.EventConfiguration, Text: fmt.Sprintf("Configuration %x: %s", sha256.Sum256(hashed), since(r.Configuration, values)),
	})
	if err != nil {
		return r, fmt.Errorf("agent: configuration: %w", err)
	}
	a.opening = wire.Message{ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: room.Session(), At: now, Payload: payload}
	a.store.Append(record.Batch{Messages: []wire.Message{a.opening}, Configuration: body})
	a.metrics.Recorded(1)
	r.NextSeq++
	return r, nil
}

// since says in words what is different from the configuration of the last start.
func since(recorded []byte, values map[string]string) string {
	var last map[string]string
	if recorded == nil || json.Unmarshal(recorded, &last) != nil {
		return "the first start with this record"
	}
	keys := maps.Clone(values)
	maps.Copy(keys, last)
	var changes []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		was, before := last[key]
		is, now := values[key]
		switch {
		case was == is && before == now:
		case !before:
			changes = append(changes, fmt.Sprintf("%s is %s now", key, is))
		case !now:
			changes = append(changes, fmt.Sprintf("%s was %s and is left out now", key, was))
		default:
			changes = append(changes, fmt.Sprintf("%s was %s and is %s now", key, was, is))
		}
	}
	switch more := len(changes) - changesTold; {
	case len(changes) == 0:
		return "the same as at the last start"
	case more > 0:
		changes = append(changes[:changesTold], fmt.Sprintf("and %d more changes", more))
	}
	return "since the last start, " + strings.Join(changes, "; ")
}

// keepWave records a wave if the configuration asks for it. Waves have no number of their own, so they are counted here.
func (a *agent) keepWave(m wire.Message) {
	if m.Class != wire.ClassPassing || !a.o.Config.Record.Waves {
		return
	}
	a.waves++
	m.ID = fmt.Sprintf("%s-%s-wave-%d", a.o.Config.Room, a.boot, a.waves)
	a.store.Append(record.Batch{Messages: []wire.Message{m}})
}
