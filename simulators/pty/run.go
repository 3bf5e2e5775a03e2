package pty

import (
	"context"
	"errors"
	"os"
	"time"
)

// Our choices.
const (
	shortest = 4 * time.Millisecond // real time between two turns: spares the processor when simulated time runs fast
	longest  = time.Second          // a turn at least that often, for the sake of release
	maxLate  = 5 * time.Second      // simulated time that a turn lives through step by step; of more, the start is skipped
)

// Run lets the device live until ctx ends, and returns nil then. Bytes of the device go to the terminal, bytes written
// to the terminal go to the device. It may be called once at a time.
func (p *Port) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, p.interrupt)
	defer stop()
	buf := make([]byte, 512)
	var rx []byte
	for ctx.Err() == nil {
		wait, err := p.turn(rx)
		if err != nil {
			return err
		}
		rx = p.listen(ctx, wait, buf)
	}
	return nil
}

// turn lives up to the present, hands rx to the device, writes what came of it, and returns how long nothing is due.
func (p *Port) turn(rx []byte) (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now()
	p.out = p.out[:0]
	if p.wake.Before(now.Add(-maxLate)) && !p.wake.IsZero() {
		p.wake = now.Add(-maxLate)
	}
	// Moments that have passed are lived through one by one, each with the truth of its own moment: a wave stays smooth
	// however coarse the turns are.
	for !p.wake.IsZero() && p.wake.Before(now) {
		at := p.wake
		p.step(at, nil)
		if !p.wake.After(at) {
			break
		}
	}
	p.step(now, rx)
	if err := p.follow(now); err != nil {
		return 0, err
	}
	if p.master != nil {
		if err := release(p.slave); err != nil {
			return 0, err
		}
		if err := p.traffic.write(p.master, p.slave, p.out, time.Now()); err != nil {
			return 0, err
		}
	}
	if p.wake.IsZero() {
		return longest, nil
	}
	return min(max(p.options.Real(p.wake.Sub(now)), shortest), longest), nil
}

func (p *Port) step(at time.Time, rx []byte) {
	tx, wake := p.options.Device.Step(at, p.options.Truth(at), rx)
	if p.options.Line != nil {
		var change time.Time
		tx, change = p.options.Line.Step(at, tx)
		if wake.IsZero() || !change.IsZero() && change.Before(wake) {
			wake = change
		}
	}
	p.out = append(p.out, tx...)
	p.wake = wake
}

// follow pulls or replaces the plug as the line says. A plug that somebody else pulled stays out.
func (p *Port) follow(now time.Time) error {
	line, ok := p.options.Line.(interface{ Unplugged(now time.Time) bool })
	if !ok || p.closed {
		return nil
	}
	switch out := line.Unplugged(now); {
	case out && p.master != nil:
		p.pulled = true
		return p.unplug()
	case !out && p.pulled:
		p.pulled = false
		return p.plug()
	}
	return nil
}

// listen waits at most that long for bytes from the host and returns them.
func (p *Port) listen(ctx context.Context, wait time.Duration, buf []byte) []byte {
	p.mu.Lock()
	master := p.master
	p.mu.Unlock()
	if master == nil {
		p.idle(ctx, wait)
		return nil
	}
	err := master.SetReadDeadline(time.Now().Add(wait))
	if err == nil && ctx.Err() == nil { // asked after the deadline is set, so that interrupt cannot be overwritten
		var n int
		if n, err = master.Read(buf); n > 0 {
			return buf[:n]
		}
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, os.ErrClosed) {
		p.idle(ctx, wait) // the terminal is of no use now: do not spin on it
	}
	return nil
}

// idle waits until the plug changes or that long.
func (p *Port) idle(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-p.changed:
	case <-timer.C:
	}
}

// interrupt ends a read in progress.
func (p *Port) interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.master != nil {
		// The only failure is a file closed in between, which ends the read as well.
		if err := p.master.SetReadDeadline(time.Unix(1, 0)); err != nil {
			p.notify()
		}
	}
}
