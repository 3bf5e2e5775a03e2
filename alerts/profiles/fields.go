package profiles

import (
	"slices"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/devices"
)

// rootFields is the whole file.
func rootFields(p *Profile) []document.Field {
	return []document.Field{
		{Name: "id", Required: true, Set: word(&p.ID), Meaning: "word for the profile"},
		{Name: "version", Required: true, Set: document.Whole(&p.Version, 1, 9999, "versions"), Meaning: "counts up with every change"},
		{Name: "title", Set: document.Text(&p.Title), Meaning: "for people"},
		{Name: "extends", Set: document.Text(&p.Extends), Meaning: "id of the profile that this one builds on"},
		{Name: "routes", Set: words(&p.Routes, routes), Meaning: "routes it is meant for"},
		{Name: "approved_by", Set: maybe(&p.ApprovedBy), Meaning: "clinician who approved it; empty until then"},
		{Name: "approved_at", Set: maybe(&p.ApprovedAt), Meaning: "day of the approval"},
		{Name: "sources", Set: sources(&p.Sources), Meaning: "what the tags behind the numbers stand for"},
		{Name: "baseline", Set: document.Into(baselineFields(&p.Baseline)), Meaning: "what counts as the person's own values"},
		{Name: "predose", Set: document.Into(predoseFields(&p.Predose)), Meaning: "gate before the first dose"},
		{Name: "infusion", Set: span(&p.Infusion), Meaning: "how long an infusion runs"},
		{Name: "phases", Set: keyed(&p.Phases, "id", func(x *Phase) *string { return &x.ID }, phaseFields), Meaning: "parts of the session"},
		{Name: "limits", Set: keyed(&p.Limits, "rule", func(x *Limit) *string { return &x.Rule }, limitFields), Meaning: "alarm conditions"},
		{Name: "recheck", Set: keyed(&p.Rechecks, "rule", func(x *Recheck) *string { return &x.Rule }, recheckFields), Meaning: "readings that a violating one asks for"},
		{Name: "bp_schedule", Set: document.Each((*[]Block)(&p.Schedule), blockFields), Meaning: "when the cuff is due"},
		{Name: "elevated", Set: document.Into(elevatedFields(&p.Elevated)), Meaning: "the series after a reading over the line"},
		{Name: "observe", Set: document.Each(&p.Observe, observeFields), Meaning: "least time of observation"},
		{Name: "persist", Set: document.Into(persistFields(&p.Persist)), Meaning: "when pressure that is still raised becomes an alert"},
		{Name: "episodes", Set: document.Into(episodeFields(&p.Episodes)), Meaning: "what an elevation is"},
		{Name: "discharge", Set: document.Into(dischargeFields(&p.Discharge)), Meaning: "what must be met before leaving"},
		{Name: "no_baseline", Set: document.Into(tighterFields(&p.Tighter)), Meaning: "how much tighter limits are without a baseline"},
		{Name: "ladder", Set: document.Each(&p.Ladder, rungFields), Meaning: "who is called while nobody acknowledges"},
		{Name: "loosened", Set: document.Each(&p.Loosened, looseningFields), Meaning: "leave to loosen numbers of the extended profile"},
	}
}

var (
	routes      = []string{"intranasal", "iv", "im", "sublingual", "oral", "any"}
	phaseIDs    = []string{"dosing", "onset", "peak", "return", "recovery"}
	marks       = append(slices.Clone(phaseIDs), "preparation", "baseline", "persist")
	calls       = []string{"station", "room_sound", "next_person", "everyone"}
	ticks       = []string{"moaas_5", "oriented", "dissociation_resolved", "walks_steadily", "nausea_controlled", "escort_present", "no_driving_advised", "written_advice"}
	symptoms    = []string{"chest_pain", "dyspnoea", "severe_headache", "visual_change", "seizure", "reduced_consciousness", "focal_deficit"}
	vitalWords  = []string{"spo2", "pulse_rate", "systolic", "diastolic", "mean"}
	vitalValues = []devices.Vital{devices.SpO2, devices.PulseRate, devices.Systolic, devices.Diastolic, devices.Mean}
)

