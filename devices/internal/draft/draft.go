// Package draft builds the readings of a Step one after the other, in memory that is allocated once.
package draft

import (
	"time"

	"bedside/devices"
)

// Draft is the reading under construction, and the memory of those before it in the same Step. The zero value is ready; it is
// not safe for concurrent use.
type Draft struct {
	values       []devices.Measurement
	absences     []devices.Absence
	value, absen int // where those of the reading under construction begin
}

// Clear begins a Step: the readings of the last one are overwritten from now on.
func (d *Draft) Clear() {
	d.values, d.absences = d.values[:0], d.absences[:0]
	d.value, d.absen = 0, 0
}

// Put adds a vital to the reading under construction: the value, or why it is absent if there is a reason.
func (d *Draft) Put(v devices.Vital, value int, why devices.Reason) {
	if why != 0 {
		d.absences = append(d.absences, devices.Absence{Vital: v, Reason: why})
		return
	}
	d.values = append(d.values, devices.Measurement{Vital: v, Value: value})
}

// Finish returns the reading under construction, as of that moment, and begins the next one. It is valid until Clear.
func (d *Draft) Finish(at time.Time, st devices.Status) devices.Reading {
	r := devices.Reading{At: at, Status: st}
	if d.value < len(d.values) {
		r.Measurements = d.values[d.value:len(d.values):len(d.values)]
	}
	if d.absen < len(d.absences) {
		r.Absences = d.absences[d.absen:len(d.absences):len(d.absences)]
	}
	d.value, d.absen = len(d.values), len(d.absences)
	return r
}
