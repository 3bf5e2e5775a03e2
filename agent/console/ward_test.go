package console_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// ward is a station whose rooms play every state of a tile, for tests and for pictures. Its orders change what they would
// change: an alert that is acknowledged stays so.
type ward struct {
	mu       sync.Mutex
	now      func() time.Time
	began    time.Time
	rooms    int
	quiet    bool // no alert but those of a missing line
	ladder   bool // a high, a medium and a low alert, and none
	lost     bool // the broker
	duty     map[string]*wire.Duty
	seen     map[string]string // occurrence to by
	reach    map[string]*wire.Reach
	paused   map[string]time.Time
	commands []string
	duties   []wire.DutyOrder
	screens  map[string][2]bool
	shown    map[string][]string
}

func newWard() *ward { return newWardAt(time.Now) }

// stillWard is one in which nothing moves.
func stillWard() *ward { return newWardAt(still) }

func newWardAt(now func() time.Time) *ward {
	w := &ward{
		rooms: 6, now: now, duty: map[string]*wire.Duty{}, seen: map[string]string{"hr_high-2": "AK"}, reach: map[string]*wire.Reach{},
		paused: map[string]time.Time{}, screens: map[string][2]bool{}, shown: map[string][]string{},
	}
	w.began = w.now()
	for i := 1; i <= 4; i++ {
		w.duty["room-"+strconv.Itoa(i)] = &wire.Duty{
			Nurse: "AK", Backup: "MB", Since: wire.Time{Time: w.began.Add(-time.Hour)}, Until: wire.Time{Time: w.began.Add(5 * time.Hour)},
			By: "AK", Station: "front",
		}
	}
	w.reach["room-1"] = &wire.Reach{At: wire.Time{Time: w.began.Add(-50 * time.Minute)}, State: wire.ReachAnswered, By: "AK", AfterMS: 4200, Text: "AK answered the test alert after 4s at front"}
	w.reach["room-2"] = &wire.Reach{At: wire.Time{Time: w.began.Add(-8 * time.Second)}, State: wire.ReachWaiting, Text: "Test alert sent, waiting for AK"}
	w.reach["room-4"] = &wire.Reach{At: wire.Time{Time: w.began.Add(-20 * time.Minute)}, State: wire.ReachUnanswered, Text: "Nobody answered the test alert within 1m0s; it was for AK"}
	return w
}

func (w *ward) Board() wire.Board {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := wire.Time{Time: w.now()}
	b := wire.Board{
		V: 1, Site: "clinic", Station: "front", Version: "1.0.0", At: now, Broker: "connected",
		Stations: []wire.Peer{{Station: "office", Screens: 1, AgeMS: 900}},
		Channels: []wire.ChannelState{{Name: "phone", Kind: "ntfy", State: "failing", Why: "connection refused", Waiting: 2}, {Name: "mail", Kind: "mail", State: "ok"}},
	}
	if w.lost {
		b.Broker = "lost"
		b.Alerts = append(b.Alerts, w.alert("", "broker_lost", "technical", "high", "The message server is not reached: connection refused. No room is heard.", 130*time.Second))
	}
	for n := 1; n <= w.rooms; n++ {
		b.Rooms = append(b.Rooms, w.tile(n))
	}
	if !w.quiet && !w.lost && w.rooms >= 5 {
		b.Alerts = append(b.Alerts, w.alert("room-5", "agent_silent", "technical", "medium", "Silent since 19:31:26. Last known: session K-0416, recovery; no alert.", 42*time.Second))
	}
	return b
}

