package report

import "encoding/json"

// The parts of FHIR R4 (hl7.org/fhir/R4) that a report needs. Names of fields are those of the standard.

type fhirBundle struct {
	ResourceType string      `json:"resourceType"`
	Meta         *fhirMeta   `json:"meta,omitempty"`
	Identifier   *fhirID     `json:"identifier"`
	Type         string      `json:"type"`
	Timestamp    string      `json:"timestamp"`
	Entry        []fhirEntry `json:"entry"`
}

type fhirEntry struct {
	FullURL  string `json:"fullUrl"`
	Resource any    `json:"resource"`
}

type fhirMeta struct {
	Profile []string     `json:"profile,omitempty"`
	Tag     []fhirCoding `json:"tag,omitempty"`
}

type fhirCoding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

type fhirConcept struct {
	Coding []fhirCoding `json:"coding,omitempty"`
	Text   string       `json:"text,omitempty"`
}

type fhirID struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type fhirReference struct {
	Reference string `json:"reference,omitempty"`
	Display   string `json:"display,omitempty"`
}

type fhirPeriod struct {
	Start string `json:"start"`
	End   string `json:"end,omitempty"`
}

type fhirQuantity struct {
	Value  json.Number `json:"value"`
	Unit   string      `json:"unit,omitempty"`
	System string      `json:"system,omitempty"`
	Code   string      `json:"code,omitempty"`
}

type fhirSampled struct {
	Origin     fhirQuantity `json:"origin"`
	Period     json.Number  `json:"period"` // milliseconds between samples
	Dimensions int          `json:"dimensions"`
	Data       string       `json:"data"`
}

type fhirNote struct {
	Text string `json:"text"`
}

type fhirPatient struct {
	ResourceType string    `json:"resourceType"`
	ID           string    `json:"id"`
	Meta         *fhirMeta `json:"meta,omitempty"`
	Identifier   []fhirID  `json:"identifier"`
}

type fhirDevice struct {
	ResourceType string           `json:"resourceType"`
	ID           string           `json:"id"`
	Meta         *fhirMeta        `json:"meta,omitempty"`
	DeviceName   []fhirDeviceName `json:"deviceName"`
	Version      []fhirVersion    `json:"version,omitempty"`
	Note         []fhirNote       `json:"note,omitempty"`
}

type fhirDeviceName struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type fhirVersion struct {
	Value string `json:"value"`
}

type fhirEncounter struct {
	ResourceType string              `json:"resourceType"`
	ID           string              `json:"id"`
	Meta         *fhirMeta           `json:"meta,omitempty"`
	Identifier   []fhirID            `json:"identifier"`
	Status       string              `json:"status"`
	Class        fhirCoding          `json:"class"`
	Subject      fhirReference       `json:"subject"`
	Period       fhirPeriod          `json:"period"`
	Location     []fhirEncounterRoom `json:"location"`
}

type fhirEncounterRoom struct {
	Location fhirReference `json:"location"`
}

type fhirMedication struct {
	ResourceType string              `json:"resourceType"`
	ID           string              `json:"id"`
	Meta         *fhirMeta           `json:"meta,omitempty"`
	Status       string              `json:"status"`
	Medication   fhirConcept         `json:"medicationCodeableConcept"`
	Subject      fhirReference       `json:"subject"`
	Context      fhirReference       `json:"context"`
	Effective    string              `json:"effectiveDateTime"`
	Performer    []fhirPerformer     `json:"performer,omitempty"`
	Note         []fhirNote          `json:"note,omitempty"`
	Dosage       *fhirMedicationDose `json:"dosage,omitempty"`
}

type fhirPerformer struct {
	Actor fhirReference `json:"actor"`
}

type fhirMedicationDose struct {
	Text  string       `json:"text"`
	Route *fhirConcept `json:"route,omitempty"`
	Dose  fhirQuantity `json:"dose"`
}

type fhirObservation struct {
	ResourceType string          `json:"resourceType"`
	ID           string          `json:"id"`
	Meta         *fhirMeta       `json:"meta,omitempty"`
	Status       string          `json:"status"`
	Category     []fhirConcept   `json:"category,omitempty"`
	Code         fhirConcept     `json:"code"`
	Subject      fhirReference   `json:"subject"`
	Encounter    fhirReference   `json:"encounter"`
	Effective    string          `json:"effectiveDateTime,omitempty"`
	Period       *fhirPeriod     `json:"effectivePeriod,omitempty"`
	Performer    []fhirReference `json:"performer,omitempty"`
	fhirValue
	Note      []fhirNote      `json:"note,omitempty"`
	Device    *fhirReference  `json:"device,omitempty"`
	Component []fhirComponent `json:"component,omitempty"`
}

// fhirValue is one value, or the reason why there is none.
type fhirValue struct {
	Quantity *fhirQuantity `json:"valueQuantity,omitempty"`
	String   string        `json:"valueString,omitempty"`
	DateTime string        `json:"valueDateTime,omitempty"`
	Sampled  *fhirSampled  `json:"valueSampledData,omitempty"`
	Absent   *fhirConcept  `json:"dataAbsentReason,omitempty"`
}

type fhirComponent struct {
	Code fhirConcept `json:"code"`
	fhirValue
}
