package alerts

import (
	"slices"
	"time"
)

// Signal is what people perceive of an occurrence. It is apart from the occurrence itself: silencing never changes what is
// true of the patient.
type Signal uint8

// The signals, as alarms.md section 4 tells them apart.
const (
	SignalOn           Signal = iota // sounds and shows
	SignalAcknowledged               // shows, and is silent until Alert.SilentUntil
	SignalAudioPaused                // shows, and is silent until then
	SignalAlarmPaused                // neither sounds nor is brought to anybody until then; it is listed
	SignalOff                        // the same until somebody switches the condition on, its suspension or the session ends
)

var signalNames = [...]string{"on", "acknowledged", "audio_paused", "alarm_paused", "off"}

// String returns the payload word, such as "audio_paused".
func (s Signal) String() string { return signalNames[min(int(s), len(signalNames)-1)] }

// How long people may be left alone; alarms.md section 4, all of them engineering defaults next to what monitors do.
const (
	DefaultAudioPause = 120 * time.Second
	MaxAudioPause     = 180 * time.Second
	MaxAlarmPause     = 300 * time.Second
	realarmHigh       = 2 * time.Minute // an acknowledged occurrence that goes on sounds again
	realarmMedium     = 5 * time.Minute
	remindEvery       = 120 * time.Second // a cue that something is silenced
)

// Step is a rung of the ladder that an occurrence climbs while nobody acknowledges it.
type Step struct {
	Priority Priority      // of the occurrences that climb it
	After    time.Duration // without acknowledgement
	Call     string        // who or what is called then: "station", "room_sound", "next_person", "everyone"
}

// silence is what people have silenced, beside the acknowledgement of an occurrence.
type silence struct {
	audioUntil time.Time // zero for no pause
	alarmUntil time.Time // zero for no pause
	sensor     bool      // the alarm pause is for handling the sensor, whose absence is then no news
	by, why    string    // of the last pause
	off        []Switched
	remindAt   time.Time // zero while nothing is silenced
}

// Silence is what people have silenced, for screens: beside the acknowledgements that stand in the alerts.
type Silence struct {
	AudioUntil time.Time // zero for no pause
	AlarmUntil time.Time // zero for no pause
	By, Reason string    // of the pauses
	Off        []Switched
}

// Silence returns what is silenced now. It shares nothing with the engine.
func (e *Engine) Silence() Silence {
	s := &e.silence
	return Silence{AudioUntil: s.audioUntil, AlarmUntil: s.alarmUntil, By: s.by, Reason: s.why, Off: slices.Clone(s.off)}
}

// Compound returns the signal of all occurrences together: on if any is on, and otherwise the one that is nearest to it.
// SignalOn also stands for no occurrence at all: nothing is silenced.
func (e *Engine) Compound() Signal {
	whole, some := SignalOff, false
	for _, t := range e.tracks {
		if t.alert.State != Inactive {
			whole, some = min(whole, t.alert.Signal), true
		}
	}
	if !some {
		return SignalOn
	}
	return whole
}

// SetLadder sets the steps that unacknowledged occurrences climb, by plain timers: nothing that is known of deliveries makes
// them faster or slower. Steps of one priority count from the same moment; they must not be in reverse order of time.
func (e *Engine) SetLadder(steps []Step) { e.ladder = slices.Clone(steps) }

// pause begins a pause, for as long as it may be.
func (e *Engine) pauseAudio(in PauseAudio) {
	length := in.For
	if length == 0 {
		length = DefaultAudioPause
	}
	e.silence.audioUntil, e.silence.by, e.silence.why = e.now.Add(length), in.By, ""
	e.cover()
}

func (e *Engine) pauseAlarms(in PauseAlarms) {
	s := &e.silence
	s.alarmUntil, s.sensor, s.by, s.why = e.now.Add(in.For), in.Sensor, in.By, in.Reason
	e.cover()
}

// cover lets a pause that begins now silence what there is; what gets worse at this moment or later is not covered.
func (e *Engine) cover() {
	for _, t := range e.tracks {
		t.broke = t.broke && t.waiting.Equal(e.now)
	}
}

func (e *Engine) resume() {
	e.silence.audioUntil, e.silence.alarmUntil = time.Time{}, time.Time{}
}

// paused reports whether an alarm pause covers t: it does what it is for, and what is High and new breaks through.
func (e *Engine) paused(t *track) bool {
	if e.silence.alarmUntil.IsZero() || t.broke {
		return false
	}
	if t.cond.Kind == Physiological {
		return true
	}
	trigger := t.cond.Trigger
	return e.silence.sensor && (trigger == SensorOff || trigger == SignalPoor || trigger == DataFrozen)
}

// worse notes that t was raised or has become more urgent, which breaks what silenced it.
func (e *Engine) worse(t *track, escalated bool) {
	t.broke = t.broke || escalated || t.alert.Priority == High
	t.waiting, t.acked = e.now, time.Time{}
}

