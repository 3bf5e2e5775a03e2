package chaos

import (
	"maps"
	"slices"
	"time"
)

// stationSlack is what looking at the board and a tick of the station add; our choice.
const stationSlack = 2 * time.Second

// told: a room that is silent for long enough, before a station that works, is told there, and none is told that was heard.
func (v *verdict) told(f *facts) {
	limit := silentAfter + heartbeat + stationSlack
	signs := append(f.signs(), f.end) // what came after the end does not matter
	for i := 1; i < len(signs); i++ {
		gap := span{signs[i-1], earlier(signs[i], f.end)}
		for _, s := range both([]span{gap}, f.station) {
			if s.length() < limit {
				continue
			}
			v.Silences++
			told := both([]span{{s.From, s.From.Add(limit)}}, f.silent)
			if len(told) == 0 {
				v.wrong(f.name, "silent", "the station did not say within %v that the room was silent from %v on", limit, s.From.Sub(f.epoch))
				continue
			}
			v.SilencesTold++
			v.LongestSilenceMS = max(v.LongestSilenceMS, told[0].From.Sub(s.From).Milliseconds())
		}
	}
	// Whoever was heard within the limit and is told to be silent is told for nothing. The station hears with the witness.
	for _, s := range f.silent {
		if last := slices.IndexFunc(f.beats, func(b time.Time) bool {
			return b.After(s.From.Add(-silentAfter+heartbeat)) && b.Before(s.From.Add(-stationSlack))
		}); last >= 0 {
			v.wrong(f.name, "for nothing", "the station said at %v that the room is silent, and it was heard at %v",
				s.From.Sub(f.epoch), f.beats[last].Sub(f.epoch))
		}
	}
}

// signs are when the room was heard, by heartbeat or any other word.
func (f *facts) signs() []time.Time {
	list := slices.Clone(f.beats)
	for _, e := range f.heard {
		if !e.Heard.IsZero() {
			list = append(list, e.Heard)
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// shown: an alert that was told while everything worked was on the station's screen.
func (v *verdict) shown(f *facts) {
	calm := both(widen(f.path, -5*time.Second, -3*time.Second), widen(f.station, -5*time.Second, -3*time.Second))
	for i := range f.recorded {
		e := &f.recorded[i]
		if !e.alert() || !within(e.At.Time, calm) || within(e.At.Time, widen(f.delayed, 0, time.Second)) {
			continue
		}
		at := f.shownAt[e.ID]
		if len(at) == 0 {
			v.wrong(f.name, "lost", "%s of %s was not shown by the station", e.ID, e.Subject)
			continue
		}
		v.Shown++
		v.screens = append(v.screens, at[0].Sub(e.At.Time))
	}
}

// agreed: at the end the station shows what the room's record says.
func (v *verdict) agreed(f *facts) {
	if f.tile == nil {
		v.wrong(f.name, "board", "the room is not on the station's board")
		return
	}
	want := map[string]string{}
	for i := range f.recorded {
		if e := &f.recorded[i]; e.alert() && !e.At.After(f.end) {
			want[e.Occurrence] = e.State
		}
	}
	maps.DeleteFunc(want, func(_, state string) bool { return state == "inactive" })
	have := map[string]string{}
	for i := range f.tile.Alerts {
		have[f.tile.Alerts[i].Occurrence] = f.tile.Alerts[i].State
	}
	if !maps.Equal(want, have) {
		v.wrong(f.name, "board", "the station shows %v, the record says %v", have, want)
	}
}
