package chaos

import (
	"math/rand/v2"
	"time"

	"bedside/simulators"
)

// How the simulated people live, our choice: quietly, but for a crossing of a limit every nineteen seconds. A crossing lasts
// longer than the hold of its condition (holdOfRoom) and the averaging of the device together.
const (
	crossFirst  = 6 * time.Second
	crossEvery  = 19 * time.Second
	crossSpread = 3 * time.Second // of its beginning
	crossLeast  = 12 * time.Second
	crossMost   = 14 * time.Second

	restRate = 74
	restSpO2 = 97
	swing    = 6 // of the pulse rate at rest, slow, so that no value stands still
	swingFor = 40 * time.Second
)

// crossing is a time during which a person is truly beyond a limit.
type crossing struct {
	From, To time.Duration // since the beginning of the run
	Vital    string        // of the contract
	Value    float64
	// Conditions are those that may stand for it.
	Conditions []string
}

// course is the life of one person.
type course struct{ seed uint64 }

func newCourse(seed uint64, room int) course { return course{seed*1_000_003 + uint64(room)} }

// crossing returns the i-th one, from 0.
func (c course) crossing(i int) crossing {
	rng := rand.New(rand.NewPCG(c.seed, uint64(i)))
	x := crossing{}
	x.From = crossFirst + time.Duration(i)*crossEvery + time.Duration(rng.Int64N(int64(crossSpread)))
	x.To = x.From + crossLeast + time.Duration(rng.Int64N(int64(crossMost-crossLeast)))
	switch rng.IntN(3) {
	case 0:
		x.Vital, x.Value, x.Conditions = "pulse_rate", 130, []string{"hr_high", "hr_xhigh", "hr_sustained"}
	case 1:
		x.Vital, x.Value, x.Conditions = "pulse_rate", 42, []string{"hr_low", "hr_xlow"}
	default:
		x.Vital, x.Value, x.Conditions = "spo2", 80, []string{"spo2_crit"}
	}
	return x
}

// crossings returns all that begin before the end.
func (c course) crossings(end time.Duration) []crossing {
	var all []crossing
	for i := 0; ; i++ {
		x := c.crossing(i)
		if x.From >= end {
			return all
		}
		all = append(all, x)
	}
}

// truth is the person at a moment since the beginning of the run.
func (c course) truth(at time.Duration) simulators.Vitals {
	phase := float64(at%swingFor) / float64(swingFor)
	v := simulators.Vitals{
		PulseRate: restRate + swing*(1-2*abs(2*phase-1)), SpO2: restSpO2, PerfusionIndex: 3,
		Systolic: 118, Diastolic: 76, Mean: 90, Pleth: float64(at.Milliseconds()%800) / 800,
	}
	if at < crossFirst {
		return v
	}
	if x := c.crossing(int((at - crossFirst) / crossEvery)); at >= x.From && at < x.To {
		if x.Vital == "spo2" {
			v.SpO2 = x.Value
		} else {
			v.PulseRate = x.Value
		}
	}
	return v
}

func abs(x float64) float64 { return max(x, -x) }
