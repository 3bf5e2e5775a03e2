package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"bedside/agent/link"
	"bedside/agent/pace"
	"bedside/devices"
	"bedside/devices/detect"
)

// turn is how often the end of the context and the time are looked at, in real time; our choice.
const turn = 50 * time.Millisecond

// Options say where to search. Drivers and Open are needed.
type Options struct {
	Drivers []devices.Driver
	// Open opens the port. It is called once for each line setting and each driver that asks, after the last port was closed.
	Open func(line devices.Line) (link.Port, error)
	// Asks is how careful the questions have to be; [devices.NeverAsks] means that nothing is written.
	Asks  devices.Asks
	Clock pace.Clock
	// Progress is told in words what is being done; may be nil.
	Progress func(what string)
}

// Run searches until something fits, everything was tried, or ctx ends. It fails if the port cannot be opened or breaks, or
// with the context's error; the report then says how far it came. What was found, or that two drivers fit, is in the report.
// With ten line settings and nobody there it takes about half a minute.
func Run(ctx context.Context, o Options) (detect.Report, error) {
	s := &search{o: o}
	if o.Progress == nil {
		s.o.Progress = func(string) {}
	}
	err := s.run(ctx)
	return s.report, err
}

type search struct {
	o      Options
	report detect.Report
}

func (s *search) run(ctx context.Context) error {
	for _, line := range detect.Lines(s.o.Drivers) {
		s.o.Progress("listening at " + detect.LineWords(line))
		panel := detect.Listen(detect.Candidates(s.o.Drivers, line))
		err := s.hear(ctx, line, panel)
		s.report.Heard = append(s.report.Heard, detect.Heard{Line: line, Bytes: panel.Bytes()})
		if done, err := s.judge(panel, err); done {
			return err
		}
	}
	if s.report.Spoke() {
		return nil // a device that nobody understands is not written to
	}
	for _, speaker := range detect.Speakers(s.o.Drivers, s.o.Asks) {
		line := speaker.Variant.Line
		s.o.Progress("asking as " + speaker.Word() + " at " + detect.LineWords(line))
		panel := detect.Ask(s.o.Drivers, speaker)
		err := s.hear(ctx, line, panel)
		if asked := panel.Question(); len(asked) > 0 {
			s.report.Asked = append(s.report.Asked, detect.Question{Candidate: speaker, Bytes: asked})
		}
		s.report.Echo = s.report.Echo || panel.Echo()
		if done, err := s.judge(panel, err); done {
			return err
		}
	}
	return nil
}

func (s *search) judge(panel *detect.Panel, failed error) (done bool, err error) {
	s.report.Fits = panel.Fits()
	return failed != nil || len(s.report.Fits) > 0, failed
}

// hear lets the panel talk through the port until it has heard enough.
func (s *search) hear(ctx context.Context, line devices.Line, panel *detect.Panel) (err error) {
	port, err := s.o.Open(line)
	if err != nil {
		return err
	}
	defer func() {
		if closing := port.Close(); err == nil && closing != nil {
			err = fmt.Errorf("search: %w", closing)
		}
	}()
	buf := make([]byte, 4096)
	for n := 0; ctx.Err() == nil; {
		now := s.o.Clock.Now()
		if tx := panel.Hear(now, buf[:n]); len(tx) > 0 {
			if _, err := port.Write(tx); err != nil {
				return fmt.Errorf("search: write: %w", err)
			}
		}
		if panel.Done(now) {
			return nil
		}
		if err := port.SetReadDeadline(time.Now().Add(turn)); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		n, err = port.Read(buf)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("search: read: %w", err)
		}
	}
	return context.Cause(ctx)
}
