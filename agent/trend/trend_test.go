package trend_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/trend"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

var (
	room  = wire.Room{Site: "clinic", Room: "room-1"}
	start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
)

// tape is what a room publishes, in its order.
type tape struct {
	t    require.TestingT
	fold trend.Fold
	boot string
	from time.Time     // when the process started, by a clock that nobody set
	set  time.Duration // by how much the wall clock is wrong
}

func newTape(t require.TestingT) *tape { return &tape{t: t, boot: "7f3a", from: start} }

func (p *tape) header(after time.Duration) wire.Header {
	return wire.Header{
		V: 1, Boot: p.boot, OffsetMS: start.Add(after).Sub(p.from).Milliseconds(), At: wire.Time{Time: start.Add(after + p.set)},
	}
}

func (p *tape) say(subject string, payload any) {
	b, err := json.Marshal(payload)
	require.NoError(p.t, err)
	p.fold.Add(subject, b)
}

// read publishes a reading; what is 0 was not measured.
func (p *tape) read(after time.Duration, device string, values map[string]int) {
	r := wire.Reading{Header: p.header(after), Device: device, Values: map[string]wire.Number{}, Absent: map[string]string{}}
	for vital, v := range values {
		if v == 0 {
			r.Absent[vital] = "finger_out"
			continue
		}
		r.Values[vital] = wire.Number{Value: json.Number(strconv.Itoa(v))}
	}
	p.say(room.Reading(device), r)
}

func (p *tape) act(after time.Duration, s wire.Session) {
	s.Header = p.header(after)
	p.say(room.Session(), s)
}

func (p *tape) alert(after time.Duration, occurrence, priority, state string) {
	p.say(room.Alert("spo2_low"), wire.Alert{Header: p.header(after), Occurrence: occurrence, Condition: "spo2_low", Title: "Low SpO2", Kind: "physiological", Priority: priority, State: state})
}

func number(after time.Duration) int64 { return start.Add(after).Unix() / wire.TrendStep }

// Whatever was measured, each slot has the lowest and the highest of it, none has anything else, and what is old is gone.
func TestSlotsAreWhatWasMeasured(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := newTape(rt)
		want := map[int64][6]int64{}
		after := time.Duration(0)
		for range rapid.IntRange(1, 120).Draw(rt, "readings") {
			after += time.Duration(rapid.SampledFrom([]int{1, 1, 1, 2, 30, 3600}).Draw(rt, "pause")) * time.Second
			values := map[string]int{"pulse_rate": rapid.SampledFrom([]int{0, 40, 72, 73, 180}).Draw(rt, "pulse"), "spo2": rapid.SampledFrom([]int{0, 70, 97}).Draw(rt, "oxygen")}
			p.read(after, "oximeter", values)
			n := number(after)
			slot, there := want[n]
			for i, vital := range []string{"pulse_rate", "spo2"} {
				v := int64(values[vital])
				if v == 0 {
					continue
				}
				if low := &slot[1+2*i]; *low == 0 || v < *low {
					*low = v
				}
				slot[2+2*i] = max(slot[2+2*i], v)
			}
			if slot[0] = n; there || slot[1] != 0 || slot[3] != 0 {
				want[n] = slot
			}
		}
		first := start.Add(after-trend.Kept).Unix() / wire.TrendStep
		got := p.fold.Trend(0)
		for _, s := range got.Slots {
			assert.Equal(rt, want[s[0]], [6]int64(s))
			assert.GreaterOrEqual(rt, s[0], first)
		}
		kept := 0
		for n := range want {
			if n >= first {
				kept++
			}
		}
		assert.Len(rt, got.Slots, kept)
		since := first + 100
		for _, s := range p.fold.Trend(since).Slots {
			assert.GreaterOrEqual(rt, s[0], since)
		}
	})
}

func TestReadingsOfPressureAreNoLine(t *testing.T) {
	p := newTape(t)
	p.read(0, "cuff", map[string]int{"systolic": 128, "diastolic": 82, "mean": 97, "pulse_rate": 71})
	p.read(time.Minute, "cuff", map[string]int{"systolic": 0, "diastolic": 0})
	p.act(2*time.Minute, wire.Session{Event: string(sessions.ReadingTaken), Reading: &sessions.CuffReading{Systolic: 140, Diastolic: 90, ByHand: true, By: "AK"}})
	p.act(2*time.Minute, wire.Session{Event: string(sessions.ReadingTaken), Reading: &sessions.CuffReading{Systolic: 128, Diastolic: 82}})
	p.act(3*time.Minute, wire.Session{Event: string(sessions.ReadingFailed), Text: "the cuff gave no result: leak"})
	got := p.fold.Trend(0)
	assert.Empty(t, got.Slots)
	assert.Equal(t, []wire.TrendCuff{
		{At: wire.Time{Time: start}, Systolic: 128, Diastolic: 82, Mean: 97, PulseRate: 71},
		{At: wire.Time{Time: start.Add(2 * time.Minute)}, Systolic: 140, Diastolic: 90, ByHand: true, By: "AK"},
		{At: wire.Time{Time: start.Add(3 * time.Minute)}, Failed: "the cuff gave no result: leak"},
	}, got.Cuffs)
}

