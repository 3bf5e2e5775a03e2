package link

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"bedside/devices"
)

// Limits of a conversation, in real time; our choice.
const (
	silenceMargin = 500 * time.Millisecond // for USB, the scheduler and a busy machine, beyond the driver's MaxSilence
	writeLimit    = time.Second            // for what a driver writes at once; the longest order has about 20 bytes
	stopLimit     = 800 * time.Millisecond // for a cuff to confirm its stop before the port is closed
	turnLimit     = 5 * time.Second        // the longest read: a quiet device is no reason to give no sign of life
	wakeSoonest   = time.Millisecond       // so that a session that asks for a moment past cannot spin the CPU

	// How long the kernel may keep whoever opens or closes the port of an adapter that has stopped answering: five seconds for
	// each of a few USB requests, and thirty for bytes that cannot leave (closing_wait of setserial(8)).
	openLimit  = 30 * time.Second
	closeLimit = 35 * time.Second
)

// conversation is the time from opening a port to closing it. Only the goroutine of Run touches it.
type conversation struct {
	l       *Link
	port    Port
	session devices.Session
	buf     [4096]byte // as much as the kernel keeps of a terminal's input

	wake    time.Time // when the session wants to be called; zero if it does not
	armed   time.Time // the deadline of the port, in real time; zero if it may have passed
	heard   time.Time // last valid data, or the opening
	noise   bool      // bytes arrived since
	burst   time.Time // when the first byte of a message came that makes no sense so far; only if it may be quiet
	strange int       // bytes since then
	quiet   time.Time // when to reopen, while silent
	air     bool      // air may be in the cuff

	episodic bool // by what it sent last, the device speaks only when it has measured
}

// mayBeQuiet reports whether silence tells nothing about the device.
func (c *conversation) mayBeQuiet() bool { return c.l.o.Driver.MaxSilence == 0 || c.episodic }

// converse talks through port until ctx ends or something breaks, and closes it. It returns why, in words for people.
func (l *Link) converse(ctx context.Context, port Port) error {
	c := &conversation{l: l, port: port, heard: l.o.Clock.Now()}
	err := c.begin()
	if err == nil {
		err = c.talk(ctx)
	}
	if c.air {
		c.l.cuffUsed = l.o.Clock.Now()
	}
	l.o.Life.Turn(closeLimit)
	if closing := port.Close(); closing != nil {
		l.log.Debug("port did not close well", "err", closing)
	}
	if errors.Is(err, errSilent) {
		c.turnVariant()
	}
	return err
}

func (c *conversation) begin() error {
	settings := c.l.o.Settings
	settings.CuffUsed, settings.Variant = c.l.cuffUsed, c.l.search.now().Name
	var err error
	if panicked := c.l.guard(func() { c.session, err = c.l.o.Driver.NewSession(settings) }); panicked != nil {
		return panicked
	}
	if w, ok := c.port.(Witness); ok && err == nil {
		w.Begun(c.l.o.Clock.Now(), settings)
	}
	return err
}

// talk takes turns until ctx ends or something breaks, and leaves no air in a cuff that can still be reached.
func (c *conversation) talk(ctx context.Context) error {
	c.l.listen(c.port)
	release := context.AfterFunc(ctx, func() { c.l.wake(c.port) })
	if c.l.o.Driver.MaxSilence == 0 && c.l.search.odd == nil {
		c.connected() // nothing more can be known of a device that may be quiet for ever
	}
	err := c.step(c.l.o.Clock.Now(), nil) // the session may have to speak first
	for err == nil && ctx.Err() == nil {
		err = c.turn(ctx)
	}
	release()
	c.l.listen(nil)
	c.farewell(err)
	return err
}

// turn waits for bytes, an order, the end of ctx or the next thing that is due, and deals with it.
func (c *conversation) turn(ctx context.Context) error {
	c.l.o.Life.Turn(turnLimit)
	if err := c.arm(c.l.o.Clock.Now(), turnLimit); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil
	}
	if o, ok := c.l.nextOrder(); ok {
		return c.obey(o)
	}
	return c.read()
}

// read waits for bytes until the deadline and hands them, or the passing of time, to the session.
func (c *conversation) read() error {
	n, err := c.port.Read(c.buf[:])
	now := c.l.o.Clock.Now()
	expired := errors.Is(err, os.ErrDeadlineExceeded)
	if expired {
		c.armed = time.Time{}
		err = nil
	}
	if n > 0 || (!c.wake.IsZero() && !now.Before(c.wake)) {
		if n == 0 {
			c.witnessWake(now)
		}
		if failed := c.step(now, c.buf[:n]); failed != nil {
			return failed
		}
	}
	if err != nil {
		return err
	}
	if !expired {
		return nil
	}
	err = c.listenForSilence(now)
	c.l.tell(now, &devices.Output{})
	return err
}

// arm sets the port's deadline to the next moment at which something is due, at most limit from now. A deadline that
// is earlier than that is left: waking once too often costs less than moving it with each frame.
func (c *conversation) arm(now time.Time, limit time.Duration) error {
	wait := min(limit, c.l.o.Clock.Real(c.due(now).Sub(now)))
	at := c.l.o.Clock.Outside().Add(wait)
	if !c.armed.IsZero() && !at.Before(c.armed) {
		return nil
	}
	c.armed = at
	return c.port.SetReadDeadline(at)
}

