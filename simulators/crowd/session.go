package crowd

import (
	"math/rand/v2"
	"time"

	"bedside/simulators/patient"
)

// Session is one drawn session. It is immutable; the devices made from it are not.
type Session struct {
	Route    patient.Route
	Cautious bool            // older, or with a history of hypertension
	SameArm  bool            // sensor and cuff are on one arm
	Tells    bool            // the oximeter tells when it recognises motion
	Doses    []time.Duration // since the start: each device of a nasal spray, else one
	Length   time.Duration
	Person   *patient.Patient
	Planned  Planned // what was put in; Nothing for most

	motions []motion
	losses  []loss
	seed    uint64
	number  uint64
}

// Shares and times of the crowd; all our choice.
const (
	doseAt       = 8 * time.Minute // so that pulse and SpO2 are known for five minutes before
	nasalDevices = 3
	nasalEvery   = 5 * time.Minute // profiles.md section 2.1
	after        = 135 * time.Minute
	afterCareful = 190 * time.Minute

	cautiousShare = 0.2
	sameArmShare  = 0.4
	tellsShare    = 0.75 // three of four families of oximeters that we know flag motion
	eventShare    = 0.35
	flapShare     = 0.10
)

// Pressures before the dose, mmHg: wider than in patient, within what a gate at 140/90 lets pass. Those of the cautious lie
// higher, and their response is larger by the ratio of the largest mean rises of profiles.md section 2.1, 16.0 to 13.3.
const (
	restSystolic, restSystolicSD   = 124.0, 10.0
	carefulSystolic                = 130.0
	restDiastolic, restDiastolicSD = 76.0, 5.5
	highestSystolic                = 139.0
	highestDiastolic               = 89.0
	cautiousResponse               = 1.2

	// After the spray, some sessions rise as none of a bell-shaped crowd would: without them, no eight sessions of anybody
	// reach +40, +25, 180 or 110 as often as the table for those below 65 reports (profiles.md section 2.1). The size is
	// what is needed for that table.
	strongShare                        = 0.012
	strongSystolic, strongSystolicSD   = 50.0, 10.0
	strongDiastolic, strongDiastolicSD = 28.0, 5.0
)

// Routes lists the routes of the crowd.
func Routes() []patient.Route {
	return []patient.Route{patient.Esketamine, patient.Intravenous, patient.Intramuscular, patient.Sublingual}
}

// New draws a session of the crowd with that seed. The routes take turns.
func New(seed uint64, number int) *Session {
	s := &Session{seed: seed, number: uint64(number), Route: Routes()[number%len(Routes())]}
	rng := s.dice("session")
	s.Cautious = rng.Float64() < cautiousShare
	s.SameArm = rng.Float64() < sameArmShare
	s.Tells = rng.Float64() < tellsShare
	s.Doses = []time.Duration{doseAt}
	if s.Route == patient.Esketamine {
		for i := 1; i < nasalDevices; i++ {
			s.Doses = append(s.Doses, doseAt+time.Duration(i)*nasalEvery)
		}
	}
	s.Length = doseAt + after
	if s.Cautious {
		s.Length = doseAt + afterCareful
	}
	o := s.person(rng)
	plain := patient.New(o)
	if r, other := s.respond(plain.Response()); other {
		o.Response = &r
		plain = patient.New(o)
	}
	s.Planned, o.Offsets = s.plan(plain)
	s.Person = plain
	if len(o.Offsets) > 0 {
		s.Person = patient.New(o)
	}
	s.disturb()
	return s
}

// Dose returns when the first dose is given, since the start.
func (s *Session) Dose() time.Duration { return s.Doses[0] }

// Age returns the person's age in years.
func (s *Session) Age() int {
	if s.Cautious {
		return 68
	}
	return 42
}

// dice returns chance of its own for each purpose, so that what one draws more changes nothing for the others.
func (s *Session) dice(purpose string) *rand.Rand {
	hash := uint64(14695981039346656037) // FNV-1a
	for i := range len(purpose) {
		hash = (hash ^ uint64(purpose[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(s.seed^hash, s.number))
}

func (s *Session) person(rng *rand.Rand) patient.Options {
	systolic := restSystolic
	if s.Cautious {
		systolic = carefulSystolic
	}
	return patient.Options{
		Seed: rng.Uint64(), Route: s.Route, DoseAt: doseAt,
		Rest: patient.Rest{
			Systolic:  below(rng, systolic, restSystolicSD, highestSystolic),
			Diastolic: below(rng, restDiastolic, restDiastolicSD, highestDiastolic),
		},
	}
}

// respond returns the response of somebody who is not like the others of the route, and whether this is such a one.
func (s *Session) respond(r patient.Response) (patient.Response, bool) {
	rng := s.dice("response")
	switch {
	case s.Cautious:
		r.Systolic, r.Diastolic = r.Systolic*cautiousResponse, r.Diastolic*cautiousResponse
	case s.Route == patient.Esketamine && rng.Float64() < strongShare:
		r.Systolic = below(rng, strongSystolic, strongSystolicSD, strongSystolic+2*strongSystolicSD)
		r.Diastolic = below(rng, strongDiastolic, strongDiastolicSD, strongDiastolic+2*strongDiastolicSD)
	default:
		return r, false
	}
	return r, true
}

// below draws from a normal distribution until the number is at most so large, and no outlier below.
func below(rng *rand.Rand, mean, sd, most float64) float64 {
	for {
		if x := mean + sd*rng.NormFloat64(); x <= most && x >= mean-2.5*sd {
			return x
		}
	}
}

func between(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }

func span(rng *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(rng.Float64()*float64(high-low)).Truncate(time.Second)
}

func choose[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }
