package whatif

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// limits sets again what somebody set, one by one: what the other profile does not allow is said, and the rest holds.
func (r *Replay) limits(at time.Time, p *wire.Session) error {
	r.room.tick(at)
	all := alerts.SetLimits{By: p.By, Reason: p.Reason, Beyond: p.Beyond}
	for i := range p.Limits {
		c, err := p.Limits[i].Input()
		if err != nil {
			return fmt.Errorf("whatif: message %d: %w", p.Seq, err)
		}
		all.Changes = append(all.Changes, c)
	}
	if r.room.engine.Refuse(all) == nil {
		r.room.judge(at, all)
		r.room.settle(at)
		return nil
	}
	if strings.TrimSpace(all.Reason) == "" {
		all.Reason = whyRepeated // by the recorded profile it was more careful, by this one it is less
	}
	for i, c := range all.Changes {
		one := all
		one.Changes = []alerts.LimitChange{c}
		switch err := r.room.engine.Refuse(one); {
		case err == nil:
			r.room.judge(at, one)
			r.room.settle(at)
		case !errors.Is(err, alerts.ErrAlready):
			r.note(at, "limits set: not with %s: %s %s: %s", r.room.profile.Word(), p.Limits[i].Title, p.Limits[i].New, alerts.Words(err))
		}
	}
	return nil
}
