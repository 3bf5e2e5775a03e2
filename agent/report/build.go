package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// ErrNoStart is returned for messages that do not hold the beginning of a session.
var ErrNoStart = errors.New("the record does not have the beginning of the session")

// ErrTooLong is returned for messages that spread over more time than any session takes.
var ErrTooLong = errors.New("no session is as long")

// longest bounds a report: it has an entry for each second. Our choice, twelve times the longest profile.
const longest = 36 * time.Hour

// Options say what a report is made with.
type Options struct {
	// Find returns the profile of that id as this program has it; nil for one that has none.
	Find  func(id string) (*profiles.Profile, bool)
	Proof string // head of the hash chain over the session, hex; empty if nobody proved it
}

// Builder makes one report. The zero value is ready.
type Builder struct {
	report Report
	clock  wire.Timeline
	begun  bool
	last   time.Time // moment of the newest message

	alerts   map[string]*Alert // by occurrence
	decided  map[string]string // occurrence by id of a message, for receipts
	seconds  map[int64]*Second // by second since the beginning
	measured [continuous]bool  // some reading was about it
	devices  map[string]*Device
}

// Take takes the next message of the session; they come in the order of their numbers. A message that cannot be read is
// counted and left out. The error wraps ErrTooLong.
func (b *Builder) Take(m wire.Message) error {
	b.report.Events++
	p, h := payloadOf(m.Subject)
	broken := json.Unmarshal(m.Payload, p)
	if broken != nil { // its moment counts even if the rest of it is not as it was sent
		if err := json.Unmarshal(m.Payload, h); err != nil {
			b.report.Unread++
			return nil
		}
	}
	at, fresh := b.clock.At(h)
	if at.Before(b.last) {
		at = b.last // what somebody did is told after the alert that it led to
	}
	if b.begun && at.Sub(b.report.From) > longest {
		return fmt.Errorf("report: message %d is %v after the beginning: %w", h.Seq, at.Sub(b.report.From).Round(time.Second), ErrTooLong)
	}
	if fresh && b.begun && !b.report.Ended && b.last.Before(at) {
		b.report.Gaps = append(b.report.Gaps, Gap{From: b.last, To: at})
	}
	b.last = at
	if broken == nil {
		broken = b.tell(p, at)
	}
	if broken != nil {
		b.report.Unread++
	}
	return nil
}

// payloadOf returns what a message is decoded into, each of them once, and the header in it.
func payloadOf(subject string) (payload any, h *wire.Header) {
	switch wire.About(subject) {
	case wire.AboutReading:
		p := &wire.Reading{}
		return p, &p.Header
	case wire.AboutWave:
		p := &wire.Wave{}
		return p, &p.Header
	case wire.AboutAlert:
		p := &wire.Alert{}
		return p, &p.Header
	case wire.AboutSession:
		p := &wire.Session{}
		return p, &p.Header
	case wire.AboutReceipt:
		p := &wire.Receipt{}
		return p, &p.Header
	}
	h = &wire.Header{}
	return h, h
}

// tell takes what a message says.
func (b *Builder) tell(payload any, at time.Time) error {
	switch p := payload.(type) {
	case *wire.Reading:
		return b.reading(p, at)
	case *wire.Wave:
		b.wave(p, at)
	case *wire.Alert:
		b.alert(p, at)
	case *wire.Session:
		b.event(p, at)
	case *wire.Receipt:
		b.receipt(p)
	}
	return nil
}

// Report returns the report of what was taken. The error is ErrNoStart if no session began in it. Take is not called any
// more afterwards.
func (b *Builder) Report(o Options) (*Report, error) {
	if !b.begun {
		return nil, fmt.Errorf("report: %w", ErrNoStart)
	}
	r := &b.report
	if !r.Ended {
		r.To = b.last
	}
	r.Proof = o.Proof
	b.closePhases()
	b.closeAlerts()
	b.closeSeconds()
	b.closeDevices()
	r.Suspensions = suspensions(r)
	r.Peaks = peaks(r)
	r.REMS = rems(r)
	if len(r.Doses) > 0 {
		r.Minutes = int(r.To.Sub(r.Doses[0].At).Minutes())
	}
	if p := known(o, r.Profile.Word, r.Profile.Hash); p != nil {
		r.Profile.Known, r.Profile.Title = true, p.Title
		r.Lines = lines(r, p)
	}
	return r, nil
}

