package chaos

import "time"

// announced: an outage of the path that lasts long enough is told in the room within its limit, and none is told that was not.
func (v *verdict) announced(f *facts) {
	limit := noticeBroker + holdOfBroker
	outages := f.outages()
	for _, o := range both(outages, widen(f.agentUp, -time.Second, 0)) {
		if o.length() < limit+slack {
			continue
		}
		v.Announceable++
		if at, ok := f.raised("broker_lost", o.From.Add(-holdOfBroker), o.From.Add(limit+slack)); ok {
			v.LongestNoticeMS = max(v.LongestNoticeMS, at.Sub(o.From).Milliseconds())
		} else if !f.activeAt("broker_lost", o.From.Add(limit+slack)) {
			v.wrong(f.name, "silent", "the outage at %v for %v was not told in the room within %v", o.From.Sub(f.epoch), o.length(), limit)
		}
	}
	near := widen(either(outages, f.delayed), 0, 20*time.Second)
	for i := range f.recorded {
		e := &f.recorded[i]
		if e.Condition == "broker_lost" && e.Event == "raised" && !within(e.At.Time, near) {
			v.wrong(f.name, "for nothing", "%s broker_lost at %v", e.ID, e.At.Sub(f.epoch))
		}
	}
}

func (f *facts) raised(condition string, from, to time.Time) (time.Time, bool) {
	for i := range f.recorded {
		e := &f.recorded[i]
		if e.Condition == condition && e.Event == "raised" && !e.At.Before(from) && !e.At.After(to) {
			return e.At.Time, true
		}
	}
	return time.Time{}, false
}

func (f *facts) activeAt(condition string, at time.Time) bool {
	return f.active([]string{condition}, at)
}

// lostDevices: an oximeter that is gone is told in the room.
func (v *verdict) lostDevices(f *facts) {
	h := history{}
	for _, s := range f.devices[oximeterName] {
		h.mark(s.From, true)
		h.mark(s.To, false)
	}
	for _, gone := range both(h.spans(false, f.epoch, f.end), widen(f.agentUp, -agentReady, 0)) {
		if due := gone.From.Add(lostDevice); due.Before(gone.To) && !f.active([]string{"serial_lost", "device_silent"}, due) {
			v.wrong(f.name, "silent", "the oximeter was gone from %v on, and nobody was told", gone.From.Sub(f.epoch))
		}
	}
}

// silence: the heartbeats that a receiver heard tell every silence, and there is none that has no cause.
func (v *verdict) silence(f *facts) {
	well := both(f.path, f.agentUp)
	for i := 1; i < len(f.beats); i++ {
		gap := span{f.beats[i-1], f.beats[i]}
		if gap.length() <= heartbeat+slack+time.Second {
			continue
		}
		for _, s := range both([]span{gap}, widen(well, -heartbeat-slack, 0)) {
			if s.length() > heartbeat+slack {
				v.wrong(f.name, "heartbeat", "none for %v until %v, and nothing was broken", s.length(), s.To.Sub(f.epoch))
			}
		}
	}
}
