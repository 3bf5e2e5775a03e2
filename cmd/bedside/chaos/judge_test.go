package chaos

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

// flawless is a room of two minutes, killed once, cut off once, in which everything is as it must be.
func flawless() *facts {
	epoch := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return epoch.Add(time.Duration(s * float64(time.Second))) }
	f := &facts{
		name: "room-1", course: newCourse(7, 1), epoch: epoch, end: at(120), heard: map[string]*event{},
		agentUp: []span{{at(0), at(60)}, {at(62), at(120)}},
		path:    []span{{at(0), at(70)}, {at(95), at(120)}},
		devices: map[string][]span{oximeterName: {{at(0), at(120)}}, cuffName: {{at(0), at(120)}}},
		station: []span{{at(0), at(120)}}, silent: []span{{at(84), at(101)}}, shownAt: map[string][]time.Time{},
		truth: map[string][]sentence{cuffName: {{At: at(30), What: "sent", Values: map[string]float64{"systolic": 118}}}},
	}
	for s := 0.0; s < 120; s += 5 {
		if (s < 60 || s > 62) && (s < 70 || s > 95) {
			f.beats = append(f.beats, at(s))
		}
	}
	add := func(s float64, subject string, e event) {
		boot := "a"
		if s > 60 {
			boot = "b"
		}
		seq := uint64(len(f.recorded) + 1)
		e.Header = wire.Header{ID: wire.MessageID(f.name, boot, seq), Seq: seq, At: wire.Time{Time: at(s)}, Boot: boot, Room: f.name}
		e.Subject = "bedside.v1.chaos.room-1." + subject
		f.recorded = append(f.recorded, e)
		heard := e
		heard.Stored, heard.Heard, heard.Got, heard.Times = seq, at(s), at(s), 1
		if s >= 70 && s < 95 {
			heard.Heard, heard.Got = time.Time{}, at(96)
		}
		f.heard[e.ID] = &heard
	}
	crossings := f.course.crossings(2 * time.Minute)
	for s := 1.0; s < 119.5; s++ {
		if s > 59 && s < 63 {
			continue
		}
		truth := f.course.truth(time.Duration(s * float64(time.Second)))
		number := func(v float64) wire.Number { return wire.Number{Value: json.Number(fmt.Sprintf("%.0f", v))} }
		add(s, "reading.oximeter", event{
			Device: oximeterName, Values: map[string]wire.Number{"pulse_rate": number(truth.PulseRate), "spo2": number(truth.SpO2)},
		})
		if s == 30 {
			add(s+0.1, "reading.cuff", event{Device: cuffName, Values: map[string]wire.Number{"systolic": number(118)}})
		}
		for i, x := range crossings {
			told := event{Kind: "physiological", Condition: x.Conditions[0], Occurrence: fmt.Sprint(x.Conditions[0], "-", i)}
			begin, over := x.From.Seconds()+4, x.To.Seconds()+4
			switch {
			case s >= begin && s < begin+1:
				told.Event, told.State = "raised", "active"
			case s >= over && s < over+1:
				told.Event, told.State = "ended", "inactive"
			default:
				continue
			}
			add(s+0.2, "alert."+told.Condition, told)
		}
		if s == 82 {
			add(s+0.3, "alert.broker_lost", event{Condition: "broker_lost", Occurrence: "broker_lost-1", Event: "raised", State: "active", Kind: "technical"})
		}
	}
	for i := range f.recorded {
		f.shownAt[f.recorded[i].ID] = []time.Time{f.recorded[i].At.Time}
	}
	f.tile = &wire.Tile{Room: f.name}
	for i := range f.recorded {
		e := &f.recorded[i]
		f.tile.Alerts = slices.DeleteFunc(f.tile.Alerts, func(a wire.Alert) bool { return a.Occurrence == e.Occurrence })
		if e.State == "active" {
			f.tile.Alerts = append(f.tile.Alerts, wire.Alert{Occurrence: e.Occurrence, State: e.State})
		}
	}
	return f
}

func checks(f *facts) []string {
	var v verdict
	v.judge(f)
	var words []string
	for _, x := range v.violations {
		if !slices.Contains(words, x.Check) {
			words = append(words, x.Check)
		}
	}
	slices.Sort(words)
	return words
}

func TestAFlawlessRoomPasses(t *testing.T) {
	var v verdict
	v.judge(flawless())
	require.Empty(t, v.violations)
	assert.Positive(t, v.Crossings)
	assert.Equal(t, 1, v.Announceable)
	assert.Equal(t, 1, v.CuffResults)
	assert.Equal(t, int64(25000), v.LongestOutageMS)
	assert.Equal(t, int64(1000), v.LongestCatchUpMS)
	assert.Positive(t, v.Bridged)
}

// find returns the index of the n-th recorded event that fits, from 0.
func find(f *facts, n int, fits func(*event) bool) int {
	for i := range f.recorded {
		if fits(&f.recorded[i]) {
			if n == 0 {
				return i
			}
			n--
		}
	}
	panic("no such event")
}

func raisedAlert(e *event) bool { return e.Kind == "physiological" && e.Event == "raised" }