func TestAlertsLastAsLongAsTheirCondition(t *testing.T) {
	p := newTape(t)
	p.alert(0, "spo2_low-1", "medium", "active")
	p.alert(60*time.Second, "spo2_low-1", "high", "active")
	p.alert(70*time.Second, "spo2_low-1", "medium", "latched")
	p.alert(90*time.Second, "spo2_low-1", "medium", "inactive")
	p.alert(100*time.Second, "spo2_low-2", "medium", "active")
	p.alert(100*time.Second, "spo2_low-0", "medium", "latched")
	to := wire.Time{Time: start.Add(70 * time.Second)}
	assert.Equal(t, []wire.TrendAlert{
		{Occurrence: "spo2_low-1", Condition: "spo2_low", Title: "Low SpO2", Kind: "physiological", Priority: "high", From: wire.Time{Time: start}, To: &to},
		{Occurrence: "spo2_low-2", Condition: "spo2_low", Title: "Low SpO2", Kind: "physiological", Priority: "medium", From: wire.Time{Time: start.Add(100 * time.Second)}},
	}, p.fold.Trend(0).Alerts)
}

// Whoever asks late is told the worst that it was, and who saw it first.
func TestAnAlertSaysItsWorstValueAndWhoSawIt(t *testing.T) {
	p := newTape(t)
	say := func(after time.Duration, a wire.Alert) {
		a.Header, a.Occurrence, a.Priority = p.header(after), "o-1", "medium"
		p.say(room.Alert("x"), a)
	}
	number := func(s string) *json.Number { return new(json.Number(s)) }
	one := func() wire.TrendAlert {
		list := p.fold.Trend(0).Alerts
		require.Len(t, list, 1)
		return list[0]
	}
	low := wire.Alert{State: "active", Vital: "spo2", Side: "below", Limit: number("90")}
	for i, v := range []string{"89", "84", "87"} {
		low.Value, low.Text = number(v), "SpO2 "+v
		say(time.Duration(i)*time.Second, low)
	}
	assert.Equal(t, "SpO2 84", one().Text)
	assert.Equal(t, "84", one().Value.String())
	low.Acknowledged, low.AcknowledgedBy, low.Via = true, "AK", "station-2"
	say(5*time.Second, low)
	low.AcknowledgedBy, low.Via = "BM", "page"
	say(6*time.Second, low)
	assert.Equal(t, "AK", one().AcknowledgedBy)
	assert.Equal(t, "station-2", one().Via, "where the first was, not the second")
	assert.True(t, one().AcknowledgedAt.Equal(start.Add(5*time.Second)))
	low.State, low.Value, low.Text = "latched", number("60"), "not true any more"
	say(7*time.Second, low)
	assert.Equal(t, "SpO2 84", one().Text, "what is over does not get worse")
	high := wire.Alert{State: "active", Vital: "systolic", Side: "above", Value: number("190"), Text: "Systolic 190"}
	say(8*time.Second, high)
	assert.Equal(t, "SpO2 84", one().Text, "another quantity is not further beyond the same limit")
}

// A technical alert has no value: what it said last is what it is about.
func TestAnAlertWithoutAValueSaysWhatItSaidLast(t *testing.T) {
	p := newTape(t)
	for i, text := range []string{"oximeter: cable", "oximeter: gone"} {
		p.say(room.Alert("x"), wire.Alert{Header: p.header(time.Duration(i) * time.Second), Occurrence: "lost-1", State: "active", Text: text})
	}
	assert.Equal(t, "oximeter: gone", p.fold.Trend(0).Alerts[0].Text)
}

func TestANoteThatIsTakenBackStaysAndSaysSo(t *testing.T) {
	p := newTape(t)
	p.act(0, wire.Session{Event: string(sessions.Noted), By: "AK", Text: "Position", Mark: "position", Note: "n-1"})
	p.act(time.Second, wire.Session{Event: string(sessions.Noted), By: "AK", Text: "Nausea", Mark: "nausea", Note: "n-2"})
	p.act(2*time.Second, wire.Session{Event: string(sessions.Noted), By: "AK", Text: "calm"})
	p.act(3*time.Second, wire.Session{Event: string(sessions.NoteTakenBack), By: "AK", Text: "Position", Note: "n-1"})
	p.act(4*time.Second, wire.Session{Event: string(sessions.NoteTakenBack), By: "AK"})
	got := p.fold.Trend(0).Marks
	require.Len(t, got, 3)
	assert.Equal(t, []bool{true, false, false}, []bool{got[0].TakenBack, got[1].TakenBack, got[2].TakenBack})
	assert.Equal(t, "position", got[0].Mark)
}

