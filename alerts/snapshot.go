package alerts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"bedside/devices"
)

// SnapshotVersion is the version of [Snapshot] that this package writes and reads.
const SnapshotVersion = 2

// ErrSnapshot is wrapped by every error of [Engine.Restore].
var ErrSnapshot = errors.New("alerts: snapshot cannot be used")

// Age is how long before the snapshot something happened; -1 for never. Ages and not moments, because a monotonic clock
// does not survive its process.
type Age time.Duration

// Snapshot is the whole state of an engine, without its conditions. It can be written as JSON and read back.
type Snapshot struct {
	Version  int               `json:"version"`
	Counters map[string]uint64 `json:"counters,omitempty"` // occurrences so far, by condition
	Tracks   []TrackState      `json:"tracks,omitempty"`   // conditions that are not at rest
	Devices  []DeviceState     `json:"devices,omitempty"`
	Orphans  []Alert           `json:"orphans,omitempty"` // of conditions not declared any more, which end at the next Step
	Context  ContextState      `json:"context"`
	Silence  SilenceState      `json:"silence"`
	Limits   []LimitState      `json:"limits,omitempty"` // that somebody has changed for the session
}

// LimitState is a number that somebody has changed: of the limit of a vital, or of the delay.
type LimitState struct {
	Condition string `json:"condition"`
	Vital     string `json:"vital,omitempty"`
	Side      Side   `json:"side,omitempty"`
	Value     int    `json:"value"`
	Beyond    bool   `json:"beyond,omitempty"`
	By        string `json:"by"`
	Reason    string `json:"reason,omitempty"`
	At        Age    `json:"at"`
}

// ContextState is the last [Context].
type ContextState struct {
	Marks    []string       `json:"marks,omitempty"`
	Baseline map[string]int `json:"baseline,omitempty"` // by the name of the vital
	Tighter  map[string]int `json:"tighter,omitempty"`
}

// SilenceState is what people have silenced, with the time that is left of it; 0 for nothing.
type SilenceState struct {
	Audio    time.Duration   `json:"audio,omitempty"`
	Alarms   time.Duration   `json:"alarms,omitempty"`
	Sensor   bool            `json:"sensor,omitempty"`
	By       string          `json:"by,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Off      []SwitchedState `json:"off,omitempty"`
	Reminder time.Duration   `json:"reminder,omitempty"`
}

// TrackState is the state of one condition.
type TrackState struct {
	Condition  string         `json:"condition"`
	Device     string         `json:"device,omitempty"` // of a technical condition of a device
	Name       string         `json:"name,omitempty"`   // of a reported condition
	Stage      uint8          `json:"stage"`            // 0 normal, 1 pending, 2 active, 3 clearing
	Since      Age            `json:"since"`
	Seen       Age            `json:"seen"`
	Began      Age            `json:"began"`
	Calm       Age            `json:"calm"`
	CalmSeen   Age            `json:"calm_seen"`
	Sure       bool           `json:"sure,omitempty"`
	Waived     bool           `json:"waived,omitempty"`
	Readings   int            `json:"readings,omitempty"`
	Reached    Priority       `json:"reached,omitempty"`
	Hits       uint8          `json:"hits,omitempty"`
	Values     [maxBounds]int `json:"values"`
	Worst      [maxBounds]int `json:"worst"`
	WorstKnown uint8          `json:"worst_known,omitempty"`
	Back       int            `json:"back,omitempty"`
	BackKnown  bool           `json:"back_known,omitempty"`
	Sources    []SourceState  `json:"sources,omitempty"`
	Acked      Age            `json:"acked"`
	Waiting    Age            `json:"waiting"`
	Broke      bool           `json:"broke,omitempty"`
	Note       string         `json:"note,omitempty"`
	Code       uint8          `json:"code,omitempty"`
	Alert      *Alert         `json:"alert,omitempty"` // if active or latched
}

// SourceState is what one device said last about a condition.
type SourceState struct {
	Device string `json:"device"`
	Out    uint8  `json:"out"`
	Last   Age    `json:"last"`
}

// DeviceState is the state of one device.
type DeviceState struct {
	Name       string         `json:"name"`
	Lost       Trigger        `json:"lost,omitempty"`
	LostSince  Age            `json:"lost_since"`
	Reason     string         `json:"reason,omitempty"`
	Applied    bool           `json:"applied,omitempty"`
	Streams    map[string]Age `json:"streams,omitempty"`
	Said       []SaidState    `json:"said,omitempty"`
	Doubting   bool           `json:"doubting,omitempty"`
	Doubt      Age            `json:"doubt,omitempty"` // if Doubting
	Doubted    time.Duration  `json:"doubted,omitempty"`
	Last       [2]int         `json:"last"`
	SameValues bool           `json:"same_values,omitempty"`
	StillPleth bool           `json:"still_pleth,omitempty"`
	Window     Age            `json:"window"`
	WindowGood int            `json:"window_good,omitempty"`
	WindowBad  int            `json:"window_bad,omitempty"`
	Busy       bool           `json:"busy,omitempty"`
	CycleFrom  Age            `json:"cycle_from"`
	CycleTo    Age            `json:"cycle_to"`
	Failures   int            `json:"failures,omitempty"`
}

// SaidState is the last value of a vital by a device.
type SaidState struct {
	Vital string `json:"vital"`
	Value int    `json:"value"`
	At    Age    `json:"at"`
	Spot  bool   `json:"spot,omitempty"`
}

func (e *Engine) age(t time.Time) Age {
	if t.IsZero() {
		return -1
	}
	return Age(e.now.Sub(t))
}

func (e *Engine) moment(a Age) time.Time {
	if a < 0 {
		return time.Time{}
	}
	return e.now.Add(-time.Duration(a))
}

// left returns how long it is until t; 0 for a zero t.
func (e *Engine) left(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return t.Sub(e.now)
}

// after is the opposite of left.
func (e *Engine) after(left time.Duration) time.Time {
	if left <= 0 {
		return time.Time{}
	}
	return e.now.Add(left)
}

// Snapshot returns the state as of the last Step. It shares nothing with the engine.
func (e *Engine) Snapshot() Snapshot {
	s := Snapshot{Version: SnapshotVersion, Counters: maps.Clone(e.counters), Orphans: slices.Clone(e.orphans)}
	s.Context = ContextState{
		Marks: slices.Clone(e.context.Marks), Baseline: byName(e.context.Baseline), Tighter: byName(e.context.Tighter),
	}
	s.Silence = SilenceState{
		Audio: e.left(e.silence.audioUntil), Alarms: e.left(e.silence.alarmUntil), Sensor: e.silence.sensor,
		By: e.silence.by, Reason: e.silence.why, Off: e.saveSwitched(), Reminder: e.left(e.silence.remindAt),
	}
	s.Limits = e.saveLimits()
	for _, t := range e.tracks {
		if t.stage != normal || t.alert.State != Inactive || t.out() != 0 {
			s.Tracks = append(s.Tracks, e.saveTrack(t))
		}
	}
	for _, d := range e.devices {
		s.Devices = append(s.Devices, e.saveDevice(d))
	}
	return s
}

func (e *Engine) saveTrack(t *track) TrackState {
	s := TrackState{
		Condition: t.cond.ID, Name: t.name, Stage: uint8(t.stage),
		Since: e.age(t.since), Seen: e.age(t.seen), Began: e.age(t.began), Calm: e.age(t.calm), CalmSeen: e.age(t.calmSeen),
		Sure: t.sure, Waived: t.waived, Readings: t.readings, Reached: t.reached,
		Hits: t.hits, Values: t.value, Worst: t.worst, WorstKnown: t.worstKnown, Back: t.back, BackKnown: t.backKnown,
		Acked: e.age(t.acked), Waiting: e.age(t.waiting), Broke: t.broke, Note: t.note, Code: t.code,
	}
	if t.dev != nil {
		s.Device = t.dev.name
	}
	for i, src := range t.sources {
		if !src.last.IsZero() {
			s.Sources = append(s.Sources, SourceState{Device: e.devices[i].name, Out: src.out, Last: e.age(src.last)})
		}
	}
	if t.alert.State != Inactive {
		alert := t.alert
		s.Alert = &alert
	}
	return s
}

func (e *Engine) saveDevice(d *device) DeviceState {
	s := DeviceState{
		Name: d.name, Lost: d.lost, LostSince: e.age(d.lostSince), Reason: d.reason, Applied: d.applied,
		Streams: map[string]Age{}, Last: d.last, SameValues: d.sameValues, StillPleth: d.stillPleth,
		Window: e.age(d.windowFrom), WindowGood: d.windowGood, WindowBad: d.windowBad,
		Busy: d.busy, CycleFrom: e.age(d.cycleFrom), CycleTo: e.age(d.cycleTo), Failures: d.failures,
	}
	if s.Doubted = d.doubted; !d.doubt.IsZero() {
		s.Doubting, s.Doubt = true, e.age(d.doubt)
	}
	for v, at := range d.streams {
		if !at.IsZero() {
			s.Streams[devices.Vital(v).String()] = e.age(at)
		}
	}
	for v, x := range d.said {
		if !x.at.IsZero() {
			s.Said = append(s.Said, SaidState{Vital: devices.Vital(v).String(), Value: x.value, At: e.age(x.at), Spot: x.spot})
		}
	}
	return s
}

// Restore replaces the state of the engine by one that an earlier process saved. Time does not count between the two:
// every hold and escalation goes on where it stopped. Occurrences stay active or latched, with their ids and
// acknowledgements, until an input says otherwise; those of conditions that are no longer declared end with the next
// Step. On an error, which wraps [ErrSnapshot], the engine is unchanged.
func (e *Engine) Restore(now time.Time, s Snapshot) error {
	if err := s.check(); err != nil {
		return err
	}
	e.now, e.events, e.orphans, e.counters = now, e.events[:0], slices.Clone(s.Orphans), map[string]uint64{}
	maps.Copy(e.counters, s.Counters)
	for _, t := range e.tracks {
		*t = track{
			cond: t.cond, dev: t.dev, name: t.name, of: t.of, worse: t.worse, bounds: t.bounds,
			sources: make([]source, len(t.sources)),
		}
	}
	for _, d := range e.devices {
		*d = device{name: d.name, title: d.title, sameArm: d.sameArm, index: d.index, tracks: d.tracks}
	}
	e.loadLimits(s.Limits)
	e.enter(Context{Marks: s.Context.Marks, Baseline: byVital(s.Context.Baseline), Tighter: byVital(s.Context.Tighter)})
	e.silence = silence{
		audioUntil: e.after(s.Silence.Audio), alarmUntil: e.after(s.Silence.Alarms), sensor: s.Silence.Sensor,
		by: s.Silence.By, why: s.Silence.Reason, remindAt: e.after(s.Silence.Reminder),
	}
	e.loadSwitched(s.Silence.Off)
	for i := range s.Devices {
		e.loadDevice(&s.Devices[i])
	}
	for i := range s.Tracks {
		e.loadTrack(&s.Tracks[i])
	}
	for _, t := range e.tracks {
		if signal, until := e.perceived(t); signal == t.alert.Signal {
			t.alert.SilentUntil = until // the saved moment is one of the last process
		}
	}
	e.restored = true
	return nil
}

// check refuses what no engine has written.
func (s *Snapshot) check() error {
	if s.Version < 1 || s.Version > SnapshotVersion {
		return fmt.Errorf("%w: version %d, want 1 to %d", ErrSnapshot, s.Version, SnapshotVersion)
	}
	for _, d := range s.Devices {
		if d.Lost != 0 && d.Lost != PortLost && d.Lost != DeviceSilent {
			return fmt.Errorf("%w: device %q", ErrSnapshot, d.Name)
		}
	}
	for _, t := range s.Tracks {
		st := stage(t.Stage)
		live := t.Alert != nil && t.Alert.State == Active
		if st > clearing || t.Reached > High || live != (st == active || st == clearing) {
			return fmt.Errorf("%w: condition %s: stage %d does not fit its alert", ErrSnapshot, t.Condition, t.Stage)
		}
		if a := t.Alert; a != nil && (a.State > LatchedState || a.Priority > High || a.Condition != t.Condition) {
			return fmt.Errorf("%w: occurrence %q", ErrSnapshot, a.Occurrence)
		}
	}
	return nil
}

func (e *Engine) loadTrack(s *TrackState) {
	t := e.declared(s)
	if t == nil {
		if s.Alert != nil {
			e.orphans = append(e.orphans, *s.Alert)
		}
		return
	}
	known := uint8(1<<len(t.bounds)-1) &^ t.off
	t.stage, t.sure, t.waived, t.readings, t.reached = stage(s.Stage), s.Sure, s.Waived, s.Readings, s.Reached
	t.since, t.seen, t.began = e.moment(s.Since), e.moment(s.Seen), e.moment(s.Began)
	t.calm, t.calmSeen = e.moment(s.Calm), e.moment(s.CalmSeen)
	t.hits, t.value, t.worst, t.worstKnown = s.Hits&known, s.Values, s.Worst, s.WorstKnown&known
	t.back, t.backKnown, t.note, t.code = s.Back, s.BackKnown, s.Note, s.Code
	t.acked, t.waiting, t.broke = e.moment(s.Acked), e.moment(s.Waiting), s.Broke
	for _, src := range s.Sources {
		d := e.device(src.Device)
		if t.cond.Trigger == Limits {
			t.sources[d.index] = source{out: src.Out & known, last: e.moment(src.Last)}
		}
	}
	if s.Alert != nil {
		t.alert = *s.Alert
	}
}

// declared returns the track that a saved state belongs to; nil if its condition is not declared any more.
func (e *Engine) declared(s *TrackState) *track {
	candidates := slices.Concat(e.vitals, e.lasting, e.reports, e.faults)
	if s.Device != "" {
		candidates = e.device(s.Device).tracks
	}
	for _, t := range candidates {
		if t.cond.ID == s.Condition && t.name == s.Name && (s.Alert == nil || s.Alert.Kind == t.cond.Kind) {
			return t
		}
	}
	return nil
}

func (e *Engine) loadDevice(s *DeviceState) {
	d := e.device(s.Name)
	d.lost, d.lostSince, d.reason, d.applied = s.Lost, e.moment(s.LostSince), s.Reason, s.Applied
	d.last, d.sameValues, d.stillPleth = s.Last, s.SameValues, s.StillPleth
	d.windowFrom, d.windowGood, d.windowBad = e.moment(s.Window), s.WindowGood, s.WindowBad
	d.busy, d.cycleFrom, d.cycleTo, d.failures = s.Busy, e.moment(s.CycleFrom), e.moment(s.CycleTo), s.Failures
	if d.doubted = max(s.Doubted, 0); s.Doubting {
		d.doubt = e.moment(s.Doubt)
	}
	for name, a := range s.Streams {
		if v, ok := devices.ParseVital(name); ok {
			d.streams[v] = e.moment(a)
		}
	}
	for _, x := range s.Said {
		if v, ok := devices.ParseVital(x.Vital); ok && v < devices.Pleth {
			d.said[v] = said{value: x.Value, at: e.moment(x.At), spot: x.Spot}
		}
	}
}

// byName returns levels by the name of their vital, whose number may change between versions.
func byName(levels map[devices.Vital]int) map[string]int {
	if len(levels) == 0 {
		return nil
	}
	named := make(map[string]int, len(levels))
	for v, n := range levels {
		named[v.String()] = n
	}
	return named
}

func byVital(named map[string]int) map[devices.Vital]int {
	levels := make(map[devices.Vital]int, len(named))
	for name, n := range named {
		if v, ok := devices.ParseVital(name); ok {
			levels[v] = n
		}
	}
	return levels
}
