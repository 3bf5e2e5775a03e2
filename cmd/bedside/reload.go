package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"bedside/agent/alive"
	"bedside/agent/config"
)

// reloads run a program that watches over people, and begin it anew with the configuration as it is now whenever SIGHUP asks
// for it. What was watched before stays watched: a configuration that is bad, or that the program cannot run with, is
// refused, and so is a moment in which a gap would hurt.
//
// The program begins anew as a whole. So nothing of a configuration is ever half in force, and files that it names, such as
// a profile or a certificate, are read anew with it.
type reloads[C any] struct {
	log     *slog.Logger
	hangups <-chan os.Signal
	notify  alive.Notify // the service manager
	load    func() (C, error)
	// run runs until ctx ends. It calls begun once when all runs, before it returns, with what knows whether a restart would
	// hurt, or nil.
	run func(ctx context.Context, conf C, notify alive.Notify, begun func(busy)) error
}

// trial is how long all must have run, its stop included, before a configuration is one to be relied upon; our choice: ten
// seconds, in which each loop takes a turn or is late (agent/alive), and five for the stop.
const trial = 15 * time.Second

// busyWait bounds the answer whether a restart would hurt; our choice.
const busyWait = time.Second

// busy returns why a restart would hurt at this moment; empty if it would not.
type busy func(context.Context) string

// onHangup returns a channel with each SIGHUP. From then on the signal no longer ends the program, so it lives on when its
// terminal closes. It is undone by stop.
func onHangup() (hangups <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// watch runs with the configuration of this moment until ctx ends. A failure ends it, unless it is that of a reloaded
// configuration before it has stood its trial: then it goes on with the one before. Whether it has stood it is a matter of time
// alone, so a part that fails just when all runs is none of chance.
func (r *reloads[C]) watch(ctx context.Context) error {
	select {
	case <-r.hangups: // answered by what is read now
	default:
	}
	conf, err := r.load()
	if err != nil {
		return err
	}
	var before []C // what to go back to, the last one first in turn; more than one where a trial was cut short by a reload
	for ctx.Err() == nil {
		t := r.turn(ctx, conf, len(before) > 0)
		switch {
		case ctx.Err() != nil && errors.Is(t.err, context.Canceled):
			return nil // broken off while it began
		case ctx.Err() != nil:
			return t.err
		case t.next != nil:
			if t.err != nil {
				r.log.Error("what a reload ended did not end well", "err", t.err)
			}
			if t.stood {
				before = nil
			}
			before, conf = append(before, conf), *t.next
		case t.err != nil && !t.stood && len(before) > 0:
			r.log.Error("the new configuration does not run; going on with the one before", "err", t.err)
			before, conf = before[:len(before)-1], before[len(before)-1]
		default:
			return t.err
		}
	}
	return nil
}

// turn is how one run ended.
type turn[C any] struct {
	stood bool // all ran for as long as a trial takes
	next  *C   // what to go on with; nil: there was no reload
	err   error
}

// turn runs once, until ctx ends or a reload is granted. A reload that is asked for while it begins waits until all runs.
func (r *reloads[C]) turn(ctx context.Context, conf C, onTrial bool) turn[C] {
	running, stop := context.WithCancel(ctx)
	defer stop()
	var since atomic.Pointer[time.Time] // when all ran
	stood := func() bool {
		at := since.Load()
		return at != nil && time.Since(*at) >= trial
	}
	var reloading atomic.Bool
	notify := func(state string) error {
		if ctx.Err() == nil && (reloading.Load() || onTrial && !stood()) {
			state = whileReloading(state)
		}
		return r.notify(state)
	}
	begun := make(chan busy, 1)
	ended := make(chan turn[C], 1)
	go func() { // ends with this function
		err := r.run(running, conf, notify, func(b busy) {
			now := time.Now()
			since.Store(&now)
			begun <- b
		})
		ended <- turn[C]{stood: stood(), err: err}
	}()
	var hurts busy
	var hangups <-chan os.Signal // not heard before all runs
	for {
		select {
		case t := <-ended:
			return t
		case hurts = <-begun:
			hangups = r.hangups
		case <-hangups:
			select {
			case t := <-ended: // before it was asked
				return t
			default:
			}
			next, err := r.grant(running, hurts)
			if err != nil {
				continue
			}
			reloading.Store(true)
			stop()
			t := <-ended
			t.next = &next
			return t
		}
	}
}

// grant returns the configuration to go on with. Why there is none it has told the log.
func (r *reloads[C]) grant(ctx context.Context, hurts busy) (C, error) {
	next, err := r.load()
	if err == nil && hurts != nil {
		ctx, cancel := context.WithTimeout(ctx, busyWait)
		defer cancel()
		if why := hurts(ctx); why != "" {
			err = errors.New(why)
		}
	}
	if err != nil {
		r.log.Error("reload refused, the old configuration goes on", "err", inOneLine(err))
		return next, err
	}
	r.log.Info("reload: beginning anew with the configuration as it is now")
	return next, nil
}

// inOneLine has every mistake of a configuration in a log's one line, each with its place.
func inOneLine(err error) string {
	var all config.Errors
	if !errors.As(err, &all) {
		return err.Error()
	}
	list := make([]string, len(all))
	for i, e := range all {
		list[i] = fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
	return strings.Join(list, "; ")
}

// whileReloading turns the last words of a run that another follows into those that a service manager expects, sd_notify(3):
// after STOPPING=1 it would take the program for ended.
func whileReloading(state string) string {
	if !strings.HasPrefix(state, "STOPPING=1") {
		return state
	}
	return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec() + "STATUS=reloading"
}
