package crowd

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/devices"
)

// How the cuff behaves; our choice.
const (
	shortestCycle, longestCycle = 28 * time.Second, 45 * time.Second
	failShare                   = 0.02 // of cycles without a result
	failMoving                  = 0.4  // while the hand moves
	cuffSD, cuffDiastolicSD     = 3.0, 2.5
)

// Cuff is the person's cuff. It is not safe for concurrent use.
type Cuff struct {
	s   *Session
	rng *rand.Rand
}

// Cycle is one measurement of a cuff, known from its beginning.
type Cycle struct {
	From, To time.Duration
	Result   *devices.Reading // nil if it fails
	Class    devices.CuffClass
}

// Cuff returns the cuff of the session.
func (s *Session) Cuff() *Cuff { return &Cuff{s: s, rng: s.dice("cuff")} }

// Begin starts a cycle.
func (c *Cuff) Begin(at time.Duration) *Cycle {
	cycle := &Cycle{From: at, To: at + span(c.rng, shortestCycle, longestCycle)}
	middle := at + (cycle.To-at)*6/10
	noise, other, luck := c.rng.NormFloat64(), c.rng.NormFloat64(), c.rng.Float64()
	share := failShare
	if c.s.moving(middle) != nil {
		share = failMoving
	}
	if luck < share {
		cycle.Class = devices.CuffMotion
		return cycle
	}
	v := c.s.Person.Numbers(middle)
	systolic := math.Round(v.Systolic + cuffSD*noise)
	diastolic := math.Round(v.Diastolic + cuffDiastolicSD*other)
	cycle.Result = &devices.Reading{Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: int(systolic)},
		{Vital: devices.Diastolic, Value: int(diastolic)},
		{Vital: devices.Mean, Value: int(math.Round((systolic + 2*diastolic) / 3))},
		{Vital: devices.PulseRate, Value: int(math.Round(v.PulseRate))},
	}}
	return cycle
}
