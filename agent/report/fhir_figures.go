package report

import (
	"encoding/json"
	"fmt"
	"strings"
)

// figures adds an Observation for each thing of the table of figures.
func (b *bundle) figures() {
	for list := range things(entries(b.r)) {
		b.figure(list)
	}
}

func (b *bundle) figure(list []entry) {
	group := list[0].group
	o := b.observation(fmt.Sprintf("%s-%d", strings.ReplaceAll("figure-"+group, "_", "-"), list[0].number),
		fhirConcept{Coding: []fhirCoding{{figureSystem, group, ""}}, Text: strings.ReplaceAll(group, "_", " ")})
	program := b.program
	o.Device = &program
	for i := range list {
		e := &list[i]
		c := fhirComponent{Code: fhirConcept{Coding: []fhirCoding{{figureSystem, e.name, ""}}}}
		switch {
		case e.missing():
			c.Absent = absent("")
		case e.text != "":
			c.String = sayable(e.text)
		case e.quantity != "":
			c.Quantity = &fhirQuantity{Value: json.Number(e.quantity), Unit: e.unit, System: ucum, Code: e.unit}
		default:
			c.DateTime = iso(e.moment)
			if o.Effective == "" {
				o.Effective = c.DateTime
			}
		}
		o.Component = append(o.Component, c)
	}
	b.add(o.ID, o)
}
