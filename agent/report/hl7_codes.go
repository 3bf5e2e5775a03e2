package report

import (
	"slices"
	"strings"
	"time"

	"bedside/devices"
)

// hl7Field is one field of a segment, already in the encoding of HL7, by its number in the standard.
type hl7Field struct {
	number int
	text   string
}

func at(number int, text string) hl7Field { return hl7Field{number, text} }

// segment writes one segment. Fields may come in any order; those that are not given are empty.
func (m *hl7Message) segment(name string, fields ...hl7Field) {
	slices.SortFunc(fields, func(a, b hl7Field) int { return a.number - b.number })
	m.out.WriteString(name)
	written := 0
	if name == "MSH" { // its first field is the separator itself, its second the other delimiters
		m.out.WriteString(`|^~\&`)
		written = 2
	}
	for _, f := range fields {
		if f.text == "" {
			continue
		}
		m.out.WriteString(strings.Repeat("|", f.number-written))
		m.out.WriteString(f.text)
		written = f.number
	}
	m.out.WriteByte('\r')
}

// hl7Break is the end of a line in a formatted text.
const hl7Break = `\.br\`

// hl7Text is a text with the delimiters escaped, HL7 v2.6 section 2.7.
func hl7Text(text string) string {
	return strings.NewReplacer(`\`, `\E\`, "|", `\F\`, "^", `\S\`, "&", `\T\`, "~", `\R\`, "\n", hl7Break, "\t", " ").Replace(sayable(text))
}

// hl7Time is a moment as a DTM, in UTC.
func hl7Time(at time.Time) string { return at.UTC().Format("20060102150405.000-0700") }

// hl7Code is a concept as a CWE: the code of IEEE 11073-10101 and, as its alternative, the first of LOINC.
func hl7Code(c fhirConcept) string {
	last := c.Coding[len(c.Coding)-1]
	text := last.Code + "^" + last.Display + "^MDC"
	if c.Coding[0].System == loinc {
		text += "^" + c.Coding[0].Code + "^" + c.Coding[0].Display + "^LN"
	}
	return text
}

// hl7Own is a code of our own: table 0396 keeps names that begin with 99 for it.
func hl7Own(code string) string { return hl7Text(code) + "^^99BEDSIDE" }

// hl7Unit is the unit of a vital in IEEE 11073-10101 (ECOSYSTEM.md section 4).
func hl7Unit(v devices.Vital) string {
	switch v {
	case devices.PulseRate:
		return "264864^MDC_DIM_BEAT_PER_MIN^MDC"
	case devices.SpO2, devices.PerfusionIndex:
		return "262688^MDC_DIM_PERCENT^MDC"
	default:
		return "266016^MDC_DIM_MMHG^MDC"
	}
}

// hl7Absent says in OBX-8 why there is no value, by the table of IHE for it: what passes by itself or with a finger in the clip is
// NAV, temporarily not available; what no device measures NA; what is out of range OTH, not in the domain; else NI. Which reason is
// which is our choice.
func hl7Absent(why string) string {
	switch why {
	case devices.SensorOff.String(), devices.FingerOut.String(), devices.Searching.String(), devices.LowPerfusion.String(),
		devices.HeldValue.String(), devices.Stale.String(), devices.Artifact.String(), devices.SensorFault.String():
		return "NAV"
	case devices.NotMeasured.String():
		return "NA"
	case devices.OutOfRange.String():
		return "OTH"
	}
	return "NI"
}
