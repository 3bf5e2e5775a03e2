package medlab_test

import (
	"bytes"
	"fmt"
	"time"

	"bedside/simulators"
)

// stub is a module that does what a test tells it, so that a test can have what the honest simulator never does. Its
// cycle takes 6 s and reaches 160 mmHg.
type stub struct {
	deaf     bool                            // to starts
	stubborn bool                            // it does not stop for an abort
	pressure func(running time.Duration) int // nil for the usual cycle
	endless  bool                            // it ends for nothing but an abort
	result   []byte                          // answer to command 18
	hostile  func(packet []byte) []byte      // what becomes of a packet; nil for nothing

	running bool
	started time.Time
	told    time.Time // last live packet
	starts  int
	aborts  int
	tx      []byte
}

func (s *stub) Step(now time.Time, _ simulators.Vitals, rx []byte) ([]byte, time.Time) {
	s.tx = s.tx[:0]
	switch {
	case bytes.Contains(rx, startOrder):
		s.starts++
		if !s.deaf && !s.running {
			s.running, s.started, s.told = true, now, now
		}
	case bytes.Contains(rx, abortOrder):
		s.aborts++
		if s.running && !s.stubborn {
			s.running = false
			s.say(packet("999"))
		}
	case bytes.Contains(rx, askOrder) && !s.running:
		s.say(s.result)
	}
	if !s.running {
		return s.tx, time.Time{}
	}
	running := now.Sub(s.started)
	if running >= 6*time.Second && !s.endless {
		s.running = false
		s.say(packet("999"))
		return s.tx, time.Time{}
	}
	if now.Sub(s.told) >= 200*time.Millisecond {
		s.told = now
		s.say(packet(fmt.Sprintf("%03dC0S3", s.rise(running))))
	}
	return s.tx, now.Add(50 * time.Millisecond)
}

func (s *stub) say(p []byte) {
	if s.hostile != nil {
		p = s.hostile(bytes.Clone(p))
	}
	s.tx = append(s.tx, p...)
}

func (s *stub) rise(running time.Duration) int {
	switch {
	case s.pressure != nil:
		return s.pressure(running)
	case running < 3*time.Second:
		return int(160 * (running + 200*time.Millisecond) / (3 * time.Second))
	}
	return max(0, 160-int(50*(running-3*time.Second)/time.Second))
}
