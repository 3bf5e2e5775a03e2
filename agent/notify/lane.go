package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"bedside/agent/config"
	"bedside/agent/wire"
)

// grace is how long a try may go on after the station was told to stop; with it, Run ends within 2 s. Our choice.
const grace = time.Second

// stopped is why a notice died that was waiting at the end.
const stopped = "the station stopped"

// sender is one kind of channel. Its methods may be called concurrently, return soon after ctx ends, and return a *Failure
// or nothing.
type sender interface {
	check() error // whether the files that it needs can be read
	send(ctx context.Context, now time.Time, n *Notice) error
}

// repeater is a sender whose receiver forgets what is not said again.
type repeater interface {
	repeat(ctx context.Context, now time.Time, open []Notice) error
}

// lane is one channel with its queue. Only run sends what is in it.
type lane struct {
	channel config.Channel
	to      sender
	o       *Options
	wake    chan struct{} // one token: there is something new
	chance  *rand.Rand    // of run alone

	saying sync.Mutex // held around OnState, so that its calls come in order; taken before mu

	mu      sync.Mutex // guards what follows
	queue   queue
	stopped bool
	failing bool // as OnState was told
	dead    uint64
	last    time.Time // delivered then
	said    time.Time // the open alerts were said last then
}

// takes reports whether the channel is one for this notice. The end of an alert follows its beginning.
func (l *lane) takes(n *Notice) bool {
	if n.Resolved {
		return true // the queue knows better
	}
	step := n.Step
	if step == "" {
		step = config.ChannelSteps()[0]
	}
	c := &l.channel
	return n.Priority >= c.Least &&
		(len(c.Steps) == 0 || slices.Contains(c.Steps, step)) &&
		(len(c.For) == 0 || len(n.To) == 0 || slices.ContainsFunc(n.To, func(who string) bool { return slices.Contains(c.For, who) }))
}

func (l *lane) put(n Notice) {
	l.mu.Lock()
	var dead []letter
	switch {
	case !l.stopped:
		dead = l.queue.put(time.Now(), n)
	case !n.Resolved:
		dead = []letter{{n, stopped}}
	}
	l.mu.Unlock()
	l.bury(dead)
	l.stir()
}

func (l *lane) stir() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends, and gives up the rest.
func (l *lane) run(ctx context.Context) {
	if err := l.to.check(); err != nil {
		l.mu.Lock()
		failure := asFailure(l.channel.Kind, err)
		failure.Permanent = true // somebody has to do something
		l.queue.noted(failure)
		l.mu.Unlock()
		l.say()
	}
	for ctx.Err() == nil {
		n, job, again := l.next(time.Now())
		switch job {
		case sending:
			l.try(ctx, &n)
		case repeating:
			l.repeat(ctx)
		default:
			l.wait(ctx, again)
		}
	}
	l.mu.Lock()
	l.stopped = true
	dead := l.queue.close(stopped)
	l.mu.Unlock()
	l.bury(dead)
}

type job uint8

const (
	waitingFor job = iota
	sending
	repeating
)

// next says what to do now, or when to ask again; the zero time if only something new can change it.
func (l *lane) next(now time.Time) (n Notice, what job, again time.Time) {
	l.mu.Lock()
	dead := l.queue.expire(now)
	n, ok, again := l.queue.take(now)
	_, repeats := l.to.(repeater)
	switch {
	case ok:
		what = sending
	case again.IsZero() && repeats && len(l.queue.open) > 0:
		if again = l.said.Add(repeatEvery); !again.After(now) {
			what = repeating
		}
	}
	l.mu.Unlock()
	l.bury(dead)
	return n, what, again
}

func (l *lane) wait(ctx context.Context, again time.Time) {
	var alarm <-chan time.Time
	if !again.IsZero() {
		t := time.NewTimer(time.Until(again))
		defer t.Stop()
		alarm = t.C
	}
	select {
	case <-ctx.Done():
	case <-l.wake:
	case <-alarm:
	}
}