func baselineFields(b *Baseline) []document.Field {
	return []document.Field{
		{Name: "readings", Set: number(&b.Readings)},
		{Name: "target", Set: number(&b.Target)},
		{Name: "apart", Set: span(&b.Apart)},
		{Name: "within", Set: span(&b.Within)},
		{Name: "window", Set: span(&b.Window)},
		{Name: "coverage", Set: number(&b.Coverage)},
	}
}

func predoseFields(g *Predose) []document.Field {
	return []document.Field{
		{Name: "mode", Set: document.OneOf(&g.Hard, []string{"soft", "hard"}, []bool{false, true})},
		{Name: "max_sbp", Set: number(&g.MaxSystolic)},
		{Name: "max_dbp", Set: number(&g.MaxDiastolic)},
		{Name: "min_spo2", Set: number(&g.MinSpO2)},
		{Name: "min_hr", Set: number(&g.MinPulse)},
		{Name: "max_hr", Set: number(&g.MaxPulse)},
		{Name: "rechecks", Set: number(&g.Rechecks)},
		{Name: "recheck_every", Set: span(&g.RecheckEvery)},
		{Name: "older_age", Set: number(&g.OlderAge)},
		{Name: "older_max_sbp", Set: number(&g.OlderSystolic)},
		{Name: "unanswered", Set: document.OneOf(&g.UnansweredStop, []string{"told", "stop"}, []bool{false, true})},
	}
}

func phaseFields(x *Phase) []document.Field {
	return []document.Field{
		{Name: "id", Required: true, Set: oneWord(&x.ID, phaseIDs)},
		{Name: "from", Set: span(&x.From)},
		{Name: "anchor", Set: anchor(&x.Anchor)},
	}
}

func limitFields(l *Limit) []document.Field {
	return []document.Field{
		{Name: "rule", Required: true, Set: rule(&l.Rule)},
		{Name: "title", Set: document.Text(&l.Title)},
		{Name: "bounds", Set: document.Each(&l.Bounds, boundFields)},
		{Name: "of", Set: document.Texts(&l.Of)},
		{Name: "names", Set: words(&l.Names, symptoms)},
		{Name: "phases", Set: words(&l.Phases, marks)},
		{Name: "priority", Set: priority(&l.Priority)},
		{Name: "hold", Set: span(&l.Hold)},
		{Name: "hold_readings", Set: number(&l.Readings)},
		{Name: "clear_hold", Set: span(&l.ClearHold)},
		{Name: "adjust_hold", Set: document.Into([]document.Field{
			{Name: "min", Set: span(&l.Adjust.Min)}, {Name: "max", Set: span(&l.Adjust.Max)}, {Name: "end", Set: span(&l.Adjust.End)},
		})},
		{Name: "latching", Set: document.OneOf(&l.Latching, []string{"false", "true"}, []bool{false, true})},
		{Name: "escalate", Set: document.Each(&l.Escalate, escalationFields)},
		{Name: "source", Set: document.Text(&l.Source)},
	}
}

func boundFields(b *Bound) []document.Field {
	side := func(to alerts.Side) document.Setter {
		return func(s *document.Source, path string, n *document.Node) bool {
			if b.Side != 0 && b.Side != to {
				s.Fail(n.Place, "%s: a limit has one side, below or at_least", path)
				return false
			}
			b.Side = to
			return number(&b.Limit)(s, path, n)
		}
	}
	return []document.Field{
		{Name: "vital", Required: true, Set: document.OneOf(&b.Vital, vitalWords, vitalValues)},
		{Name: "side", Set: document.OneOf(&b.Side, []string{"at_least", "below"}, []alerts.Side{alerts.AtLeast, alerts.Below})},
		{Name: "at_least", Set: side(alerts.AtLeast)},
		{Name: "below", Set: side(alerts.Below)},
		{Name: "delta", Set: number(&b.Delta)},
		{Name: "percent", Set: number(&b.Percent)},
		{Name: "back", Set: number(&b.Back)},
		{Name: "adjust", Set: document.Into([]document.Field{
			{Name: "min", Set: number(&b.Adjust.Min)}, {Name: "max", Set: number(&b.Adjust.Max)}, {Name: "end", Set: number(&b.Adjust.End)},
		})},
	}
}

