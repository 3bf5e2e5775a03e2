package rehearsal

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/pace"
	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/scenario"
)

// bed is one device, its cable, and the link that talks to it.
type bed struct {
	stage   *stage
	name    string // of the cable
	members []*member
	cuff    *bed // on the arm of this sensor; nil if there is none. A monitor's own cuff is the same bed

	device  simulators.Device
	line    *fault.Line
	truth   func(time.Duration) simulators.Vitals
	pressed bool
	toward  []byte    // bytes on their way to the device
	wake    time.Time // when device or cable must be looked at; zero for never

	link   *link.Link
	port   *port                      // the one that is open; nil if none is
	resume func() (time.Time, bool)   // lets the link go on until it waits again
	stop   func()                     // ends it
	yield  func(until time.Time) bool // of the link: waits
	until  time.Time                  // when the link must go on at the latest; zero for when bytes come
	over   bool                       // the link has ended
}

func newBed(st *stage, d scenario.Device, seed uint64) (*bed, error) {
	entry, ok := catalog.Find(d.Simulator)
	if !ok {
		return nil, fmt.Errorf("rehearsal: no simulated device is called %q", d.Simulator)
	}
	driver, ok := drivers.Find(entry.Driver)
	if !ok {
		return nil, fmt.Errorf("rehearsal: no driver is called %q", entry.Driver)
	}
	b := &bed{
		stage: st, name: d.Name, device: entry.New(seed), truth: st.story.Truth(seed, entry.Kind),
		line: fault.New(fault.Options{
			Seed: seed, Start: st.start, Frame: entry.Frame, Windows: st.story.Windows(d.Name),
		}),
		wake: st.start, until: st.start,
	}
	for _, m := range driver.Members(d.Name) {
		b.members = append(b.members, &member{Member: m, intake: monitor.NewIntake(m.Name, &m.Driver)})
	}
	clock := pace.Virtual{Now: func() time.Time { return st.now }, Sleep: b.sleep}
	dice := rand.New(rand.NewPCG(seed, 0x7265686561727365))
	var err error
	b.link, err = link.New(link.Options{
		Name: d.Name, Port: d.Name, Driver: driver, Settings: devices.Settings{AllowStart: driver.Starts},
		Clock: clock.Clock(), Log: slog.New(slog.DiscardHandler),
		Jitter:  func(n time.Duration) time.Duration { return time.Duration(dice.Int64N(int64(n))) },
		Open:    b.open,
		Present: func() bool { return !b.unplugged() },
		Deliver: link.Divide(driver.Members(d.Name), b.deliver),
	})
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	b.resume, b.stop = iter.Pull(func(yield func(time.Time) bool) {
		b.yield = yield
		if err := b.link.Run(st.ctx); err != nil {
			st.result.Refused = append(st.result.Refused, Refusal{Why: err.Error()})
		}
	})
	return b, nil
}

// member is one of the devices behind a cable, of which there is mostly one.
type member struct {
	devices.Member
	intake monitor.Intake
	arm    string // the cuff that is configured to blank this sensor, or ""
}

// member returns the device with that name, nil if it is not behind this cable.
func (b *bed) member(name string) *member {
	for _, m := range b.members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// cuffName returns the name of the cuff behind this cable.
func (b *bed) cuffName() string {
	for _, m := range b.members {
		if m.Driver.Kind == devices.Cuff {
			return m.Name
		}
	}
	return ""
}

// starts reports whether there is a cuff behind this cable that takes orders.
func (b *bed) starts() bool {
	return slices.ContainsFunc(b.members, func(m *member) bool { return m.Driver.Starts })
}

// deliver hands what the link tells about a device to the engine, as a room does.
func (b *bed) deliver(device string, u link.Update) {
	b.member(device).intake.Take(b.stage.now, &u, b.stage.step)
}

func (b *bed) unplugged() bool { return b.line.Unplugged(b.stage.now) }

// live lets device and cable live up to now.
func (b *bed) live() {
	now := b.stage.now
	if b.wake.IsZero() || now.Before(b.wake) {
		return
	}
	v := b.truth(now.Sub(b.stage.start))
	if b.cuff != nil {
		if gauge, ok := b.cuff.device.(interface{ Pressure() float64 }); ok {
			v = scenario.Squeeze(v, gauge.Pressure())
		}
	}
	v.CuffPress, b.pressed = b.pressed, false
	tx, wake := b.device.Step(now, v, b.toward)
	b.toward = b.toward[:0]
	rx, change := b.line.Step(now, tx)
	b.wake = sooner(wake, change)
	if soonest := now.Add(gathered); !b.wake.IsZero() && b.wake.Before(soonest) {
		b.wake = soonest
	}
	if b.port != nil {
		b.port.rx = append(b.port.rx, rx...)
	}
}

// converse lets the link go on if there is something for it.
func (b *bed) converse() {
	if b.over {
		return
	}
	bytes := b.port != nil && len(b.port.rx) > 0
	pulled := b.port != nil && b.unplugged()
	due := !b.until.IsZero() && !b.stage.now.Before(b.until)
	if bytes || pulled || due || b.stage.ended {
		b.turn()
	}
}

// turn hands the turn to the link.
func (b *bed) turn() {
	until, ok := b.resume()
	b.until, b.over = until, !ok
}

// wait is called by the link: it hands its turn back, and returns when it may be time or bytes may be there. It reports
// whether the story goes on.
func (b *bed) wait(until time.Time) bool { return b.yield(until) }

// sleep is the Sleep of the link's clock.
func (b *bed) sleep(ctx context.Context, d time.Duration) bool {
	for until := b.stage.now.Add(d); b.stage.now.Before(until); {
		if ctx.Err() != nil || !b.wait(until) {
			return false
		}
	}
	return ctx.Err() == nil
}

func (b *bed) open(context.Context, devices.Line) (link.Port, error) {
	if b.unplugged() {
		return nil, errAbsent
	}
	b.port = &port{bed: b, woken: make(chan struct{}, 1)}
	return b.port, nil
}

// send takes bytes for the device.
func (b *bed) send(tx []byte) {
	b.toward = append(b.toward, tx...)
	b.wake = sooner(b.wake, b.stage.now.Add(hop))
}

// press presses the cuff's own button.
func (b *bed) press() {
	b.pressed, b.wake = true, b.stage.now
}

// command gives the link an order, as a room does: from another goroutine, which waits for the answer.
func (b *bed) command(c devices.Command) error {
	var woken chan struct{}
	if b.port != nil {
		woken = b.port.woken
	}
	answer := make(chan error, 1)
	go func() { answer <- b.link.Command(b.stage.ctx, c) }()
	select {
	case <-woken: // the order waits for the link
		b.turn()
		return <-answer
	case err := <-answer:
		return err
	}
}

// sooner returns the earlier of two moments, of which zero ones do not count.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
