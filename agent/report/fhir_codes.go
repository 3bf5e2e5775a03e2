package report

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"bedside/agent/wire"
	"bedside/devices"
)

// vitalCode names a vital in LOINC and in IEEE 11073-10101 (MDC), which comes last; ECOSYSTEM.md section 4 has the table. Of
// the perfusion index only the word of MDC is sure. LOINC is a registered trademark of Regenstrief Institute, Inc.
func vitalCode(v devices.Vital) fhirConcept {
	switch v {
	case devices.PulseRate:
		c := concept("8867-4", "Heart rate", "149530", "MDC_PULS_OXIM_PULS_RATE")
		c.Text = v.Title()
		return c
	case devices.SpO2:
		return fhirConcept{Coding: []fhirCoding{
			{loinc, "2708-6", "Oxygen saturation in Arterial blood"},
			{loinc, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"},
			{mdc, "150456", "MDC_PULS_OXIM_SAT_O2"},
		}, Text: v.Title()}
	case devices.PerfusionIndex:
		return fhirConcept{Coding: []fhirCoding{{mdc, "150488", "MDC_BLD_PERF_INDEX"}}, Text: v.Title()}
	case devices.Systolic:
		return concept("8480-6", "Systolic blood pressure", "150021", "MDC_PRESS_BLD_NONINV_SYS")
	case devices.Diastolic:
		return concept("8462-4", "Diastolic blood pressure", "150022", "MDC_PRESS_BLD_NONINV_DIA")
	case devices.Mean:
		return concept("8478-0", "Mean blood pressure", "150023", "MDC_PRESS_BLD_NONINV_MEAN")
	}
	return fhirConcept{Text: v.Title()}
}

// cuffPulse is the pulse rate that a cuff counts.
func cuffPulse() fhirConcept {
	return concept("8867-4", "Heart rate", "149546", "MDC_PULS_RATE_NON_INV")
}

func concept(loincCode, display, mdcCode, name string) fhirConcept {
	return fhirConcept{Coding: []fhirCoding{{loinc, loincCode, display}, {mdc, mdcCode, name}}}
}

// vitalProfile is the profile of single values of a vital.
func vitalProfile(v devices.Vital) string {
	if v == devices.SpO2 {
		return definition + "oxygensat"
	}
	return definition + "heartrate"
}

func quantityOf(v devices.Vital, value int) *fhirQuantity {
	return &fhirQuantity{Value: wire.Digits(v, value), Unit: v.Unit(), System: ucum, Code: v.Unit()}
}

// idOf is a vital as a part of an id, which has no underscore.
func idOf(v devices.Vital) string { return strings.ReplaceAll(v.String(), "_", "-") }

// sayable is a text as FHIR takes one: no control characters, and something to see.
func sayable(text string) string {
	text = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, text))
	return cmp.Or(text, "not recorded")
}

func period(from, to time.Time) fhirPeriod { return fhirPeriod{iso(from), iso(to)} }

// absent says why there is no value: the nearest code of HL7, and our reason in words. Our choice: what staff or the person may
// change is not-performed, what a device waits for is temp-unknown, what it could not make out is an error.
func absent(why string) *fhirConcept {
	code, display := "unknown", "Unknown"
	switch why {
	case devices.SensorOff.String(), devices.FingerOut.String(), NotReceived:
		code, display = "not-performed", "Not Performed"
	case devices.Searching.String(), devices.LowPerfusion.String(), devices.HeldValue.String(), devices.Stale.String():
		code, display = "temp-unknown", "Temporarily Unknown"
	case devices.Artifact.String(), devices.OutOfRange.String(), devices.SensorFault.String():
		code, display = "error", "Error"
	case devices.NotMeasured.String():
		code, display = "unsupported", "Unsupported"
	}
	return &fhirConcept{Coding: []fhirCoding{{terminology + "data-absent-reason", code, display}}, Text: strings.ReplaceAll(why, "_", " ")}
}
