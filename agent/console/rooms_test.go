package console_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/console"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// still is the moment of everything that is shown and does not move; an evening, our choice.
func still() time.Time { return time.Date(2026, 3, 14, 19, 32, 8, 0, time.UTC) }

func ago(d time.Duration) wire.Time { return wire.Time{Time: still().Add(-d)} }

// stillRoom is a room in which nothing moves. Its ward makes the alerts, as it does for a station.
type stillRoom struct {
	name   string
	status wire.Status
	mute   bool         // it sends a picture to whoever comes, and then no more
	absent bool         // it has no picture yet
	stops  bool         // it says that it stops, to whoever comes
	later  *wire.Status // its second picture
	trend  func(since int64) wire.Trend
	asked  atomic.Int32
	me     *access.Me // who is at the page, where people are known; those who are not enrolled get nothing
}

// guard lets in whom access would let in.
func (r *stillRoom) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		api := strings.HasPrefix(req.URL.Path, "/api/")
		switch {
		case req.URL.Path == "/api/v1/me":
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(r.me); err != nil {
				panic(http.ErrAbortHandler)
			}
		case api && !r.me.Enrolled:
			http.Error(w, `{"ok":false,"code":"enrol"}`, http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, req)
		}
	})
}

func (r *stillRoom) Snapshot(context.Context) (wire.Status, error) {
	if r.absent {
		return wire.Status{}, context.Canceled
	}
	s := r.status
	if r.later != nil && r.asked.Add(1) > 1 {
		s = *r.later
	}
	return s, nil
}

func (r *stillRoom) Command(context.Context, string, string, []byte) wire.Reply {
	return wire.Reply{Code: "refused", Text: "nothing moves here"}
}

