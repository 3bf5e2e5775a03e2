package alerts

import "bedside/devices"

// Limit is one line that a value must not cross, as it lies at a moment: the person's baseline and what is tighter without one
// are in it.
type Limit struct {
	Condition    string
	Title        string // of the condition
	Vital        devices.Vital
	Side         Side
	Value        int      // in the unit of Vital; AtLeast is violated on it, Below only beyond it
	Priority     Priority // with which the condition begins
	SwitchedOff  bool     // its signals are kept back for the session
	MaySwitchOff bool     // [SwitchOff] would not be refused because of what it is
}

// Limits returns every limit that is judged by in this context, in the order in which the conditions are declared. What is not
// watched for in this phase has none.
func (e *Engine) Limits() []Limit {
	var list []Limit
	for i := range e.conditions {
		c := &e.conditions[i]
		for _, t := range e.vitals {
			if t.cond != c || t.dormant {
				continue
			}
			for n, b := range t.bounds {
				if t.off&(1<<n) != 0 {
					continue
				}
				list = append(list, Limit{
					Condition: c.ID, Title: c.Title, Vital: b.Vital, Side: b.Side, Value: b.Limit, Priority: c.Priority,
					SwitchedOff: e.switchedOff(c.ID), MaySwitchOff: c.highest() < High,
				})
			}
		}
	}
	return list
}
