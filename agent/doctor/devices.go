package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"bedside/agent/config"
	"bedside/agent/link"
	"bedside/agent/search"
	"bedside/agent/serialport"
	"bedside/devices"
	"bedside/devices/detect"
)

// wantedLatency is what the agent sets the timer of an adapter to.
const wantedLatency = time.Millisecond

// hearDevices listens on every port that is free, on all of them at once, and says what speaks there.
func (e *examination) hearDevices(ctx context.Context) {
	var group sync.WaitGroup
	for _, p := range e.ports {
		if p.listen {
			e.o.Progress("listening on " + p.name)
			group.Go(func() { e.hear(ctx, p) })
		}
	}
	group.Wait()
	for _, p := range e.ports {
		if p.listen && ctx.Err() == nil {
			e.judge(p)
		}
	}
}

func (e *examination) hear(ctx context.Context, p *port) {
	p.result, p.failed = search.Run(ctx, search.Options{
		Drivers: e.drivers, Asks: e.o.Asks, Clock: e.o.Pace,
		Open: func(line devices.Line) (link.Port, error) {
			opened, err := e.o.Host.Open(p.adapter.Device, line)
			if err != nil {
				return nil, err // not opened: a nil port in an interface is no nil interface
			}
			return opened, nil
		},
	})
}

func asPort(err error) *serialport.Error {
	if refusal, ok := errors.AsType[*serialport.Error](err); ok {
		return refusal
	}
	return nil
}

// judge says what was heard on a port, and whether it is what the configuration expects.
func (e *examination) judge(p *port) {
	if p.failed != nil {
		refusal := asPort(p.failed)
		switch {
		case refusal != nil && errors.Is(refusal, serialport.ErrBusy):
			name := "another program"
			if strings.Contains(refusal.Why, "("+program+")") {
				name = program
			}
			e.held(p, strings.TrimPrefix(refusal.Why, "held by "), name)
		case refusal != nil:
			e.report.add(areaDevices, Problem, p.who()+": "+refusal.Reason(), "the agent cannot hear the device", refusal.Fix)
		default:
			e.report.add(areaDevices, Problem, p.who()+": "+p.failed.Error(), "the agent cannot hear the device", "check the cable and the adapter")
		}
		return
	}
	m, found := p.result.Found()
	switch {
	case found:
		e.recognised(p, &m)
	case len(p.result.Fits) > 1:
		e.ambiguous(p)
	case p.result.Spoke():
		e.report.add(areaDevices, Problem, p.who()+": "+p.result.Words(),
			"a device that is not understood is not watched",
			"look into the device's menu for its serial output and speed, and at the cable; README.md lists the devices that are covered")
	default:
		e.silent(p)
	}
}

func (e *examination) recognised(p *port, m *detect.Match) {
	what := p.who() + ": " + m.Words()
	switch {
	case p.device == nil && e.given:
		e.report.add(areaDevices, Note, what, "the configuration does not mention it", "add the lines below, if it belongs to this room")
	case p.device == nil, p.device.Driver == m.Driver.Name && (p.device.Variant == "" || p.device.Variant == m.Variant.Name):
		e.report.good(areaDevices, "%s", what)
	case p.device.Driver == config.Auto:
		e.report.add(areaDevices, Note, what, "a driver that is named needs no search when the agent starts, and cannot be mistaken",
			"write into the configuration: "+config.DriverLine(m.Driver.Name, variantOf(m)))
	default:
		e.report.add(areaDevices, Problem, what,
			fmt.Sprintf("the configuration expects %s here, which would not understand it", config.DriverLine(p.device.Driver, p.device.Variant)),
			"exchange the devices or their ports, or write: "+config.DriverLine(m.Driver.Name, variantOf(m)))
	}
}

// variantOf returns the word of the variant where the driver has several.
func variantOf(m *detect.Match) string {
	if len(m.Driver.Variants) < 2 {
		return ""
	}
	return m.Variant.Name
}

func (e *examination) ambiguous(p *port) {
	what := p.who() + ": " + p.result.Words()
	fits := slices.ContainsFunc(p.result.Fits, func(m detect.Match) bool { return p.device != nil && m.Driver.Name == p.device.Driver })
	if fits {
		e.report.good(areaDevices, "%s; the configuration names one of them", what)
		return
	}
	e.report.add(areaDevices, Problem, what, "the bytes alone do not tell which device it is, and a guess could show wrong numbers",
		"write the driver of the device that you see into the configuration")
}

// silent says what it means that nothing was heard, which depends on the device that is expected.
func (e *examination) silent(p *port) {
	what := p.who() + ": " + p.result.Words()
	i := slices.IndexFunc(e.drivers, func(d devices.Driver) bool { return p.device != nil && d.Name == p.device.Driver })
	switch {
	case i >= 0 && e.drivers[i].MaxSilence == 0:
		e.report.add(areaDevices, Note, what, "as expected: this device speaks only when it has measured", "measure once while the agent runs")
	case i >= 0 && len(p.result.Asked) == 0 && e.asksFirst(&e.drivers[i]):
		e.report.add(areaDevices, Note, what, "as expected: this device answers only when it is asked, and it was not asked", e.probing())
	case p.device == nil && e.given:
		e.report.add(areaDevices, Note, what, "the configuration does not mention this port", "nothing, if no device belongs there")
	default:
		e.report.add(areaDevices, Problem, what, "the agent would hear nothing either",
			"switch the device on, check its cable and that its serial output is on"+e.orProbing(p))
	}
}

// asksFirst reports whether the driver's session speaks before anything was heard.
func (e *examination) asksFirst(d *devices.Driver) bool {
	session, err := d.NewSession(devices.Settings{})
	return err == nil && len(session.Step(time.Now(), nil).Tx) > 0
}

func (e *examination) probing() string {
	return "take cuffs off arms, and run: bedside doctor --probe"
}

// orProbing adds that a silent device may wait for a question, unless it was asked.
func (e *examination) orProbing(p *port) string {
	if len(p.result.Asked) > 0 {
		return ""
	}
	return "; some devices wait to be asked: " + e.probing()
}