// stillRooms are the room's page in every state of its table in DESIGN.md that does not come from the line.
func stillRooms() []*stillRoom {
	w := stillWard()
	spo2 := func(s *wire.Status) {
		s.Alerts = append(s.Alerts, w.about(w.alert("room-1", "spo2_low", "physiological", "high", "SpO2 86, limit 88", 23*time.Second), "spo2", "86", "88", "%"))
		s.Alerts[0].Side = "below"
		set(s, "spo2", "86")
	}
	pulse := func(s *wire.Status, priority string) {
		s.Alerts = append(s.Alerts, w.about(w.alert("room-1", "hr_high", "physiological", priority, "Pulse rate 124, limit 120", 3*time.Minute), "pulse_rate", "124", "120", "/min"))
		s.Alerts[len(s.Alerts)-1].Side = "above"
		set(s, "pulse_rate", "124")
	}
	technical := func(s *wire.Status, condition, priority, text string) {
		s.Alerts = append(s.Alerts, w.alert("room-1", condition, "technical", priority, text, 48*time.Second))
	}
	oximeter := func(s *wire.Status, why string) *wire.Device {
		d := &s.Devices[0]
		d.Values, d.Absent, d.AbsentMS = nil, map[string]string{"pulse_rate": why, "spo2": why}, map[string]int64{"pulse_rate": 63_000, "spo2": 63_000}
		d.LinkMS = 63_000
		return d
	}
	states := []struct {
		name string
		make func(*wire.Status)
	}{
		{"idle", func(s *wire.Status) { s.Session = nil }},
		{"session", func(*wire.Status) {}},
		{"high", func(s *wire.Status) { spo2(s); pulse(s, "medium") }},
		{"medium", func(s *wire.Status) { pulse(s, "medium") }},
		{"low", func(s *wire.Status) { pulse(s, "low") }},
		{"acknowledged", func(s *wire.Status) {
			spo2(s)
			a := &s.Alerts[0]
			a.Acknowledged, a.AcknowledgedBy, a.Signal, a.SilentUntil = true, "AK", "acknowledged", until(160)
			at := ago(20 * time.Second)
			a.AcknowledgedAt, a.Via = &at, "front"
		}},
		{"sound-paused", func(s *wire.Status) {
			pulse(s, "medium")
			s.Alerts[0].Signal, s.Alerts[0].SilentUntil = "audio_paused", until(93)
			s.Silence = &wire.Silence{AudioUntil: until(93), By: "AK"}
		}},
		{"alarms-paused", func(s *wire.Status) {
			pulse(s, "medium")
			s.Alerts[0].Signal, s.Alerts[0].SilentUntil = "alarm_paused", until(540)
			s.Silence = &wire.Silence{
				AlarmUntil: until(540), By: "AK", Reason: "goes to the bathroom",
				Off: []alerts.Switched{{Condition: "hr_high", By: "AK", Reason: "has been running"}},
			}
		}},
		{"sensor-off", func(s *wire.Status) {
			oximeter(s, "sensor_off")
			technical(s, "spo2_sensor_off", "medium", "Sensor off the patient or unplugged. Check the finger and the sensor's plug.")
		}},
		{"unplugged", func(s *wire.Status) {
			d := oximeter(s, "not_connected")
			d.Link, d.Why = "lost", "no such device"
			technical(s, "serial_lost", "medium", "Pulse oximeter not connected. Check the USB plug. (no such device)")
		}},
		{"silent", func(s *wire.Status) {
			oximeter(s, "stale").Link = "silent"
			technical(s, "device_silent", "medium", "Pulse oximeter sends nothing. Check that it is switched on, and its cable.")
		}},
		{"doubtful", func(s *wire.Status) {
			s.Devices[0].Flags = []string{"low_perfusion", "artifact"}
			technical(s, "spo2_poor", "low", "Pulse signal too weak. Warm the hand or try another finger.")
		}},
		{"cuff-measures", func(s *wire.Status) {
			pressure := 118
			s.Devices[1].Cuff = &wire.Cuff{Phase: "inflating", Pressure: &pressure, At: ago(6 * time.Second)}
		}},
		{"cuff-failed", func(s *wire.Status) {
			s.Devices[1].Cuff = &wire.Cuff{Phase: "failed", Class: "leak", At: ago(20 * time.Second)}
			technical(s, "nibp_fail", "medium", "Blood pressure not measured twice in a row: the cuff leaks or is loose. Check cuff and hose.")
		}},
		{"overdue", func(s *wire.Status) {
			s.Session.NextReading, s.Session.ReadingDue, s.Session.Overdue = ago(6*time.Minute).Time, true, true
			technical(s, "nibp_overdue", "medium", "Blood pressure is overdue: scheduled. Measure now.")
		}},
		{"elevation", func(s *wire.Status) {
			set(s, "systolic", "158")
			s.Session.Elevated = true
			s.Session.Ongoing = []string{"systolic up to 38 above baseline for 6 min, transient, falling"}
			s.Session.Episodes = []sessions.Episode{{
				Vital: "pulse_rate", Class: "expected", Since: ago(31 * time.Minute).Time, Over: ago(19 * time.Minute).Time, Baseline: 71, Peak: 101, Rise: 30,
			}}
		}},
		{"symptom", func(s *wire.Status) { s.Session.Symptoms = []string{"chest_pain", "nausea"} }},
		{"no-baseline", func(s *wire.Status) { s.Session.Baseline, s.Session.NoBaseline = sessions.Values{}, true }},
		{"gate", func(s *wire.Status) {
			s.Session.Phase, s.Session.Doses, s.Session.SinceDose = sessions.Preparation, nil, 0
			s.Session.SinceDoseS, s.Session.ObserveLeftS = 0, 0
			s.Session.Gate = sessions.Gate{Name: "predose", Items: []sessions.Item{
				{Name: "baseline", Met: true, Text: "baseline: known"},
				{Name: "pressure", Text: "blood pressure 146/92, at most 140/90"},
				{Name: "screening", Met: true, Text: "screening: mania no"},
			}}
		}},
		{"alone", func(s *wire.Status) {
			s.Recipients.Stations, s.Recipients.Covered, s.Recipients.Missing = nil, false, "No station heard since 19:30:02"
			technical(s, "no_recipient", "medium", "No station heard since 19:30:02. Nobody outside is told: call for help another way.")
		}},
		{"searching", func(s *wire.Status) {
			oximeter(s, "searching")
			technical(s, "spo2_poor", "low", "No pulse found. Check the sensor on the finger.")
		}},
		{"nats-down", func(s *wire.Status) {
			s.Broker, s.Outbox = "lost", 312
			technical(s, "broker_lost", "medium", "NATS is not reached, so nobody outside is told: call for help another way. Everything is kept and sent later. (connection refused)")
			s.Alerts[0].Since = ago(130 * time.Second)
		}},
		{"disk-full", func(s *wire.Status) {
			s.Record, s.DiskFree = "failing", new(uint64)
			technical(s, "disk_full", "medium", "The disk is full. Live view works, history is not saved: have space made on it. (adding events to record.db: the disk is full: free some space in /var/lib/bedside)")
		}},
		{"disk-little", func(s *wire.Status) {
			free := uint64(120e6)
			s.DiskFree = &free
			technical(s, "disk_low", "low", "The disk is nearly full, less than 500 MB are left. History is saved until no space is left: have some made on it.")
		}},
		{"clock", func(s *wire.Status) {
			s.ClockSynced, s.OffsetNow = new(bool), 3_600_000
			technical(s, "clock_step", "medium", "Clock of this computer was set by 1h0m0s. Check that it is right now.")
		}},
		{"no-devices", func(s *wire.Status) { s.Session, s.Devices = nil, []wire.Device{} }},
	}
	back := stillStatus()
	back.At.Time = still().Add(51 * time.Second)
	idle := stillStatus()
	idle.Session = nil
	people := []string{"AK", "JO", "MB"}
	out := []*stillRoom{
		{name: "loading", absent: true},
		{name: "line", status: stillStatus(), mute: true},
		{name: "stopping", status: stillStatus(), mute: true, stops: true},
		{name: "back", status: stillStatus(), later: &back, mute: true},
		{name: "no-history", status: idle, trend: func(int64) wire.Trend {
			return wire.Trend{At: wire.Time{Time: still()}, StepS: wire.TrendStep, Slots: []wire.TrendSlot{}, Cuffs: []wire.TrendCuff{}, Marks: []wire.TrendMark{}, Alerts: []wire.TrendAlert{}}
		}},
		{name: "not-enrolled", status: stillStatus(), me: &access.Me{Access: true}},
		{name: "signed-out", status: stillStatus(), me: &access.Me{Access: true, Enrolled: true, Device: "tablet-1", Role: "", People: people, May: []string{wire.VerbAcknowledge, wire.VerbPauseAudio}}},
	}
	for _, one := range states {
		s := stillStatus()
		one.make(&s)
		out = append(out, &stillRoom{name: one.name, status: s})
	}
	return out
}