// tile makes one of: 1 a high alert, 2 a medium one acknowledged, 3 sensor off, 4 nothing wrong, 5 no connection, 6 no session.
func (w *ward) tile(n int) wire.Tile {
	room, now := "room-"+strconv.Itoa(n), w.now()
	if w.lost {
		return wire.Tile{
			Room: room, Mode: wire.Demo, Link: "silent", Heard: wire.Time{Time: w.began.Add(-130 * time.Second)}, AgeMS: 130_000, Profile: "iv-ketamine@1", Approval: wire.Unapproved, Simulated: true,
			Alerts: []wire.Alert{}, Words: "Silent since 19:29:58. Last known: session K-0416, recovery; no alert.", Session: w.session("K-0416", sessions.Phase("recovery"), 80*time.Minute), Duty: w.duty[room], Covered: w.duty[room] != nil, Devices: []wire.DeviceLine{},
		}
	}
	t := wire.Tile{
		Room: room, Mode: wire.Demo, Link: "live", Heard: wire.Time{Time: now}, AgeMS: 300, Profile: "iv-ketamine@1",
		Approval: wire.Unapproved, Alerts: []wire.Alert{}, Duty: w.duty[room], Covered: w.duty[room] != nil, Reach: w.reach[room],
		Broker: "connected", Record: "ok", Simulated: true,
		Devices: []wire.DeviceLine{
			{Name: "oximeter", Title: "Pulse oximeter", Kind: "oximeter", Link: "connected"},
			{Name: "cuff", Title: "Blood-pressure cuff", Kind: "cuff", Link: "connected", Cuff: &wire.Cuff{Phase: "idle", At: wire.Time{Time: now}}},
		},
	}
	if until := w.paused[room]; until.After(now) {
		t.Silence = &wire.Silence{AudioUntil: &wire.Time{Time: until}, By: "AK"}
	}
	if w.ladder {
		w.rung(&t, n)
		return t
	}
	swing := int(now.Unix()) % 7
	switch (n-1)%6 + 1 {
	case 1:
		t.Values = values(now, 104+swing, 86, 142, 88)
		t.Session = w.session("K-0412", sessions.Phase("peak"), 42*time.Minute)
		if !w.quiet {
			t.Alerts = append(t.Alerts,
				w.about(w.alert(room, "spo2_low", "physiological", "high", "SpO2 86, limit 88", 23*time.Second), "spo2", "86", "88", "%"),
				w.about(w.alert(room, "hr_rise", "physiological", "low", "Pulse rate 104, limit 100, 32 above baseline", 4*time.Minute), "pulse_rate", "104", "100", "/min"))
		}
	case 2:
		t.Values = values(now, 124, 96, 158, 96)
		t.Session = w.session("K-0413", sessions.Phase("onset"), 12*time.Minute)
		if !w.quiet {
			t.Alerts = append(t.Alerts, w.about(w.alert(room, "hr_high", "physiological", "medium", "Pulse rate 124, limit 120", 3*time.Minute), "pulse_rate", "124", "120", "/min"))
		}
	case 3:
		t.Values = values(now, 0, 0, 128, 82)
		t.Absent = map[string]string{"spo2": "sensor_off", "pulse_rate": "sensor_off"}
		t.Session = w.session("K-0414", sessions.Phase("recovery"), 95*time.Minute)
		if !w.quiet {
			t.Alerts = append(t.Alerts, w.alert(room, "spo2_sensor_off", "technical", "medium", "Sensor off the patient or unplugged. Check the finger and the sensor's plug.", 48*time.Second))
		}
	case 4:
		t.Values = values(now, 66+swing%3, 98, 118, 74)
		t.Session = w.session("K-0415", sessions.Phase("dosing"), 3*time.Minute)
		t.Session.ReadingDue = true
	case 5:
		t.Link, t.AgeMS, t.Heard = "silent", int64(now.Sub(w.began)/time.Millisecond)+42000, wire.Time{Time: w.began.Add(-42 * time.Second)}
		t.Words = "Silent since 19:31:26. Last known: session K-0416, recovery; no alert."
		t.Session = w.session("K-0416", sessions.Phase("recovery"), 80*time.Minute)
		t.Values = values(now, 71, 97, 121, 79)
	case 6:
		t.Values = values(now, 78, 97, 0, 0)
		t.Absent = map[string]string{"systolic": "not_measured"}
	}
	return t
}

// rung makes tiles that differ in the priority of their alert and in nothing else.
func (w *ward) rung(t *wire.Tile, n int) {
	t.Values = values(w.now(), 78, 97, 128, 82)
	t.Session = w.session("K-0412", sessions.Phase("peak"), 42*time.Minute)
	t.Duty, t.Covered, t.Reach = w.duty["room-1"], true, w.reach["room-1"]
	if n <= 3 {
		t.Alerts = append(t.Alerts, w.about(w.alert(t.Room, "spo2_low", "physiological", []string{"high", "medium", "low"}[n-1], "SpO2 86, limit 88", 23*time.Second), "spo2", "86", "88", "%"))
	}
}

