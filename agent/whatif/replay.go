package whatif

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// ErrNoStart is returned for messages that do not hold the beginning of a session.
var ErrNoStart = errors.New("the record does not have the beginning of the session")

// ErrProfile is returned for a profile that no session can be held with.
var ErrProfile = errors.New("no session is held with this profile: it has no phases")

// ErrGap is returned for a message that lies further behind the one before than any in a session does.
var ErrGap = errors.New("there is no such gap in a session")

// longestGap is how long a session may be silent; our choice. An agent that runs records something of it far more often, and
// one that is started again after a day does not go on with the same session.
const longestGap = 24 * time.Hour

// byHand is the device of a reading that staff entered, as the agent calls it.
const byHand = "by hand"

// Replay judges one recorded session again. It is not safe for concurrent use.
type Replay struct {
	room     *room
	clock    wire.Timeline
	begun    bool
	start    wire.Session
	from, to time.Time
	ended    time.Time // zero while the session runs

	recorded, other side
	carried         side // recorded, and not judged again
	readings        []time.Time
	doses           []time.Time
	infusion        time.Time
	extras          []Ask                 // beside the schedule, by the other profile
	episodes        [2][]sessions.Episode // recorded, other; each as it was told last
	notes           []Note
	acknowledged    int // of a recorded alert that is not there by the other profile
}

// New returns a replay by a profile. The error wraps ErrProfile, or is that of the alerts engine.
func New(p *profiles.Profile) (*Replay, error) {
	if len(p.Phases) == 0 {
		return nil, fmt.Errorf("whatif: %s: %w", p.Word(), ErrProfile)
	}
	room, err := newRoom(p)
	if err != nil {
		return nil, err
	}
	r := &Replay{room: room}
	r.recorded.reported, r.other.reported = room.reported, room.reported
	room.alerted = func(now time.Time, e *alerts.Event) { r.other.take(judged(now, e)) }
	room.told = r.told
	return r, nil
}

// judged returns what the engine says of an alert.
func judged(now time.Time, e *alerts.Event) *change {
	a := &e.Alert
	return &change{
		id: a.Occurrence, condition: a.Condition, title: a.Title, device: a.Device, event: e.Change.String(),
		state: a.State.String(), priority: a.Priority.String(), text: a.Text, at: now, since: a.Since,
	}
}

// Take takes the next message of the session; they come in the order of their numbers. The error says which message cannot
// be read, or wraps ErrNoStart or ErrGap.
func (r *Replay) Take(m wire.Message) error {
	switch wire.About(m.Subject) {
	case wire.AboutReading:
		var p wire.Reading
		if err := decode(&m, &p); err != nil {
			return err
		}
		return r.reading(&p)
	case wire.AboutAlert:
		var p wire.Alert
		if err := decode(&m, &p); err != nil {
			return err
		}
		return r.alert(&p)
	case wire.AboutSession:
		var p wire.Session
		if err := decode(&m, &p); err != nil {
			return err
		}
		return r.event(&p)
	default: // receipts say who saw what
		return nil
	}
}

// reach lets time go by up to a message, and returns its moment.
func (r *Replay) reach(h *wire.Header) (time.Time, error) {
	at, fresh := r.clock.At(h)
	if at.Before(r.to) {
		at = r.to // what somebody did is told after the alert that it led to
	}
	if gap := at.Sub(r.to); gap > longestGap && !r.to.IsZero() {
		return at, fmt.Errorf("whatif: message %d comes %v after the one before: %w", h.Seq, gap.Round(time.Second), ErrGap)
	}
	r.to = at
	if r.from.IsZero() {
		r.from = at
	}
	if !r.begun || r.room.over {
		return at, nil
	}
	if fresh {
		return at, r.room.restart(at)
	}
	r.room.pass(at)
	return at, nil
}

