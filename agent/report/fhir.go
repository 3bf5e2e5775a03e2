package report

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// Systems of identifiers and codes. Those that begin with urn:bedside are ours.
const (
	sessionSystem = "urn:bedside:session" // pseudonymous code of a session
	figureSystem  = "urn:bedside:figure"  // groups and figures of a report, as in FiguresCSV
	loinc         = "http://loinc.org"
	mdc           = "urn:iso:std:iso:11073:10101"
	ucum          = "http://unitsofmeasure.org"
	terminology   = "http://terminology.hl7.org/CodeSystem/"
	definition    = "http://hl7.org/fhir/StructureDefinition/"
)

// FHIR writes a report as a Bundle of FHIR R4, type collection:
//
//   - a Patient that is nothing but the session's pseudonym, an Encounter, the devices,
//   - a MedicationAdministration for each dose,
//   - for each minute the last pulse rate and SpO2 known in it, and each reading of the cuff, by the profiles heartrate, oxygensat
//     and bp. A minute without a value says so with dataAbsentReason,
//   - each second of a vital as SampledData, E where there is no value,
//   - everything that [FiguresCSV] has as an Observation for each thing, with a component for each figure.
//
// What was simulated, or of a test, carries the tag HTEST in each resource. Nothing depends on the style.
func FHIR(w io.Writer, r *Report, _ Style) error {
	b := newBundle(r)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(b.out); err != nil {
		return fmt.Errorf("report: fhir: %w", err)
	}
	return nil
}

// bundle puts a bundle together.
type bundle struct {
	r         *Report
	tags      []fhirCoding
	subject   fhirReference
	encounter fhirReference
	program   fhirReference
	devices   []fhirReference // as in the report
	out       fhirBundle
}

func newBundle(r *Report) *bundle {
	b := &bundle{r: r}
	if r.Mode != wire.Live {
		b.tags = []fhirCoding{
			{terminology + "v3-ActReason", "HTEST", "test health data"},
			{"urn:bedside:mode", string(r.Mode), "SIMULATED"},
		}
	}
	b.out = fhirBundle{
		ResourceType: "Bundle", Meta: b.meta(), Identifier: &fhirID{sessionSystem, sayable(r.Session)}, Type: "collection", Timestamp: iso(r.To),
	}
	b.frame()
	for i := range r.Doses {
		b.dose(&r.Doses[i], i)
	}
	b.minutes(0)
	b.minutes(1)
	for i := range r.Readings {
		b.pressure(&r.Readings[i], i)
	}
	for v := range Continuous() {
		b.course(v)
	}
	b.figures()
	return b
}

// meta returns what a resource says about itself, nil for nothing.
func (b *bundle) meta(profiles ...string) *fhirMeta {
	if len(profiles) == 0 && len(b.tags) == 0 {
		return nil
	}
	return &fhirMeta{Profile: profiles, Tag: b.tags}
}

// add adds a resource and returns the way to it. Its UUID comes from what it is about, so that the same session gives the same
// bytes.
func (b *bundle) add(id string, resource any) fhirReference {
	sum := sha256.Sum256([]byte(strings.Join([]string{b.r.Site, b.r.Room, b.r.Session, iso(b.r.From), id}, "\n")))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8, of our own making: RFC 9562 section 5.8
	url := fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
	b.out.Entry = append(b.out.Entry, fhirEntry{url, resource})
	return fhirReference{Reference: url}
}

// frame adds what the others refer to.
func (b *bundle) frame() {
	r := b.r
	b.subject = b.add("patient", fhirPatient{ResourceType: "Patient", ID: "patient", Meta: b.meta(), Identifier: []fhirID{{sessionSystem, sayable(r.Session)}}})
	status := "in-progress"
	if r.Ended {
		status = "finished"
	}
	b.encounter = b.add("encounter", fhirEncounter{
		ResourceType: "Encounter", ID: "encounter", Meta: b.meta(), Identifier: []fhirID{{sessionSystem, sayable(r.Session)}}, Status: status,
		Class: fhirCoding{terminology + "v3-ActCode", "AMB", "ambulatory"}, Subject: b.subject, Period: period(r.From, r.To),
		Location: []fhirEncounterRoom{{fhirReference{Display: r.Room + ", " + r.Site}}},
	})
	program := fhirDevice{
		ResourceType: "Device", ID: "bedside", Meta: b.meta(), DeviceName: []fhirDeviceName{{"Bedside", "user-friendly-name"}},
		Note: []fhirNote{{"Software. " + notADevice}},
	}
	if r.Version != "" {
		program.Version = []fhirVersion{{sayable(r.Version)}}
	}
	b.program = b.add("bedside", program)
	for i, d := range r.Devices {
		b.devices = append(b.devices, b.add("device "+d.Name, fhirDevice{
			ResourceType: "Device", ID: "device-" + strconv.Itoa(i+1), Meta: b.meta(),
			DeviceName: []fhirDeviceName{{sayable(d.Name), "user-friendly-name"}}, Note: []fhirNote{{"driver " + sayable(d.Driver)}},
		}))
	}
}

// measuredBy returns the device that measured a vital, nil if that cannot be told.
func (b *bundle) measuredBy(v devices.Vital) *fhirReference {
	if i := b.r.measurer(v); i >= 0 {
		return &b.devices[i]
	}
	return nil
}

// observation begins one.
func (b *bundle) observation(id string, code fhirConcept, profiles ...string) fhirObservation {
	o := fhirObservation{
		ResourceType: "Observation", ID: id, Meta: b.meta(profiles...), Status: "final", Code: code, Subject: b.subject, Encounter: b.encounter,
	}
	if len(profiles) > 0 {
		o.Category = []fhirConcept{{Coding: []fhirCoding{{terminology + "observation-category", "vital-signs", "Vital Signs"}}}}
	}
	return o
}

