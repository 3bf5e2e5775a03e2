package whatif

import (
	"encoding/json"
	"fmt"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

func decode(m *wire.Message, payload any) error {
	if err := json.Unmarshal(m.Payload, payload); err != nil {
		return fmt.Errorf("whatif: message %d is not as it was sent: %w", m.Seq, err)
	}
	return nil
}

// reading returns what was published of a reading. Vitals, reasons and flags of a later version of the contract are left out.
func reading(p *wire.Reading, at time.Time) (*devices.Reading, error) {
	r := &devices.Reading{At: at, Spot: p.Spot}
	for v := devices.PulseRate; v <= devices.CuffPressure; v++ {
		if n, ok := p.Values[v.String()]; ok {
			value, err := wire.Whole(v, n.Value)
			if err != nil {
				return nil, err
			}
			r.Measurements = append(r.Measurements, devices.Measurement{Vital: v, Value: value})
			continue
		}
		if reason, ok := reasonOf(p.Absent[v.String()]); ok {
			r.Absences = append(r.Absences, devices.Absence{Vital: v, Reason: reason})
		}
	}
	for _, name := range p.Flags {
		r.Status |= flagOf(name)
	}
	return r, nil
}

func reasonOf(word string) (devices.Reason, bool) {
	for r := devices.SensorOff; r <= devices.NotMeasured; r++ {
		if r.String() == word {
			return r, true
		}
	}
	return 0, false
}

func flagOf(word string) devices.Status {
	for s := devices.Status(1); len(s.Names()) > 0; s <<= 1 {
		if s.Names()[0] == word {
			return s
		}
	}
	return 0
}