func values(now time.Time, pulse, spo2, systolic, diastolic int) map[string]wire.Latest {
	out := map[string]wire.Latest{}
	add := func(vital string, value int, unit string, age time.Duration) {
		if value > 0 {
			out[vital] = wire.Latest{
				Number: wire.Number{Value: json.Number(strconv.Itoa(value)), Unit: unit}, AgeMS: age.Milliseconds(), At: wire.Time{Time: now.Add(-age)},
			}
		}
	}
	add("pulse_rate", pulse, "/min", 300*time.Millisecond)
	add("spo2", spo2, "%", 300*time.Millisecond)
	old := 4*time.Minute + 12*time.Second
	add("systolic", systolic, "mm[Hg]", old)
	add("diastolic", diastolic, "mm[Hg]", old)
	if systolic > 0 {
		add("mean", (systolic+2*diastolic)/3, "mm[Hg]", old)
	}
	return out
}

func (w *ward) session(code string, phase sessions.Phase, since time.Duration) *wire.SessionStatus {
	now := w.now()
	dosed := w.began.Add(-since)
	s := sessions.Status{
		Code: code, Route: "iv", Profile: "iv-ketamine@1", By: "AK", Since: dosed.Add(-20 * time.Minute), Phase: phase,
		Doses:       []sessions.GivenDose{{At: dosed, Number: 1, Drug: "ketamine", Amount: "35 mg", By: "AK"}},
		SinceDose:   now.Sub(dosed),
		Observe:     max(2*time.Hour-now.Sub(dosed), 0),
		NextReading: now.Add(3 * time.Minute),
		Gate:        sessions.Gate{Name: "discharge", Items: []sessions.Item{{Name: "observation", Text: "observation: 12 min left"}, {Name: "oriented", Text: "oriented"}}},
	}
	return wire.NewSessionStatus(&s)
}

func (w *ward) alert(room, condition, kind, priority, text string, since time.Duration) wire.Alert {
	occurrence := condition + "-2"
	by := w.seen[occurrence]
	signal := "on"
	if by != "" {
		signal = "acknowledged"
	}
	return wire.Alert{
		Header: wire.Header{
			V: 1, ID: fmt.Sprintf("%s-5d1c7f3a-%d", room, 40+len(condition)), Seq: uint64(40 + len(condition)), At: wire.Time{Time: w.now()}, Site: "clinic", Room: room, Mode: wire.Demo,
		},
		Occurrence: occurrence, Condition: condition, Title: condition, Kind: kind, Priority: priority, State: "active", Acknowledged: by != "",
		AcknowledgedBy: by, Since: wire.Time{Time: w.began.Add(-since)}, Signal: signal, Profile: "iv-ketamine@1", Text: text,
	}
}

func (w *ward) about(a wire.Alert, vital, value, limit, unit string) wire.Alert {
	v, l := json.Number(value), json.Number(limit)
	a.Vital, a.Value, a.Limit, a.Unit = vital, &v, &l, unit
	return a
}

func (w *ward) number(room string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(room, "room-"))
	return n, err == nil && n >= 1 && n <= w.rooms && room == "room-"+strconv.Itoa(n)
}

func (w *ward) RoomStatus(room string) (wire.Status, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, known := w.number(room)
	if !known {
		return wire.Status{}, false
	}
	t := w.tile(n)
	s := wire.Status{
		Header:  wire.Header{V: 1, At: wire.Time{Time: w.now()}, Site: "clinic", Room: room, Mode: t.Mode},
		Version: "1.0.0", Profile: t.Profile, Approval: t.Approval, Session: t.Session, Silence: t.Silence, Alerts: t.Alerts, Broker: t.Broker, Record: t.Record,
		Recipients: &wire.Recipients{Expected: true, Duty: t.Duty, Covered: t.Covered, Reach: t.Reach, Stations: []wire.Watching{{Station: "front", Screens: 1, Sound: 1, AgeMS: 900}}},
	}
	for _, d := range t.Devices {
		device := wire.Device{Name: d.Name, Driver: "nonin", Kind: d.Kind, Title: d.Title, Port: "demo", Link: d.Link, Cuff: d.Cuff, Frames: 812, Simulated: true}
		if d.Kind == "cuff" {
			device.Commands = []string{wire.VerbCuffStart, wire.VerbCuffStop}
		}
		s.Devices = append(s.Devices, device)
	}
	return s, true
}