// Whatever is taken away, doubled, moved or changed is found.
func TestEveryHarmIsFound(t *testing.T) {
	drop := func(f *facts, i int) { f.recorded = slices.Delete(f.recorded, i, i+1) }
	for name, c := range map[string]struct {
		harm func(f *facts)
		want string
	}{
		"a recorded event did not arrive": {func(f *facts) { delete(f.heard, f.recorded[40].ID) }, "lost"},
		"it arrived and was not stored":   {func(f *facts) { f.heard[f.recorded[40].ID].Stored = 0 }, "lost"},
		"an event is not in the record":   {func(f *facts) { drop(f, 40) }, "unrecorded"},
		"an alert is not in the record":   {func(f *facts) { drop(f, find(f, 0, raisedAlert)) }, "unrecorded"},
		"numbers are missing": {func(f *facts) {
			delete(f.heard, f.recorded[40].ID)
			drop(f, 40)
		}, "record"},
		"a second number for an event": {func(f *facts) {
			e := *f.heard[f.recorded[40].ID]
			e.ID = "room-1-c-41"
			f.heard[e.ID] = &e
		}, "twice"},
		"an occurrence begins twice": {func(f *facts) {
			f.recorded[find(f, 1, raisedAlert)].Occurrence = f.recorded[find(f, 0, raisedAlert)].Occurrence
		}, "twice"},
		"stored in another order": {func(f *facts) {
			a, b := f.heard[f.recorded[10].ID], f.heard[f.recorded[11].ID]
			a.Stored, b.Stored = b.Stored, a.Stored
		}, "order"},
		"time goes back": {func(f *facts) { f.heard[f.recorded[40].ID].At.Time = f.epoch }, "order"},
		"no readings for a while": {func(f *facts) {
			for i := range f.recorded {
				if e := &f.recorded[i]; e.reading() && e.At.After(f.epoch.Add(20*time.Second)) && e.At.Before(f.epoch.Add(25*time.Second)) {
					e.Device = "other"
				}
			}
		}, "missing"},
		"a result of the cuff is missing": {func(f *facts) {
			f.recorded[find(f, 0, func(e *event) bool { return e.Device == cuffName })].Device = "other"
		}, "missing"},
		"a result of the cuff is another": {func(f *facts) { f.truth[cuffName][0].Values["systolic"] = 119 }, "wrong"},
		"a value was never true": {func(f *facts) {
			f.recorded[50].Values["spo2"] = wire.Number{Value: "91"}
		}, "wrong"},
		"a crossing was not told": {func(f *facts) {
			f.recorded[find(f, 0, raisedAlert)].State = "inactive"
		}, "untold"},
		"an alert for nothing": {func(f *facts) {
			f.recorded[find(f, 0, raisedAlert)].Condition = "hr_rise"
		}, "for nothing"},
		"an outage was not told": {func(f *facts) {
			f.recorded[find(f, 0, func(e *event) bool { return e.Condition == "broker_lost" })].Condition = "other"
		}, "silent"},
		"an outage was told that was none": {func(f *facts) { f.path = []span{{f.epoch, f.end}} }, "for nothing"},
		"a device was gone and nobody was told": {func(f *facts) {
			f.devices[oximeterName] = []span{{f.epoch, f.epoch.Add(20 * time.Second)}, {f.epoch.Add(50 * time.Second), f.end}}
		}, "silent"},
		"the station does not say that a room is silent": {func(f *facts) { f.silent = nil }, "silent"},
		"the station says it of one that speaks": {func(f *facts) {
			f.silent = append(f.silent, span{f.epoch.Add(40 * time.Second), f.epoch.Add(41 * time.Second)})
		}, "for nothing"},
		"the station did not show an alert":    {func(f *facts) { delete(f.shownAt, f.recorded[find(f, 0, raisedAlert)].ID) }, "lost"},
		"the board knows an alert that is not": {func(f *facts) { f.tile.Alerts[0].Occurrence = "other-1" }, "board"},
		"the board does not know the room":     {func(f *facts) { f.tile = nil }, "board"},
		"heartbeats are missing":               {func(f *facts) { f.beats = slices.Delete(f.beats, 3, 7) }, "heartbeat"},
	} {
		t.Run(name, func(t *testing.T) {
			f := flawless()
			c.harm(f)
			assert.Contains(t, checks(f), c.want)
		})
	}
}

// What a kill cuts off is counted and not blamed; a moment earlier it is.
func TestOnlyTheMomentBeforeAKillIsExcused(t *testing.T) {
	for before, blamed := range map[time.Duration]bool{800 * time.Millisecond: false, 4 * time.Second: true} {
		f := flawless()
		kill := f.agentUp[0].To
		last := find(f, 0, func(e *event) bool { return e.At.After(kill.Add(-before-time.Second)) && e.At.Before(kill) })
		for i := last; f.recorded[i].At.Before(kill); i++ {
			f.heard[f.recorded[i].ID].At.Time = kill.Add(-before + time.Duration(i-last)*time.Millisecond)
		}
		f.recorded = slices.DeleteFunc(f.recorded, func(e event) bool { return e.Seq >= uint64(last+1) && e.At.Before(kill) })
		assert.Equal(t, blamed, slices.Contains(checks(f), "unrecorded"), before)
	}
}