// due returns the moment of the clock at which something has to happen even if no byte comes.
func (c *conversation) due(now time.Time) time.Time {
	due := now.Add(c.l.outside(turnLimit))
	sooner := func(t time.Time) {
		if t.Before(due) {
			due = t
		}
	}
	if !c.wake.IsZero() {
		sooner(c.wake)
	}
	if at, ok := c.l.tellBy(); ok {
		sooner(at)
	}
	switch {
	case c.mayBeQuiet():
		if !c.burst.IsZero() {
			sooner(c.burst.Add(c.l.outside(burstTime)))
		}
	case c.l.state == Silent && !c.quiet.IsZero():
		sooner(c.quiet)
	default:
		sooner(c.heard.Add(c.silence()))
	}
	return due
}

// silence is how long nothing valid may come, on the clock.
func (c *conversation) silence() time.Duration {
	return c.l.o.Driver.MaxSilence + c.l.outside(silenceMargin)
}

// listenForSilence notices that nothing valid came for too long, and ends the conversation when it is time to reopen.
func (c *conversation) listenForSilence(now time.Time) error {
	if c.mayBeQuiet() {
		return c.listenForSense(now)
	}
	if now.Before(c.heard.Add(c.silence())) {
		return nil
	}
	if c.quiet.IsZero() {
		c.quiet = now.Add(c.l.pauseSilent(now))
	}
	err := c.whySilent(now)
	c.l.be(Silent, err.Error(), err)
	if now.Before(c.quiet) {
		return nil
	}
	return errSilent
}

func (c *conversation) connected() {
	c.quiet = time.Time{}
	c.l.be(Connected, "", nil)
}

// step hands bytes and the moment to the session and deals with what it returns.
func (c *conversation) step(now time.Time, rx []byte) error {
	var out devices.Output
	if err := c.l.guard(func() { out = c.session.Step(now, rx) }); err != nil {
		return err
	}
	c.speaks(now, len(rx))
	return c.deal(now, &out, writeLimit)
}

// deal does what the session wants done: write first, because a device may wait for it, then deliver.
func (c *conversation) deal(now time.Time, out *devices.Output, limit time.Duration) error {
	c.wake, c.episodic = out.Wake, out.Episodic
	if soonest := now.Add(c.l.outside(wakeSoonest)); !c.wake.IsZero() && c.wake.Before(soonest) {
		c.wake = soonest
	}
	err := c.write(out.Tx, limit)
	if out.Frames > 0 || len(out.Readings) > 0 {
		c.heard, c.noise, c.burst = now, false, time.Time{}
		c.l.search.intact()
		c.l.opening.reset()
		c.l.quiet.reset()
		c.connected()
	}
	for i := range out.Cuff {
		c.watchAir(now, out.Cuff[i].Phase)
	}
	c.l.tell(now, out)
	return err
}

// watchAir follows whether air may be in the cuff, and when it last was.
func (c *conversation) watchAir(now time.Time, p devices.CuffPhase) {
	if c.air || p.Busy() {
		c.l.cuffUsed = now
	}
	c.air = p.Busy()
}

// write sends b within limit. A port that does not take it in time is closed, which ends the write and the conversation.
func (c *conversation) write(b []byte, limit time.Duration) error {
	if len(b) == 0 {
		return nil
	}
	timer := time.AfterFunc(limit, func() {
		if err := c.port.Close(); err != nil {
			c.l.log.Debug("port did not close well", "err", err)
		}
	})
	_, err := c.port.Write(b)
	if !timer.Stop() {
		return errors.New("link: device takes no bytes")
	}
	if err != nil {
		return fmt.Errorf("link: write: %w", err)
	}
	return nil
}

// obey carries out an order and tells its caller.
func (c *conversation) obey(o order) error {
	refusal, err := c.command(c.session, o.command, writeLimit)
	switch {
	case refusal != nil:
		o.done <- refusal
	case err != nil:
		o.done <- fmt.Errorf("%w: %w", ErrLost, err)
	default:
		o.done <- nil
	}
	return err
}

// command gives an order to s. It returns the driver's refusal, and separately what broke.
func (c *conversation) command(s devices.Session, order devices.Command, limit time.Duration) (refusal, err error) {
	commander, ok := s.(devices.Commander)
	if !ok {
		return devices.ErrUnsupported, nil
	}
	now := c.l.o.Clock.Now()
	var out devices.Output
	if err := c.l.guard(func() { out, refusal = commander.Command(now, order) }); err != nil {
		return nil, err
	}
	if order == devices.CuffStart && refusal == nil {
		c.air, c.l.cuffUsed = true, now // from now on, whatever becomes of the bytes
	}
	if refusal != nil {
		return refusal, nil // it changed nothing, not even the next wake
	}
	if w, ok := c.port.(Witness); ok {
		w.Ordered(now, order)
	}
	return nil, c.deal(now, &out, limit)
}

// farewell lets the air out of a cuff before the port is closed, as far as a broken conversation still can: the stop is
// sent, and the session goes on until the device confirmed it or the time is over.
func (c *conversation) farewell(broken error) {
	if !c.air {
		return
	}
	if errors.Is(broken, errPanic) {
		if err := c.begin(); err != nil { // the old session cannot be trusted; a fresh one knows how to stop as well
			return
		}
	} else if broken != nil && !errors.Is(broken, errSilent) {
		return // the port is gone
	}
	end := c.l.o.Clock.Outside().Add(stopLimit)
	c.heard, c.quiet = c.l.o.Clock.Now(), time.Time{} // silence may not cut this short
	refusal, err := c.command(c.session, devices.CuffStop, stopLimit)
	if refusal != nil {
		c.l.log.Error("cuff not stopped before closing", "err", refusal)
		return
	}
	for c.air && err == nil {
		left := end.Sub(c.l.o.Clock.Outside())
		if left <= 0 {
			break
		}
		c.armed = time.Time{}
		if err = c.arm(c.l.o.Clock.Now(), left); err == nil {
			err = c.read()
		}
	}
	c.l.log.Info("cuff stopped before closing", "confirmed", !c.air && err == nil)
}
