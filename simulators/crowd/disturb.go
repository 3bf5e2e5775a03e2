package crowd

import (
	"math"
	"time"
)

// motion is a while in which the hand moves.
type motion struct {
	from, to time.Duration
	oxygen   float64 // what the moving finger looks like, %
	pulse    float64 // what is counted instead of the pulse; 0 where it is counted well
}

// loss is a while in which the sensor is off the finger.
type loss struct {
	from, to time.Duration
	slips    bool // it shows low values for a moment, as it slips
}

// Rates and sizes of what disturbs; our choice, where nothing else is said.
const (
	motionsAnHour = 2.0
	// Half of the motions are over within 12 s. Of alarms that nobody needed, 14 s of waiting took away half and 19 s two
	// thirds (alarms.md section 13.1).
	motionMedian, motionSpread = 12.0, 0.9 // s, and of its logarithm
	longestMotion              = 3 * time.Minute
	// A finger that moves looks like 85 % to two wavelengths, because both see the same.
	motionOxygen, motionOxygenSD = 84.0, 6.0

	lossesAnHour           = 0.3
	lossMedian, lossSpread = 40.0, 0.7 // s
	longestLoss            = 5 * time.Minute
)

// disturb draws what is wrong with the measurement while nothing is wrong with the person.
func (s *Session) disturb() {
	rng := s.dice("disturb")
	each := func(anHour float64, do func(from time.Duration)) {
		for at := 0.0; ; {
			at += rng.ExpFloat64() / anHour * time.Hour.Seconds()
			from := time.Duration(at) * time.Second
			if from >= s.Length {
				return
			}
			do(from)
		}
	}
	length := func(median, spread float64, longest time.Duration) time.Duration {
		seconds := math.Round(median * math.Exp(spread*rng.NormFloat64()))
		return min(max(time.Duration(seconds)*time.Second, 2*time.Second), longest)
	}
	each(motionsAnHour, func(from time.Duration) {
		m := motion{
			from: from, to: from + length(motionMedian, motionSpread, longestMotion),
			oxygen: min(motionOxygen+motionOxygenSD*rng.NormFloat64(), 97),
		}
		switch u := rng.Float64(); {
		case u < 0.5: // it is the movement that is counted
			m.pulse = between(rng, 100, 170)
		case u < 0.7: // beats are lost
			m.pulse = between(rng, 30, 60)
		}
		s.motions = append(s.motions, m)
	})
	each(lossesAnHour, func(from time.Duration) {
		s.losses = append(s.losses, loss{from: from, to: from + length(lossMedian, lossSpread, longestLoss), slips: rng.Float64() < 0.5})
	})
}

// moving returns the motion of a moment, nil for none.
func (s *Session) moving(at time.Duration) *motion {
	for i := range s.motions {
		if m := &s.motions[i]; at >= m.from && at < m.to {
			return m
		}
	}
	return nil
}

// off returns the loss of a moment, nil for none.
func (s *Session) off(at time.Duration) *loss {
	for i := range s.losses {
		if l := &s.losses[i]; at >= l.from && at < l.to {
			return l
		}
	}
	return nil
}

// SensorOff reports whether the sensor was off the finger within the time before a moment.
func (s *Session) SensorOff(at, before time.Duration) bool {
	for _, l := range s.losses {
		if l.from <= at && l.to >= at-before {
			return true
		}
	}
	return false
}

// Moved reports whether the hand moved within the time before a moment.
func (s *Session) Moved(at, before time.Duration) bool {
	for _, m := range s.motions {
		if m.from <= at && m.to >= at-before {
			return true
		}
	}
	return false
}