func (r *Replay) reading(p *wire.Reading) error {
	at, err := r.reach(&p.Header)
	if err != nil {
		return err
	}
	if !r.begun {
		return fmt.Errorf("whatif: message %d: %w", p.Seq, ErrNoStart)
	}
	if r.room.over {
		return nil
	}
	reading, err := reading(p, at)
	if err != nil {
		return err
	}
	r.room.observe(at, alerts.Observed{Device: p.Device, Reading: reading})
	return nil
}

// alert notes a recorded alert, and repeats what somebody did about it.
func (r *Replay) alert(p *wire.Alert) error {
	at, err := r.reach(&p.Header)
	if err != nil || r.room.over {
		return err
	}
	c := &change{
		id: p.Occurrence, condition: p.Condition, title: p.Title, device: p.Device, event: p.Event, state: p.State,
		priority: p.Priority, text: p.Text, at: at, since: p.Since.UTC(),
	}
	kind := alerts.Technical
	if p.Kind == alerts.Physiological.String() {
		kind = alerts.Physiological
	}
	if !judgedAgain(kind, p.Condition) {
		r.carried.take(c)
		return nil
	}
	r.recorded.take(c)
	if p.Event == alerts.Acknowledged.String() || p.Event == alerts.Reset.String() {
		r.acknowledge(at, p)
	}
	return nil
}

// acknowledge repeats an acknowledgement for the alert of the other profile that stands for the recorded one.
func (r *Replay) acknowledge(at time.Time, p *wire.Alert) {
	r.room.tick(at)
	seen := r.recorded.byID[p.Occurrence]
	for _, a := range r.room.engine.Active() {
		o := r.other.byID[a.Occurrence]
		if o != nil && !a.Acknowledged && o.Condition == seen.Condition && o.report == seen.report {
			r.room.judge(at, alerts.Acknowledge{Occurrence: a.Occurrence, By: p.AcknowledgedBy})
			return
		}
	}
	r.acknowledged++
}

// event takes an entry of the session's list.
func (r *Replay) event(p *wire.Session) error {
	at, err := r.reach(&p.Header)
	if err != nil || r.room.over {
		return err
	}
	kind := sessions.Kind(p.Event)
	if kind == sessions.Started && !r.begun {
		r.begun, r.start, r.from = true, *p, at
		start := sessions.Start{Code: p.Session, Profile: r.room.profile.ID, By: p.By}
		if b := p.Start; b != nil {
			start.Route, start.Age, start.Screening = b.Route, b.Age, b.Screening
		}
		if err := r.room.act(at, start); err != nil {
			return fmt.Errorf("whatif: start: %w", err)
		}
		return nil
	}
	if !r.begun {
		return fmt.Errorf("whatif: message %d: %w", p.Seq, ErrNoStart)
	}
	switch kind {
	case sessions.ReadingTaken:
		r.readings = append(r.readings, at)
	case sessions.InfusionEnded:
		r.infusion = at
	case sessions.EpisodeBegan, sessions.EpisodeWorsened, sessions.EpisodeOver:
		r.episode(0, p.Episode)
	}
	return r.repeat(at, p)
}

// told hears what the session says by the other profile.
func (r *Replay) told(e *sessions.Event) {
	switch e.Kind {
	case sessions.EpisodeBegan, sessions.EpisodeWorsened, sessions.EpisodeOver:
		r.episode(1, e.Episode)
	case sessions.ReadingDue:
		if len(r.doses) > 0 && !strings.HasPrefix(e.Text, "scheduled") {
			r.extras = append(r.extras, Ask{At: e.At, Why: e.Text})
		}
	}
}

// episode keeps the newest word about an elevation.
func (r *Replay) episode(side int, e *sessions.Episode) {
	if e == nil {
		return
	}
	list := r.episodes[side]
	if i := slices.IndexFunc(list, func(o sessions.Episode) bool { return o.Vital == e.Vital && o.Since.Equal(e.Since) }); i >= 0 {
		list[i] = *e
		return
	}
	r.episodes[side] = append(list, *e)
}

func (r *Replay) note(at time.Time, format string, args ...any) {
	r.notes = append(r.notes, Note{At: at, Text: fmt.Sprintf(format, args...)})
}