func escalationFields(e *Escalation) []document.Field {
	return []document.Field{
		{Name: "after", Set: span(&e.After)},
		{Name: "readings", Set: number(&e.Readings)},
		{Name: "priority", Required: true, Set: priority(&e.Priority)},
	}
}

func recheckFields(r *Recheck) []document.Field {
	return []document.Field{
		{Name: "rule", Required: true, Set: rule(&r.Rule)},
		{Name: "after", Set: span(&r.After)},
		{Name: "max", Set: number(&r.Most)},
	}
}

func blockFields(b *Block) []document.Field {
	return []document.Field{
		{Name: "anchor", Set: anchor(&b.Anchor)},
		{Name: "at", Set: times(&b.At, &b.AtTag)},
		{Name: "from", Set: span(&b.From)},
		{Name: "to", Set: span(&b.To)},
		{Name: "every", Set: span(&b.Every)},
		{Name: "mandatory", Set: document.OneOf(&b.Mandatory, []string{"false", "true"}, []bool{false, true})},
		{Name: "tolerance", Set: span(&b.Tolerance)},
	}
}

func elevatedFields(e *Elevated) []document.Field {
	return []document.Field{{Name: "every", Set: span(&e.Every)}, {Name: "under", Set: number(&e.Under)}}
}

func observeFields(o *Observation) []document.Field {
	return []document.Field{
		{Name: "min", Required: true, Set: span(&o.Least)},
		{Name: "anchor", Set: anchor(&o.Anchor)},
	}
}

func persistFields(p *Persistence) []document.Field {
	return []document.Field{{Name: "at", Set: span(&p.At)}, {Name: "anchor", Set: anchor(&p.Anchor)}}
}

func episodeFields(e *Episodes) []document.Field {
	return []document.Field{
		{Name: "systolic", Set: number(&e.Systolic)},
		{Name: "diastolic", Set: number(&e.Diastolic)},
		{Name: "pulse_rate", Set: number(&e.Pulse)},
		{Name: "pulse_sustained", Set: span(&e.PulseSustained)},
		{Name: "pressure_span", Set: span(&e.PressureSpan)},
		{Name: "pressure_readings", Set: number(&e.PressureReadings)},
	}
}

func dischargeFields(d *Discharge) []document.Field {
	return []document.Field{
		{Name: "apart", Set: span(&d.Apart)},
		{Name: "max_sbp", Set: number(&d.Systolic)},
		{Name: "max_sbp_delta", Set: number(&d.SystolicDelta)},
		{Name: "max_dbp", Set: number(&d.Diastolic)},
		{Name: "max_dbp_delta", Set: number(&d.DiastolicDelta)},
		{Name: "max_rising", Set: number(&d.Rising)},
		{Name: "hr_percent", Set: number(&d.PulsePercent)},
		{Name: "min_hr", Set: number(&d.PulseLow)},
		{Name: "max_hr", Set: number(&d.PulseHigh)},
		{Name: "min_spo2", Set: number(&d.SpO2)},
		{Name: "min_spo2_delta", Set: number(&d.SpO2Delta)},
		{Name: "for", Set: span(&d.For)},
		{Name: "ticks", Set: words(&d.Ticks, ticks)},
	}
}

func tighterFields(t *Tighter) []document.Field {
	return []document.Field{
		{Name: "spo2", Set: number(&t.SpO2)},
		{Name: "pulse_rate", Set: number(&t.PulseRate)},
		{Name: "systolic", Set: number(&t.Systolic)},
		{Name: "diastolic", Set: number(&t.Diastolic)},
	}
}

func rungFields(r *Rung) []document.Field {
	return []document.Field{
		{Name: "priority", Required: true, Set: priority(&r.Priority)},
		{Name: "after", Required: true, Set: span(&r.After)},
		{Name: "call", Required: true, Set: oneWord(&r.Call, calls)},
	}
}

func looseningFields(l *Loosening) []document.Field {
	return []document.Field{
		{Name: "number", Required: true, Set: document.Text(&l.Number), Meaning: "path of the number"},
		{Name: "by", Required: true, Set: document.Text(&l.By), Meaning: "the clinician who answers for it"},
		{Name: "reason", Required: true, Set: document.Text(&l.Reason), Meaning: "why"},
		{Name: "until", Required: true, Set: day(&l.Until), Meaning: "last day, as YYYY-MM-DD"},
	}
}
