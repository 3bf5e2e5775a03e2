package suntech_test

import (
	"time"

	"bedside/simulators"
)

// stub is a module that does what a test tells it, so that a test can have what the honest simulator never does.
type stub struct {
	begin    byte                                // letter that answers a start; 0 for none
	deaf     bool                                // answers nothing
	pressure func(running time.Duration) int     // in the cuff since the start; nil for a cycle of 6 s to 160 mmHg
	ends     time.Duration                       // after the start, with K; 0 for never
	result   []byte                              // reply to get BP data
	hostile  func(rx, answer []byte) (tx []byte) // what becomes of an answer; nil for nothing

	started time.Time
	running bool
	starts  int
	aborts  int
	due     []reply
}

type reply struct {
	at    time.Time
	bytes []byte
}

func (s *stub) Step(now time.Time, _ simulators.Vitals, rx []byte) ([]byte, time.Time) {
	if len(rx) > 0 {
		answer := s.answer(now, rx)
		if s.hostile != nil {
			answer = s.hostile(rx, answer)
		}
		if len(answer) > 0 && !s.deaf {
			s.due = append(s.due, reply{now.Add(20 * time.Millisecond), answer})
		}
	}
	if s.running && s.ends > 0 && now.Sub(s.started) >= s.ends {
		s.running = false
		s.due = append(s.due, reply{now, moduleFrame('K')})
	}
	var tx []byte
	for len(s.due) > 0 && !s.due[0].at.After(now) {
		tx = append(tx, s.due[0].bytes...)
		s.due = s.due[1:]
	}
	return tx, s.wake(now)
}

// wake returns when something is due, which for a running cycle is at most 50 ms away.
func (s *stub) wake(now time.Time) time.Time {
	switch {
	case len(s.due) > 0:
		return s.due[0].at
	case s.running:
		return now.Add(50 * time.Millisecond)
	}
	return time.Time{}
}

func (s *stub) answer(now time.Time, rx []byte) []byte {
	switch string(rx) {
	case string(moduleData):
		return moduleFrame('K')
	case string(version):
		return moduleFrame(append([]byte("LX01.02"), make([]byte, 57)...)...)
	case string(testAdv), string(testAPlus):
		return moduleFrame(0, 0)
	case string(getResult):
		return s.result
	case string(pressure):
		mmHg := 0
		if s.running {
			mmHg = s.rise(now.Sub(s.started))
		}
		return moduleFrame(byte(mmHg), byte(mmHg>>8))
	case string(startAdult):
		s.starts++
		if s.begin == 'O' {
			s.running, s.started = true, now
		}
		if s.begin == 0 {
			return nil
		}
		return moduleFrame(s.begin)
	case string(abort):
		s.aborts++
		s.running = false
		return append(moduleFrame('A'), moduleFrame('K')...)
	}
	return moduleFrame('K')
}

func (s *stub) rise(running time.Duration) int {
	if s.pressure != nil {
		return s.pressure(running)
	}
	if running < 3*time.Second {
		return int(160 * running / (3 * time.Second))
	}
	return max(0, 160-int(40*(running-3*time.Second)/time.Second))
}

// quick is a module that measures what a test wants within 6 s.
func quick(result []byte) *stub { return &stub{begin: 'O', ends: 6 * time.Second, result: result} }
