package devicetest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
)

// loud turns the failure of a test into a panic.
type loud struct{ failed bool }

func (l *loud) Errorf(string, ...any) { l.failed = true }
func (l *loud) FailNow()              { panic("failed") }

// script is a session that gives one output after the other.
type script struct{ outs []devices.Output }

func (s *script) Step(time.Time, []byte) devices.Output {
	if len(s.outs) == 0 {
		return devices.Output{}
	}
	out := s.outs[0]
	s.outs = s.outs[1:]
	for i := range out.Cuff {
		out.Cuff[i].At = devicetest.Start
	}
	return out
}

func (s *script) Command(time.Time, devices.Command) (devices.Output, error) {
	return devices.Output{}, nil
}

// A witness that sees nothing wrong in these would prove nothing.
func TestCuffWitnessIsNotBlind(t *testing.T) {
	read := devices.Output{Tx: []byte("read")}
	start := devices.Output{Tx: []byte("start")}
	numbers := func(sys int) []devices.Reading {
		return []devices.Reading{{Spot: true, Measurements: []devices.Measurement{
			{Vital: devices.Systolic, Value: sys}, {Vital: devices.Diastolic, Value: 80}, {Vital: devices.Mean, Value: 93},
		}}}
	}
	done := []devices.CuffState{{Phase: devices.CuffDone}}
	for name, c := range map[string]struct {
		order bool
		outs  []devices.Output
		good  bool
	}{
		"fine":              {outs: []devices.Output{read}, good: true},
		"an ordered start":  {order: true, outs: []devices.Output{start}, good: true},
		"a good result":     {outs: []devices.Output{{Cuff: done, Readings: numbers(120)}}, good: true},
		"pump":              {outs: []devices.Output{{Tx: []byte("pump")}}},
		"unordered start":   {outs: []devices.Output{start}},
		"start, repeated":   {order: true, outs: []devices.Output{start, start}},
		"hurry":             {outs: []devices.Output{read, read}},
		"numbers, not done": {outs: []devices.Output{{Readings: numbers(120)}}},
		"done, no numbers":  {outs: []devices.Output{{Cuff: done}}},
		"impossible":        {outs: []devices.Output{{Cuff: done, Readings: numbers(85)}}},
		"classless failure": {outs: []devices.Output{{Cuff: []devices.CuffState{{Phase: devices.CuffFailed}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &loud{}
			r := &devicetest.Room{
				T: t, Session: &script{outs: c.outs}, Now: devicetest.Start,
				Device: func(time.Time, []byte) ([]byte, time.Time) { return nil, time.Time{} },
				Witness: &devicetest.CuffWitness{
					T: l, Start: []byte("start"), Stop: []byte("stop"), Harmless: [][]byte{[]byte("read")}, Gap: time.Second,
				},
			}
			defer func() {
				panicked := recover() != nil
				assert.Equal(t, c.good, !l.failed && !panicked)
			}()
			if c.order {
				require.NoError(t, r.Order(devices.CuffStart))
			}
			for range c.outs {
				r.Run(time.Millisecond, nil)
			}
		})
	}
}