func until(seconds int) *wire.Time {
	return &wire.Time{Time: still().Add(time.Duration(seconds) * time.Second)}
}

// set changes a value that is current.
func set(s *wire.Status, vital, value string) {
	for _, d := range s.Devices {
		if v, there := d.Values[vital]; there {
			v.Value = json.Number(value)
			d.Values[vital] = v
		}
	}
}

// stillStatus is a session 42 minutes after its dose, with nothing wrong.
func stillStatus() wire.Status {
	w := stillWard()
	limit := func(condition, vital, side, value, priority string) wire.Limit {
		return wire.Limit{Condition: condition, Title: condition, Vital: vital, Side: side, Value: json.Number(value), Priority: priority}
	}
	all := values(still(), 78, 97, 128, 82)
	oximeter := map[string]wire.Latest{"pulse_rate": all["pulse_rate"], "spo2": all["spo2"]}
	cuff := map[string]wire.Latest{"systolic": all["systolic"], "diastolic": all["diastolic"], "mean": all["mean"]}
	s := wire.Status{
		Header:  wire.Header{V: 1, At: wire.Time{Time: still()}, Site: "clinic", Room: "room-1", Mode: wire.Demo},
		Version: "1.0.0", UptimeMS: 7_380_000, Profile: "iv-ketamine@1", Approval: wire.Unapproved, Alerts: []wire.Alert{}, Broker: "connected", Record: "ok",
		Session: w.session("K-0412", sessions.Peak, 42*time.Minute),
		Limits: []wire.Limit{
			limit("spo2_crit", "spo2", "below", "85", "high"), limit("spo2_low", "spo2", "below", "88", "high"), limit("spo2_drift", "spo2", "below", "92", "low"),
			limit("hr_xhigh", "pulse_rate", "at_least", "150", "high"), limit("hr_high", "pulse_rate", "at_least", "120", "medium"),
			limit("hr_low", "pulse_rate", "below", "50", "medium"), limit("bp_severe", "systolic", "at_least", "180", "medium"),
		},
		Devices: []wire.Device{
			{Name: "oximeter", Driver: "nonin", Kind: "oximeter", Title: "Pulse oximeter", Port: "demo", Link: "connected", Values: oximeter, Frames: 184_210, FrameMS: new(int64), Simulated: true},
			{
				Name: "cuff", Driver: "suntech", Kind: "cuff", Title: "Blood-pressure cuff", Port: "demo", Link: "connected", Values: cuff, Frames: 812, FrameMS: new(int64), Simulated: true,
				Cuff: &wire.Cuff{Phase: "idle", At: ago(4 * time.Minute)}, Commands: []string{wire.VerbCuffStart, wire.VerbCuffStop},
			},
		},
		Recipients: &wire.Recipients{Expected: true, Duty: w.duty["room-1"], Covered: true, Reach: w.reach["room-1"], Stations: []wire.Watching{{Station: "front", Screens: 1, Sound: 1, AgeMS: 900}}},
	}
	s.Session.Baseline = sessions.Values{Systolic: 121, Diastolic: 76, Mean: 91, PulseRate: 71, SpO2: 98}
	s.Session.Last = &sessions.CuffReading{At: ago(4*time.Minute + 12*time.Second).Time, Systolic: 128, Diastolic: 82, Mean: 97}
	return s
}