func TestASlotSaysThatTheDeviceDoubted(t *testing.T) {
	for flag, doubt := range map[string]int64{"motion": 0, "artifact": 1, "low_perfusion": 1, "searching": 1, "low_battery": 0, "weak_signal": 1, "out_of_track": 1} {
		p := newTape(t)
		p.read(0, "oximeter", map[string]int{"pulse_rate": 70})
		r := wire.Reading{Header: p.header(time.Second), Values: map[string]wire.Number{"spo2": {Value: "97"}}, Flags: []string{"high_quality", flag}}
		p.say(room.Reading("oximeter"), r)
		p.read(2*time.Second, "oximeter", map[string]int{"pulse_rate": 70})
		assert.Equal(t, []wire.TrendSlot{{number(0), 70, 70, 97, 97, doubt}}, p.fold.Trend(0).Slots, flag)
	}
}

func TestThePhaseOfBeforeTheTrendIsKept(t *testing.T) {
	p := newTape(t)
	p.act(0, wire.Session{Event: string(sessions.Started), Phase: "preparation"})
	p.act(time.Minute, wire.Session{Event: string(sessions.PhaseChanged), Phase: "baseline", Text: "by hand"})
	p.act(2*time.Minute, wire.Session{Event: string(sessions.Noted), Text: "calm"})
	p.act(5*time.Hour, wire.Session{Event: string(sessions.Dosed), Text: "ketamine 35 mg", Phase: "dosing"})
	p.act(5*time.Hour, wire.Session{Event: string(sessions.GateChanged), Text: "no part of a trend"})
	var got []string
	for _, m := range p.fold.Trend(0).Marks {
		got = append(got, m.Kind+" "+m.Text)
	}
	assert.Equal(t, []string{"phase baseline", "dose ketamine 35 mg"}, got)
}

// A restart leaves no seam, and a wall clock that is set moves nothing that was measured.
func TestTrendGoesOnAfterARestartAndAStepOfTheClock(t *testing.T) {
	p := newTape(t)
	p.read(0, "oximeter", map[string]int{"pulse_rate": 70})
	p.boot, p.from = "9c1d", start.Add(20*time.Second)
	p.read(20*time.Second, "oximeter", map[string]int{"pulse_rate": 71})
	p.set = -time.Hour
	p.read(25*time.Second, "oximeter", map[string]int{"pulse_rate": 72})
	got := p.fold.Trend(0)
	assert.Equal(t, []wire.TrendSlot{{number(0), 70, 70}, {number(20 * time.Second), 71, 71}, {number(25 * time.Second), 72, 72}}, got.Slots)
	assert.True(t, got.At.Equal(start.Add(25*time.Second)))
}

func TestWhatIsNoMessageOfATrendChangesNothing(t *testing.T) {
	p := newTape(t)
	for _, payload := range []string{"", "{", "[]", `{"at":7}`, `{}`, `{"at":"2026-11-22T09:00:00Z","values":{"spo2":{"value":-5}}}`} {
		for _, subject := range []string{room.Reading("o"), room.Alert("x"), room.Session(), room.Status(), "else"} {
			p.fold.Add(subject, []byte(payload))
		}
	}
	got := p.fold.Trend(0)
	assert.Empty(t, got.Slots)
	assert.Empty(t, got.Marks)
	assert.Empty(t, got.Alerts)
}

// What an agent takes at its start for the record of four hours, and what one more reading costs.
func BenchmarkFourHours(b *testing.B) {
	messages := make([][]byte, int(trend.Kept/time.Second))
	for i := range messages {
		r := wire.Reading{
			Header: wire.Header{V: 1, Boot: "7f3a", OffsetMS: int64(i) * 1000, At: wire.Time{Time: start.Add(time.Duration(i) * time.Second)}},
			Values: map[string]wire.Number{"pulse_rate": {Value: "72"}, "spo2": {Value: "97"}},
		}
		var err error
		messages[i], err = json.Marshal(r)
		require.NoError(b, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var f trend.Fold
		for _, m := range messages {
			f.Add(room.Reading("oximeter"), m)
		}
		if n := len(f.Trend(0).Slots); n < 2880 {
			b.Fatal(fmt.Sprint(n))
		}
	}
}
