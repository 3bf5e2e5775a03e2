package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bedside/agent/alive"
	"bedside/agent/config"
	"bedside/agent/link"
	"bedside/agent/search"
	"bedside/agent/serialport"
	"bedside/devices"
	"bedside/devices/catalog"
	"bedside/devices/detect"
)

// Pauses, in real time; our choice. A port that is missing or in use is looked for soon, because opening costs nothing; a
// search that found nothing is repeated after a pause that doubles, because each one may write to the device.
const (
	portAgain   = time.Second
	searchAgain = 5 * time.Second
	searchMost  = time.Minute
)

// seek finds out what is connected to a port of a device with driver auto, and keeps it talking from then on until ctx ends.
// What was found counts as long as the process lives.
func (a *agent) seek(ctx context.Context, d *config.Device) error {
	s := seeker{a: a, d: d, life: a.life.Loop(loopLine + d.Name), pause: searchAgain}
	s.say(ctx, "looking for the device")
	for ctx.Err() == nil {
		m, ok := s.search(ctx)
		if !ok {
			continue
		}
		l, err := a.newLink(ctx, d, m.Driver, m.Variant.Name, s.life)
		if err != nil {
			return err
		}
		a.monitor.Found(ctx, d.Name, m.Driver)
		return l.Run(ctx)
	}
	return nil
}

// seeker looks for one device. Only its goroutine touches it.
type seeker struct {
	a     *agent
	d     *config.Device
	life  *alive.Loop
	said  string
	pause time.Duration
}

// search looks once, and pauses if it did not find anything.
func (s *seeker) search(ctx context.Context) (detect.Match, bool) {
	report, err := search.Run(ctx, search.Options{
		Drivers: catalog.All(), Asks: devices.AsksFreely, Clock: s.a.o.Clock,
		Open: func(line devices.Line) (link.Port, error) {
			s.life.Turn(searchTurn)
			return openPort(s.d.Port, line)
		},
	})
	for i := range report.Asked {
		s.a.o.Log.Info("device asked who it is", "device", s.d.Name, "driver", report.Asked[i].Driver.Name, "port", s.d.Port,
			"bytes", report.Asked[i].String())
	}
	if ctx.Err() != nil {
		return detect.Match{}, false
	}
	if err != nil {
		s.say(ctx, "looking for the device: "+whyNot(err))
		s.rest(ctx, portAgain)
		return detect.Match{}, false
	}
	m, ok := report.Found()
	if ok && len(m.Driver.Parts) == 0 {
		s.a.o.Log.Info("device found", "device", s.d.Name, "driver", m.Driver.Name, "port", s.d.Port, "why", m.Evidence(),
			"write", config.DriverLine(m.Driver.Name, m.Variant.Name))
		return m, true
	}
	why := report.Words()
	if ok {
		why = fmt.Sprintf("this is %s, several devices on one line; write driver: %s", m.Driver.Title, m.Driver.Name)
	}
	s.say(ctx, "looking for the device: "+why)
	s.rest(ctx, s.pause)
	s.pause = min(2*s.pause, searchMost)
	return detect.Match{}, false
}

// say tells the room why the device cannot be heard, and the log if it is news.
func (s *seeker) say(ctx context.Context, why string) {
	s.a.monitor.Deliver(ctx, s.d.Name, link.Update{
		At: s.a.o.Clock.Now(), State: link.Lost, StateChanged: s.said == "", Why: why,
	})
	if why != s.said {
		s.a.o.Log.Warn("device not known yet", "device", s.d.Name, "driver", s.d.Driver, "port", s.d.Port, "err", why)
	}
	s.said = why
}

// whyNot returns the words of an error of the port for a person who cannot read a path.
func whyNot(err error) string {
	if port, ok := errors.AsType[*serialport.Error](err); ok {
		return port.Reason()
	}
	return err.Error()
}

// rest waits in real time, or until ctx ends.
func (s *seeker) rest(ctx context.Context, d time.Duration) {
	s.life.Turn(d)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