// event takes an entry of the session's list.
func (b *Builder) event(p *wire.Session, at time.Time) {
	r := &b.report
	kind := sessions.Kind(p.Event)
	act := Act{At: at, Event: p.Event, By: p.By, Via: p.Via, Device: p.Device, Text: p.Text, Reason: p.Reason, Mark: p.Mark, Until: ends(p, at)}
	switch {
	case kind == sessions.Started && !b.begun:
		b.begin(p, at)
	case !b.begun:
		return // of the room, before the session
	case kind == sessions.SessionEnded:
		r.Ended, r.To, r.End = true, at, act
	}
	b.told(kind, p, at)
	b.limits(p, act)
	switch {
	case notice(p.Event):
		r.Notices = append(r.Notices, act)
	case p.By != "", p.Event == wire.EventSuspensionEnded: // which nobody does
		r.Acts = append(r.Acts, act)
	}
}

// notice reports whether an event is about the agent and its surroundings.
func notice(event string) bool {
	switch event {
	case wire.EventAgentStarted, wire.EventAgentStopped, wire.EventClockStep, wire.EventConfiguration, wire.EventStation,
		wire.EventDuty, wire.EventReachTest, wire.EventAlarmTest, wire.EventAccess:
		return true
	}
	return false
}

func (b *Builder) begin(p *wire.Session, at time.Time) {
	b.begun = true
	r := &b.report
	r.Session, r.Site, r.Room, r.Mode, r.From = p.Session, p.Site, p.Room, p.Mode, at
	r.Profile = Profile{Word: p.Profile, Hash: p.Hash}
	r.Version, r.Profile.ApprovedBy, r.Duty, r.Reach = p.Version, p.Approved, p.Duty, p.Reach
	r.Start = sessions.Beginning{By: p.By}
	if p.Start != nil {
		r.Start = *p.Start
	}
	r.Phases = []Phase{{Phase: sessions.Phase(p.Phase), From: at}}
}

// told keeps what an event of the session carries.
func (b *Builder) told(kind sessions.Kind, p *wire.Session, at time.Time) {
	r := &b.report
	switch kind {
	case sessions.PhaseChanged:
		b.phase(sessions.Phase(p.Phase), at)
	case sessions.Answered:
		b.answered(p.Screening)
	case sessions.Dosed:
		if p.Dose != nil {
			r.Doses = append(r.Doses, *p.Dose)
		}
	case sessions.InfusionEnded:
		r.Infusion = at
	case sessions.BaselineTaken:
		if p.Baseline != nil {
			r.Baseline = *p.Baseline
		}
	case sessions.BaselineMissing:
		r.Missing = p.Text
	case sessions.ReadingTaken:
		if p.Reading != nil {
			r.Readings = append(r.Readings, *p.Reading)
		}
	case sessions.EpisodeBegan, sessions.EpisodeWorsened, sessions.EpisodeOver:
		b.episode(p.Episode)
	case sessions.GateChanged:
		if p.Gate != nil {
			r.Gates = append(r.Gates, Gate{At: at, Gate: *p.Gate})
		}
	}
}

// answered keeps the last answer to each question. The payload that began the session stays as it was read.
func (b *Builder) answered(late map[string]sessions.Answer) {
	answers := map[string]sessions.Answer{}
	maps.Copy(answers, b.report.Start.Screening)
	maps.Copy(answers, late)
	b.report.Start.Screening = answers
}

func (b *Builder) phase(phase sessions.Phase, at time.Time) {
	list := b.report.Phases
	if phase == "" || list[len(list)-1].Phase == phase {
		return
	}
	list[len(list)-1].To = at
	b.report.Phases = append(list, Phase{Phase: phase, From: at})
}

func (b *Builder) closePhases() {
	list := b.report.Phases
	list[len(list)-1].To = b.report.To
}

// episode keeps the newest word about an elevation.
func (b *Builder) episode(e *sessions.Episode) {
	if e == nil {
		return
	}
	list := b.report.Episodes
	for i := range list {
		if list[i].Vital == e.Vital && list[i].Since.Equal(e.Since) {
			list[i] = *e
			return
		}
	}
	b.report.Episodes = append(list, *e)
}
