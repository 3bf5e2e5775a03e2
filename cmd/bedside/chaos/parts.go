package chaos

import (
	"fmt"
	"time"

	"bedside/simulators"
	"bedside/simulators/catalog"
)

// The devices of a room. The oximeter streams, so that every second without it shows. The cuff tells each result once and
// unasked, in plain digits, so that what it sent can be read here without a driver.
const (
	oximeterName = "oximeter"
	cuffName     = "cuff"

	oximeterModel = "nonin-df2"
	cuffModel     = "terumo"
	cuffVariant   = "9600"

	// pressEvery is how often the simulated staff press the cuff's button; our choice, little more than a cycle takes.
	pressEvery = 50 * time.Second
)

// model returns the simulated device of that name of a room.
func model(name string) (catalog.Entry, error) {
	word, ok := map[string]string{oximeterName: oximeterModel, cuffName: cuffModel}[name]
	if !ok {
		return catalog.Entry{}, fmt.Errorf("chaos: no device is called %q", name)
	}
	e, ok := catalog.Find(word)
	if !ok {
		return e, fmt.Errorf("chaos: there is no simulated %s", word)
	}
	return e, nil
}

// pressed is a truth in which staff press the button now and then.
func pressed(truth func(time.Time) simulators.Vitals) func(time.Time) simulators.Vitals {
	var next time.Time
	return func(now time.Time) simulators.Vitals {
		v := truth(now)
		if !now.Before(next) {
			v.CuffPress, next = true, now.Add(pressEvery)
		}
		return v
	}
}