// signal says what people perceive of each occurrence now, and lets those climb that nobody acknowledges.
func (e *Engine) signals() {
	s := &e.silence
	if !s.audioUntil.IsZero() && !e.now.Before(s.audioUntil) {
		s.audioUntil = time.Time{}
	}
	if !s.alarmUntil.IsZero() && !e.now.Before(s.alarmUntil) {
		s.alarmUntil = time.Time{}
	}
	e.unsuspend()
	silenced := len(s.off) > 0 || !s.audioUntil.IsZero() || !s.alarmUntil.IsZero()
	for _, t := range e.tracks {
		if t.alert.State == Inactive {
			continue
		}
		e.realarm(t)
		now, until := e.perceived(t)
		if now != t.alert.Signal || !until.Equal(t.alert.SilentUntil) {
			if was := t.alert.Signal; now == SignalOn && (was == SignalAlarmPaused || was == SignalOff) {
				t.waiting = e.now // nobody could have acknowledged it before
			}
			t.alert.Signal, t.alert.SilentUntil = now, until
			e.amend(t)
		}
		e.climb(t)
		silenced = silenced || now != SignalOn
	}
	e.remind(silenced)
}

// perceived returns the signal of t and until when it stays without somebody's doing.
func (e *Engine) perceived(t *track) (Signal, time.Time) {
	switch {
	case t.alert.State == LatchedState:
		return SignalOn, time.Time{}
	case e.switchedOff(t.cond.ID):
		return SignalOff, e.switchedUntil(t.cond.ID)
	case e.paused(t):
		return SignalAlarmPaused, e.silence.alarmUntil
	case t.alert.Acknowledged:
		if after := patience(t.alert.Priority); after > 0 {
			return SignalAcknowledged, t.acked.Add(after)
		}
		return SignalAcknowledged, time.Time{}
	case !e.silence.audioUntil.IsZero() && !t.broke:
		return SignalAudioPaused, e.silence.audioUntil
	default:
		return SignalOn, time.Time{}
	}
}

// patience is how long an acknowledgement silences an occurrence that goes on; 0 for as long as it lasts.
func patience(p Priority) time.Duration {
	switch p {
	case High:
		return realarmHigh
	case Medium:
		return realarmMedium
	default:
		return 0
	}
}

// realarm ends an acknowledgement that is too old for an occurrence that goes on.
func (e *Engine) realarm(t *track) {
	until := t.ackedUntil()
	if until.IsZero() || e.now.Before(until) {
		return
	}
	t.alert.Acknowledged, t.alert.AcknowledgedBy = false, ""
	t.waiting = e.now
	e.amend(t)
}

// ackedUntil returns when the acknowledgement of an occurrence that goes on is too old, whatever else silences it; zero for
// never.
func (t *track) ackedUntil() time.Time {
	after := patience(t.alert.Priority)
	if t.alert.State != Active || !t.alert.Acknowledged || after == 0 {
		return time.Time{}
	}
	return t.acked.Add(after)
}

// climb calls whoever is next, while nobody acknowledges an occurrence that people can perceive.
func (e *Engine) climb(t *track) {
	if due := e.climbsAt(t); !due.IsZero() && !e.now.Before(due) {
		t.alert.Called = append(slices.Clone(t.alert.Called), e.ladder[e.rung(t)].Call)
		e.amend(t)
		e.climb(t)
	}
}

// climbsAt returns when t climbs next; zero for never. One that a worse occurrence stands for leaves the calling to it.
func (e *Engine) climbsAt(t *track) time.Time {
	i := e.rung(t)
	silent := t.alert.Signal == SignalAlarmPaused || t.alert.Signal == SignalOff
	if i < 0 || t.alert.State != Active || t.alert.Acknowledged || silent || t.coveredAt(t.alert.Priority) {
		return time.Time{}
	}
	return t.waiting.Add(e.ladder[i].After)
}

// rung returns the index of the first step of t's priority that was not called yet, -1 if there is none.
func (e *Engine) rung(t *track) int {
	return slices.IndexFunc(e.ladder, func(s Step) bool {
		return s.Priority == t.alert.Priority && !slices.Contains(t.alert.Called, s.Call)
	})
}

// amend publishes the state of an occurrence: within an event of this Step if it has one, else as an update.
func (e *Engine) amend(t *track) {
	for i := len(e.events) - 1; i >= 0; i-- {
		if e.events[i].Alert.Occurrence == t.alert.Occurrence {
			e.events[i].Alert = t.alert
			return
		}
	}
	e.emit(Updated, t)
}

// remind gives a cue now and then that something is silenced.
func (e *Engine) remind(silenced bool) {
	s := &e.silence
	switch {
	case !silenced:
		s.remindAt = time.Time{}
	case s.remindAt.IsZero():
		s.remindAt = e.now.Add(remindEvery)
	case !e.now.Before(s.remindAt):
		s.remindAt = e.now.Add(remindEvery)
		e.effects = append(e.effects, Effect{Kind: Remind})
	}
}