// bell is 1 at 0 and falls off to both sides.
func bell(x float64) float64 { return math.Exp(-x * x) }

// stillTrend is an hour of a session: pulse and pressure rise after the dose, and a minute is missing.
func stillTrend(since int64) wire.Trend {
	t := wire.Trend{At: wire.Time{Time: still()}, StepS: wire.TrendStep, Cuffs: []wire.TrendCuff{}, Alerts: []wire.TrendAlert{}}
	last := still().Unix() / wire.TrendStep
	for slot := max(last-720, since); slot <= last; slot++ {
		at := float64(slot - last + 504) // steps since the dose
		if at > 60 && at < 72 {
			continue
		}
		rise := 26 * bell((at-180)/150)
		low := int64(71 + rise + 3*math.Sin(float64(slot)/7))
		t.Slots = append(t.Slots, wire.TrendSlot{slot, low, low + 2, 96 + slot/9%2, 98})
	}
	for i := range 10 {
		at := time.Duration(55-6*i) * time.Minute
		up := int(30 * bell(float64(i-4)/2.5))
		t.Cuffs = append(t.Cuffs, wire.TrendCuff{At: ago(at), Systolic: 121 + up, Diastolic: 76 + up/2, Mean: 91 + up/2, ByHand: i == 2})
	}
	for _, m := range []struct {
		ago        time.Duration
		kind, text string
	}{
		{62 * time.Minute, "session_started", "K-0412"},
		{58 * time.Minute, "phase", "baseline"},
		{43 * time.Minute, "phase", "dosing"},
		{42 * time.Minute, "dose", "ketamine 35 mg"},
		{40 * time.Minute, "phase", "onset"},
		{30 * time.Minute, "phase", "peak"},
		{21 * time.Minute, "note", "music changed"},
	} {
		t.Marks = append(t.Marks, wire.TrendMark{At: ago(m.ago), Kind: m.kind, Text: m.text})
	}
	over := ago(17 * time.Minute)
	t.Alerts = append(t.Alerts, wire.TrendAlert{Occurrence: "hr_high-1", Title: "High heart rate", Kind: "physiological", Priority: "medium", From: ago(22 * time.Minute), To: &over})
	return t
}

