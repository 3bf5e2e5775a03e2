package chaos

import (
	"context"
	"encoding/json"
	"time"

	"bedside/agent/wire"
)

// reaction is how long the nurse takes to acknowledge, and waits before trying again; our choice.
const reaction = 1500 * time.Millisecond

// nurse acknowledges every alert that latches, as somebody at a screen would, until ctx ends. An order has one id however
// often it is given.
func (w *witness) nurse(ctx context.Context) {
	open := map[string]wire.Alert{} // by room and occurrence
	look := time.NewTicker(reaction)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-w.alerts:
			key := a.Room + " " + a.Occurrence
			if a.Acknowledged || a.State == "inactive" {
				delete(open, key)
			} else if a.Condition == "spo2_crit" {
				open[key] = a
			}
		case <-look.C:
			for key, a := range open {
				if w.acknowledge(ctx, a) {
					delete(open, key)
				}
			}
		}
	}
}

// acknowledge reports whether the room has answered.
func (w *witness) acknowledge(ctx context.Context, a wire.Alert) bool {
	order, err := json.Marshal(wire.Request{By: "CH", ID: "chaos-" + a.Boot + a.Occurrence, Occurrence: a.Occurrence})
	if err != nil {
		w.fail(err)
		return true
	}
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	m, err := w.nc.RequestWithContext(short, wire.Room{Site: a.Site, Room: a.Room}.Command(wire.VerbAcknowledge), order)
	if err != nil {
		return false
	}
	var r wire.Reply
	return json.Unmarshal(m.Data, &r) == nil && (r.OK || r.Code == "not_found")
}
