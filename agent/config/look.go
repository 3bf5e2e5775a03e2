package config

import (
	"cmp"
	"regexp"
	"slices"

	"bedside/alerts/document"
)

// Look is how a site wants its pages to be, for whoever has not chosen otherwise. What is empty is as the pages have it.
type Look struct {
	Unit    string // of pressures for people: mmHg or kPa
	Labels  Labels
	Colours Colours
}

// Labels are the short names of vitals where there is no room for whole ones.
type Labels struct {
	PulseRate     string // such as HR
	BloodPressure string // such as NIBP
}

// Colours are words of [colours], each in the tones of dark, light and night. No standard gives a vital its colour, and clinics differ.
type Colours struct {
	PulseRate     string // default green
	SpO2          string // default cyan
	BloodPressure string // default magenta
}

// Attributes returns what the pages are told, without what is empty: by name, as HTML has names.
func (c *Console) Attributes() map[string]string {
	all := map[string]string{
		"language": c.Language, "unit": c.Look.Unit,
		"label-pulse-rate": c.Look.Labels.PulseRate, "label-blood-pressure": c.Look.Labels.BloodPressure,
		"colour-pulse-rate": c.Look.Colours.PulseRate, "colour-spo2": c.Look.Colours.SpO2, "colour-blood-pressure": c.Look.Colours.BloodPressure,
	}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}

func lookFields(l *Look) []document.Field {
	return []document.Field{
		{
			Name: "unit", Fallback: "mmHg", Set: document.OneOf(&l.Unit, units(), units()),
			Meaning: "`mmHg` or `kPa`: how pressures are shown to whoever has not chosen; all else is in mmHg",
		},
		{
			Name: "labels", Fallback: "the language's", Set: document.Into(labelFields(&l.Labels)), Inner: labelFields(new(Labels)),
			Meaning: "short names of vitals on a station's tiles",
		},
		{
			Name: "colours", Fallback: "green, cyan, magenta", Set: document.Into(colourFields(&l.Colours)), Inner: colourFields(new(Colours)),
			Meaning: "of numbers and curves: `green`, `cyan`, `magenta`, `orange`, `plain`, each once",
		},
	}
}

func units() []string { return []string{"mmHg", "kPa"} }

// colours are those that the pages have, measured against each of their backgrounds. Red and yellow are those of alerts.
func colours() []string { return []string{"green", "cyan", "magenta", "orange", "plain"} }

func labelFields(l *Labels) []document.Field {
	return []document.Field{
		{Name: "pulse_rate", Fallback: "PR", Set: label(&l.PulseRate), Meaning: "such as `HR`"},
		{Name: "blood_pressure", Fallback: "NBP", Set: label(&l.BloodPressure), Meaning: "such as `NIBP`"},
	}
}

// vitalColour is the colour of one vital.
type vitalColour struct {
	key, fallback string
	to            *string // empty for the fallback
}

func (c *Colours) each() []vitalColour {
	return []vitalColour{{"pulse_rate", "green", &c.PulseRate}, {"spo2", "cyan", &c.SpO2}, {"blood_pressure", "magenta", &c.BloodPressure}}
}

func (v vitalColour) colour() string { return cmp.Or(*v.to, v.fallback) }

func colourFields(c *Colours) []document.Field {
	var fields []document.Field
	for _, v := range c.each() {
		fields = append(fields, document.Field{
			Name: v.key, Fallback: v.fallback, Set: document.OneOf(v.to, colours(), colours()), Meaning: "of its number and its curve",
		})
	}
	return fields
}

// labelForm is what fits above a number of a tile, our choice: six letters or digits.
const labelForm = `^[\p{L}\p{N}]{1,6}$`

func label(to *string) document.Setter {
	form := regexp.MustCompile(labelForm)
	return func(s *document.Source, path string, n *document.Node) bool {
		var word string
		if !document.Text(&word)(s, path, n) {
			return false
		}
		if !form.MatchString(word) {
			s.Fail(n.Place, "%s cannot be %q; use one to six letters or digits, like NIBP", path, document.Clip(word))
			return false
		}
		*to = word
		return true
	}
}

// checkLook reports two vitals of one colour: their numbers and curves could be taken for each other.
func checkLook(s *document.Source, l *Look) {
	vitals := l.Colours.each()
	for i, v := range vitals {
		before := slices.IndexFunc(vitals[:i], func(o vitalColour) bool { return o.colour() == v.colour() })
		if before < 0 {
			continue
		}
		at, written := s.At["console.colours."+v.key]
		if !written {
			at = s.At["console.colours."+vitals[before].key]
		}
		s.Fail(at, "%s and %s would both be %s; give each a colour of its own", vitals[before].key, v.key, v.colour())
	}
}
