package scenario

import (
	"bedside/alerts/document"
	"bedside/simulators/patient"
)

// given is a dose of the patient with what a session records of it: one entry, so that the two cannot drift apart.
type given struct {
	patient.Dose
	Drug, Amount, By string
	Unrecorded       bool
}

// unnamed is the amount of a dose that a story does not tell.
const unnamed = "as prescribed"

// order returns the action that records the dose. sprays counts nasal devices.
func (g *given) order(sprays *int) Action {
	a := Action{Do: SessionDose, At: g.At, Drug: g.Drug, Amount: g.Amount, By: g.By}
	if a.Drug == "" {
		a.Drug = "ketamine"
	}
	if g.Route == patient.Esketamine {
		if g.Drug == "" {
			a.Drug = "esketamine"
		}
		*sprays++
		a.Number = *sprays
	}
	if a.Amount == "" {
		a.Amount = unnamed
	}
	if a.By == "" {
		a.By = "RN"
	}
	return a
}

// route returns the word of the profiles for a route of the patient, "" for none.
func route(r patient.Route) string {
	switch r {
	case patient.Esketamine:
		return "intranasal"
	case patient.Intravenous:
		return "iv"
	case patient.Intramuscular:
		return "im"
	case patient.Sublingual:
		return "sublingual"
	default:
		return ""
	}
}

func doseFields(d *given) []document.Field {
	routes := []string{"esketamine", "intravenous", "intramuscular", "sublingual"}
	values := []patient.Route{patient.Esketamine, patient.Intravenous, patient.Intramuscular, patient.Sublingual}
	fields := []document.Field{
		when("at", &d.At),
		{
			Name: "route", Required: true, Set: document.OneOf(&d.Route, routes, values),
			Meaning: "`esketamine` (nasal spray), `intravenous`, `intramuscular` or `sublingual`",
		},
		{Name: "drug", Fallback: "`esketamine` or `ketamine`", Set: document.Text(&d.Drug), Meaning: "what the session records"},
		{Name: "amount", Fallback: "`" + unnamed + "`", Set: document.Text(&d.Amount), Meaning: "the same, with its unit"},
		{Name: "by", Fallback: "RN", Set: document.Text(&d.By), Meaning: "initials of who gives it"},
		{
			Name: "unrecorded", Fallback: "false", Set: flag(&d.Unrecorded),
			Meaning: "a session that runs is not told; else it is, at this moment",
		},
	}
	// The first of these keys fixes the whole response: what it leaves out does not move.
	for _, v := range []struct {
		name, meaning string
		to            func(*patient.Response) *float64
		most          float64
	}{
		{"systolic", "rise at the height of the effect, mmHg", func(r *patient.Response) *float64 { return &r.Systolic }, 80},
		{"diastolic", "the same, mmHg", func(r *patient.Response) *float64 { return &r.Diastolic }, 60},
		{"pulse_rate", "the same, /min", func(r *patient.Response) *float64 { return &r.PulseRate }, 80},
		{"spo2", "the same, %; negative for a fall", func(r *patient.Response) *float64 { return &r.SpO2 }, 30},
		{"perfusion", "the same, as a share of the perfusion index at rest", func(r *patient.Response) *float64 { return &r.Perfusion }, 1},
	} {
		fields = append(fields, document.Field{
			Name: v.name, Fallback: "drawn from the seed, or 0 beside others", Meaning: v.meaning,
			Set: func(s *document.Source, path string, n *document.Node) bool {
				if d.Response == nil {
					d.Response = new(patient.Response)
				}
				return between(v.to(d.Response), -v.most, v.most, "")(s, path, n)
			},
		})
	}
	return fields
}
