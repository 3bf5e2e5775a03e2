package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/devices"
)

// Digits writes a measured value with the decimals of its vital: 325 is 3.25 for a perfusion index.
func Digits(v devices.Vital, value int) json.Number {
	if v.Decimals() == 0 {
		return json.Number(strconv.Itoa(value))
	}
	scale := 1
	for range v.Decimals() {
		scale *= 10
	}
	return json.Number(strconv.FormatFloat(float64(value)/float64(scale), 'f', v.Decimals(), 64))
}

// Whole undoes [Digits]: 3.25 of two decimals is 325.
func Whole(v devices.Vital, n json.Number) (int, error) {
	left, right, _ := strings.Cut(n.String(), ".")
	value, err := strconv.Atoi(left + right)
	if err != nil || len(right) > v.Decimals() {
		return 0, fmt.Errorf("wire: %s: %q is no value of it", v, n)
	}
	for range v.Decimals() - len(right) {
		value *= 10
	}
	return value, nil
}

// Values returns the known values of a reading by vital name.
func Values(r *devices.Reading) map[string]Number {
	values := make(map[string]Number, len(r.Measurements))
	for _, m := range r.Measurements {
		values[m.Vital.String()] = Number{Value: Digits(m.Vital, m.Value), Unit: m.Vital.Unit()}
	}
	return values
}

// Absences returns the reasons of a reading by vital name, nil if nothing is absent.
func Absences(r *devices.Reading) map[string]string {
	if len(r.Absences) == 0 {
		return nil
	}
	absent := make(map[string]string, len(r.Absences))
	for _, a := range r.Absences {
		absent[a.Vital.String()] = a.Reason.String()
	}
	return absent
}

// NewReading makes the payload of a reading.
func NewReading(h Header, device, driver string, r *devices.Reading) Reading {
	return Reading{
		Header: h, Device: device, Driver: driver,
		Values: Values(r), Absent: Absences(r), Flags: r.Status.Names(), Spot: r.Spot,
	}
}

// NewWave makes the payload of a run of samples.
func NewWave(h Header, device string, w *devices.Wave) Wave {
	return Wave{
		Header: h, Device: device,
		Vital: w.Vital.String(), Rate: w.Rate, FullScale: w.FullScale, Samples: w.Samples,
	}
}

// NewAlert makes the payload of an alert: the state of an occurrence, and what changed. A status lists alerts without
// a change; their event is then "".
func NewAlert(h Header, a *alerts.Alert, change, profile string) Alert {
	out := Alert{
		Header: h, Occurrence: a.Occurrence, Condition: a.Condition, Title: a.Title,
		Kind: a.Kind.String(), Priority: a.Priority.String(), Event: change, State: a.State.String(),
		Acknowledged: a.Acknowledged, AcknowledgedBy: a.AcknowledgedBy, Since: Time{a.Since}, Device: a.Device,
		Profile: profile, Text: a.Text, Signal: a.Signal.String(), SilentUntil: moment(a.SilentUntil), Called: a.Called,
	}
	if a.HasValue {
		value, limit := Digits(a.Vital, a.Value), Digits(a.Vital, a.Limit)
		out.Vital, out.Value, out.Limit, out.Unit = a.Vital.String(), &value, &limit, a.Vital.Unit()
		out.Side = a.Side.String()
	}
	if a.HasValue && a.HasBaseline {
		baseline := Digits(a.Vital, a.Baseline)
		out.Baseline = &baseline
	}
	return out
}

// moment returns t as it travels, nil for none.
func moment(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return &Time{t}
}

// NewCuff makes the state of a cuff.
func NewCuff(s *devices.CuffState) *Cuff {
	c := &Cuff{Phase: s.Phase.String(), Code: s.Code, At: Time{s.At}}
	if s.HasPressure {
		pressure := s.Pressure
		c.Pressure = &pressure
	}
	if s.Phase == devices.CuffFailed {
		c.Class = s.Class.String()
	}
	return c
}

// Rank undoes the word of a priority, for comparison. A word of a later version counts as information.
func Rank(priority string) alerts.Priority {
	p, ok := alerts.ParsePriority(priority)
	if !ok {
		return alerts.Information
	}
	return p
}