// attempt runs a try for as long as one may last. A station that stops lets it go on for a moment.
func attempt(ctx context.Context, kind string, f func(context.Context) error) *Failure {
	try, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	if err := f(try); err != nil {
		return asFailure(kind, err)
	}
	return nil
}

func asFailure(kind string, err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		copied := *f
		return &copied
	}
	return temporary(kind, "an error of the program: it cannot make a message of this alert")
}

func (l *lane) try(ctx context.Context, n *Notice) {
	failure := attempt(ctx, l.channel.Kind, func(ctx context.Context) error { return l.to.send(ctx, time.Now(), n) })
	now := time.Now()
	l.mu.Lock()
	dead := l.queue.done(now, failure, l.chance.Float64())
	l.noted(now, failure)
	if failure == nil && len(l.queue.open) <= 1 {
		l.said = now // that was all there is to say
	}
	l.mu.Unlock()
	l.say()
	if failure == nil && l.o.OnDelivered != nil {
		l.o.OnDelivered(*n, l.channel.Name)
	}
	l.bury(dead)
}

func (l *lane) repeat(ctx context.Context) {
	l.mu.Lock()
	open := slices.Clone(l.queue.open)
	l.mu.Unlock()
	failure := attempt(ctx, l.channel.Kind, func(ctx context.Context) error {
		return l.to.(repeater).repeat(ctx, time.Now(), open)
	})
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	l.mu.Lock()
	l.queue.noted(failure)
	l.noted(now, failure)
	l.said = now
	l.mu.Unlock()
	l.say()
}

// noted is called with mu held after every try.
func (l *lane) noted(now time.Time, failure *Failure) {
	if failure == nil {
		l.last = now
	}
}

// test sends a notice beside the queue.
func (l *lane) test(ctx context.Context, n *Notice) error {
	failure := attempt(ctx, l.channel.Kind, func(ctx context.Context) error { return l.to.send(ctx, time.Now(), n) })
	if failure != nil && ctx.Err() != nil {
		return ctx.Err() // it was called off, which says nothing about the channel
	}
	now := time.Now()
	l.mu.Lock()
	l.queue.noted(failure)
	l.noted(now, failure)
	if failure == nil {
		l.queue.due, l.queue.told = time.Time{}, false
	}
	l.mu.Unlock()
	l.say()
	if failure != nil {
		return failure
	}
	l.stir()
	return nil
}

// say tells of a change of state.
func (l *lane) say() {
	l.saying.Lock()
	defer l.saying.Unlock()
	l.mu.Lock()
	failing, why := l.queue.failing(), l.queue.why
	changed := failing != l.failing
	l.failing = failing
	l.mu.Unlock()
	if !changed {
		return
	}
	if failing {
		l.o.Log.Warn("a channel fails", "channel", l.channel.Name, "err", why)
	} else {
		l.o.Log.Info("a channel works again", "channel", l.channel.Name)
		why = ""
	}
	if l.o.OnState != nil {
		l.o.OnState(l.channel.Name, failing, why)
	}
}

func (l *lane) bury(dead []letter) {
	if len(dead) == 0 {
		return
	}
	l.mu.Lock()
	l.dead += uint64(len(dead))
	l.mu.Unlock()
	for i := range dead {
		if l.o.OnDead != nil {
			l.o.OnDead(dead[i].notice, l.channel.Name, dead[i].why)
		}
	}
}

func (l *lane) state() wire.ChannelState {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := wire.ChannelState{
		Name: l.channel.Name, Kind: l.channel.Kind, State: "untried", Waiting: len(l.queue.list), Dead: l.dead,
	}
	switch {
	case l.queue.failing():
		s.State, s.Why = "failing", l.queue.why
	default: // one failure is no alarm, and is no proof that it works either
		s.Why = l.queue.why
		if !l.last.IsZero() {
			s.State = "ok"
		}
	}
	if !l.last.IsZero() {
		at := wire.Time{Time: l.last}
		s.Last = &at
	}
	return s
}