// stillWave is a third of a second of a pulse of 75 a minute.
func stillWave(third int) wire.Wave {
	w := wire.Wave{Device: "oximeter", Vital: "pleth", Rate: 75, FullScale: 255}
	for i := range 25 {
		at := float64((third*25+i)%60) / 60
		w.Samples = append(w.Samples, int32(40+170*bell((at-0.2)/0.11)+45*bell((at-0.5)/0.09)))
	}
	return w
}

func TestStillRoomsAreAsTheAgentSaysThem(t *testing.T) {
	names := map[string]bool{}
	for _, r := range stillRooms() {
		assert.False(t, names[r.name], r.name)
		names[r.name] = true
		for _, a := range r.status.Alerts {
			assert.Contains(t, []string{"high", "medium", "low"}, a.Priority, r.name)
			assert.False(t, a.Since.After(still()), r.name)
		}
		for _, d := range r.status.Devices {
			for vital := range d.Values {
				assert.NotContains(t, d.Absent, vital, "a vital is in values or in absent: %s", r.name)
			}
		}
	}
}

// TestShowRooms serves the rooms in which nothing moves until it is interrupted, each on a port of its own, and says where:
// ROOMS_SHOW=127.0.0.1:0 go test -run ShowRooms -v -timeout 1h.
func TestShowRooms(t *testing.T) {
	address := os.Getenv("ROOMS_SHOW")
	if address == "" {
		t.Skip("ROOMS_SHOW names no address: nobody wants to look")
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	rooms := stillRooms()
	at, served := map[string]string{}, make(chan error, len(rooms))
	var lively []*console.Console
	for _, r := range rooms {
		o := console.Options{Feed: r, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler), Trend: stillTrend}
		if r.trend != nil {
			o.Trend = r.trend
		}
		if r.me != nil {
			o.Guard = r.guard
		}
		c := console.New(o)
		l, err := net.Listen("tcp", address)
		require.NoError(t, err)
		at[r.name] = "http://" + l.Addr().String()
		go func() { served <- c.Serve(ctx, l) }()
		if r.mute && !r.stops || r.absent {
			continue
		}
		lively = append(lively, c)
		go send(ctx, c, r)
	}
	where, err := json.Marshal(at)
	require.NoError(t, err)
	t.Log(string(where))
	for range lively {
		require.NoError(t, <-served)
	}
}

// send brings the same picture each second, and a pulse while the oximeter is heard.
func send(ctx context.Context, c *console.Console, r *stillRoom) {
	tick := time.NewTicker(time.Second / 3)
	defer tick.Stop()
	picture, err := json.Marshal(r.status)
	for third := 0; err == nil; third++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if r.stops {
			c.Screen("stopping", []byte("{}"))
			continue
		}
		if third%3 == 0 {
			c.Screen("snapshot", picture)
		}
		var wave []byte
		if wave, err = json.Marshal(stillWave(third)); err == nil && len(r.status.Devices) > 0 && r.status.Devices[0].Values != nil {
			c.Screen("wave", wave)
		}
	}
}