func (w *ward) Command(_ context.Context, from, room, verb string, payload []byte) wire.Reply {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.number(room); room != "" && !known {
		return wire.Reply{Code: "unknown_room", Text: "the station knows no room " + room}
	}
	w.commands = append(w.commands, from+" "+room+" "+verb+" "+string(payload))
	var r wire.Request
	if err := json.Unmarshal(payload, &r); err != nil {
		return wire.Reply{Code: "bad_request", Text: "not JSON"}
	}
	switch verb {
	case wire.VerbAcknowledge:
		w.seen[r.Occurrence] = r.By
		if reach := w.reach[room]; reach != nil && reach.State == wire.ReachWaiting {
			reach.State, reach.By, reach.Text = wire.ReachAnswered, r.By, r.By+" answered the test alert after 4s at front"
		}
	case wire.VerbPauseAudio:
		w.paused[room] = w.now().Add(2 * time.Minute)
	case wire.VerbResume:
		delete(w.paused, room)
	case wire.VerbReachTest:
		w.reach[room] = &wire.Reach{At: wire.Time{Time: w.now()}, State: wire.ReachWaiting, Text: "Test alert sent, waiting for whoever has duty"}
	case wire.VerbCuffStart:
		return wire.Reply{Code: "refused", Text: "cuff is measuring"}
	}
	return wire.Reply{OK: true}
}

func (w *ward) Duty(_ context.Context, from string, payload []byte) wire.Reply {
	w.mu.Lock()
	defer w.mu.Unlock()
	var o wire.DutyOrder
	if err := json.Unmarshal(payload, &o); err != nil || from == "" {
		return wire.Reply{Code: "bad_request", Text: "not a duty order"}
	}
	w.duties = append(w.duties, o)
	for _, room := range o.Rooms {
		switch {
		case o.Action == "release":
			delete(w.duty, room)
		case o.Until == nil:
			return wire.Reply{Code: "bad_request", Text: "until when?"}
		default:
			w.duty[room] = &wire.Duty{Nurse: o.Nurse, Backup: o.Backup, Since: wire.Time{Time: w.now()}, Until: *o.Until, By: o.By, Station: "front"}
		}
	}
	return wire.Reply{OK: true}
}

func (w *ward) Screen(id string, visible, sound bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.screens[id] = [2]bool{visible, sound}
}

func (w *ward) Shown(room string, ids []string, screen string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown[screen+" "+room] = append(w.shown[screen+" "+room], ids...)
}

// TestShowWard serves the ward until it is interrupted, for pictures: STATION_SHOW=127.0.0.1:0 [STATION_STILL=1] [STATION_LADDER=1] [STATION_LOST=1] [STATION_SPEED=10] [STATION_ROOMS=1000] go test -run ShowWard -v -timeout 1h.
func TestShowWard(t *testing.T) {
	address := os.Getenv("STATION_SHOW")
	if address == "" {
		t.Skip("STATION_SHOW names no address: nobody wants to look")
	}
	w := newWard()
	if os.Getenv("STATION_STILL") != "" {
		w = stillWard()
	}
	w.lost = os.Getenv("STATION_LOST") != ""
	if os.Getenv("STATION_LADDER") != "" {
		w.ladder, w.rooms = true, 4
	}
	if speed, err := strconv.Atoi(os.Getenv("STATION_SPEED")); err == nil {
		w.now = func() time.Time { return w.began.Add(time.Since(w.began) * time.Duration(speed)) }
	}
	if rooms, err := strconv.Atoi(os.Getenv("STATION_ROOMS")); err == nil {
		w.rooms = rooms
	}
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Log("http://" + l.Addr().String())
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	require.NoError(t, newStation(w).Serve(ctx, l))
}