// dose adds a dose. The amount is a quantity where it was written as one.
func (b *bundle) dose(d *sessions.GivenDose, i int) {
	m := fhirMedication{
		ResourceType: "MedicationAdministration", ID: "dose-" + strconv.Itoa(i+1), Meta: b.meta(), Status: "completed",
		Medication: fhirConcept{Text: sayable(d.Drug)}, Subject: b.subject, Context: b.encounter, Effective: iso(d.At),
	}
	if d.By != "" {
		m.Performer = []fhirPerformer{{fhirReference{Display: sayable(d.By)}}}
	}
	if q, ok := amount(d.Amount); ok {
		m.Dosage = &fhirMedicationDose{Text: sayable(d.Amount), Dose: q}
		if b.r.Start.Route != "" {
			m.Dosage.Route = &fhirConcept{Text: sayable(b.r.Start.Route)}
		}
	} else if strings.TrimSpace(d.Amount) != "" {
		m.Note = []fhirNote{{"Amount: " + sayable(d.Amount)}}
	}
	b.add(m.ID, m)
}

// amount reads an amount such as "28 mg", a number and a unit of mass or volume. Other texts are no quantity.
func amount(text string) (fhirQuantity, bool) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	code, known := map[string]string{"mg": "mg", "g": "g", "µg": "ug", "μg": "ug", "mcg": "ug", "ml": "mL", "mL": "mL"}[strings.TrimSpace(unit)]
	if !known || !decimal(number) {
		return fhirQuantity{}, false
	}
	return fhirQuantity{Value: json.Number(number), Unit: strings.TrimSpace(unit), System: ucum, Code: code}, true
}

// decimal reports whether a text is a positive number as JSON has it, without an exponent.
func decimal(text string) bool {
	return strings.Trim(text, "0123456789.") == "" && json.Valid([]byte(text))
}

// minutes adds the last value known in each minute of a vital, or the most frequent reason for none.
func (b *bundle) minutes(v int) {
	vital := Continuous()[v]
	if !measured(b.r, vital) {
		return
	}
	for n, part := range minutesOf(b.r) {
		o := b.observation(fmt.Sprintf("%s-%d", idOf(vital), n+1), vitalCode(vital), vitalProfile(vital))
		o.Device = b.measuredBy(vital)
		if last := lastKnown(part, v); last >= 0 {
			o.Effective, o.Quantity = iso(part[last].At), quantityOf(vital, part[last].Value[v])
		} else {
			p := period(part[0].At, part[len(part)-1].At.Add(time.Second))
			o.Period, o.Absent = &p, absent(commonest(part, v))
		}
		b.add(o.ID, o)
	}
}

// pressure adds a reading of the cuff, with the pulse rate that it counted.
func (b *bundle) pressure(x *sessions.CuffReading, i int) {
	o := b.observation("bp-"+strconv.Itoa(i+1), concept("85354-9", "Blood pressure panel with all children optional", "150020", "MDC_PRESS_BLD_NONINV"), definition+"bp")
	o.Effective = iso(x.At)
	for _, part := range []struct {
		vital devices.Vital
		value int
	}{{devices.Systolic, x.Systolic}, {devices.Diastolic, x.Diastolic}, {devices.Mean, x.Mean}} {
		if part.vital == devices.Mean && part.value == 0 {
			continue // not every cuff has one
		}
		c := fhirComponent{Code: vitalCode(part.vital)}
		if part.value > 0 {
			c.Quantity = quantityOf(part.vital, part.value)
		} else {
			c.Absent = absent(devices.NotMeasured.String())
		}
		o.Component = append(o.Component, c)
	}
	b.taken(&o, x)
	b.add(o.ID, o)
	if x.PulseRate == 0 {
		return
	}
	p := b.observation("bp-pulse-"+strconv.Itoa(i+1), cuffPulse(), definition+"heartrate")
	p.Effective, p.Quantity = iso(x.At), quantityOf(devices.PulseRate, x.PulseRate)
	b.taken(&p, x)
	b.add(p.ID, p)
}

// taken says who took a reading, or what.
func (b *bundle) taken(o *fhirObservation, x *sessions.CuffReading) {
	if !x.ByHand {
		o.Device = b.measuredBy(devices.Systolic)
		return
	}
	o.Note = []fhirNote{{"measured by hand"}}
	if x.By != "" {
		o.Performer = []fhirReference{{Display: sayable(x.By)}}
	}
}

// course adds each second of a vital. It has no code of LOINC: those are for single values.
func (b *bundle) course(v int) {
	vital := Continuous()[v]
	if !measured(b.r, vital) || len(b.r.Seconds) == 0 {
		return
	}
	code := vitalCode(vital)
	code.Coding = append([]fhirCoding{{figureSystem, "course-" + idOf(vital), ""}}, code.Coding[len(code.Coding)-1])
	o := b.observation("course-"+idOf(vital), code)
	p := period(b.r.Seconds[0].At, b.r.Seconds[len(b.r.Seconds)-1].At.Add(time.Second))
	o.Period, o.Device = &p, b.measuredBy(vital)
	data := make([]string, len(b.r.Seconds))
	for i := range b.r.Seconds {
		data[i] = "E"
		if b.r.Seconds[i].Known[v] {
			data[i] = wire.Digits(vital, b.r.Seconds[i].Value[v]).String()
		}
	}
	o.Sampled = &fhirSampled{
		Origin: fhirQuantity{Value: "0", Unit: vital.Unit(), System: ucum, Code: vital.Unit()}, Period: "1000", Dimensions: 1,
		Data: strings.Join(data, " "),
	}
	b.add(o.ID, o)
}
