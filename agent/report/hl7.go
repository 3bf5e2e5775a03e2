package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// Numbers of the containment of OBX-4, medical device system, virtual device, channel and metric: our choice, as the standard
// leaves them to whoever sends.
const (
	hl7Oximeter = "1.1.0."
	hl7Cuff     = "1.2.0."
)

// HL7 writes a report as one message of HL7 version 2.6, ORU^R01^ORU_R01 as the IHE profile PCD-01 has it (ECOSYSTEM.md section 4):
//
//   - PID is nothing but the session's pseudonym, PV1 the room, and an NTE says what the program is not,
//   - an OBR for each minute with the last pulse rate and SpO2 known in it. A minute without a value has an OBX of status X, the
//     reason in OBX-8 and in words in an NTE,
//   - an OBR for each reading of the cuff,
//   - an OBR for each thing of [FiguresCSV], with an OBX for each figure, in codes of our own.
//
// What was simulated says DEMO in each OBX-8, what is of a test says TEST. Single seconds are not in it: the tables and EDF+ have
// them. Segments end with a carriage return; whoever sends the message over MLLP adds its frame. Nothing depends on the style.
func HL7(w io.Writer, r *Report, _ Style) error {
	m := &hl7Message{r: r, status: "P"}
	if r.Ended {
		m.status = "F"
	}
	m.head()
	m.minutes()
	for i := range r.Readings {
		m.reading(&r.Readings[i], i+1)
	}
	m.figures()
	if _, err := io.WriteString(w, m.out.String()); err != nil {
		return fmt.Errorf("report: hl7: %w", err)
	}
	return nil
}

// hl7Message puts a message together.
type hl7Message struct {
	r      *Report
	status string // of each OBR: table 0085, P preliminary or F final
	orders int    // OBR so far
	values int    // OBX so far
	out    strings.Builder
}

func (m *hl7Message) head() {
	r := m.r
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Site, r.Room, r.Session, iso(r.From), iso(r.To), r.Proof}, "\n")))
	processing := "P" // table 0103: production
	switch r.Mode {
	case wire.Demo:
		processing = "T" // training
	case wire.Test:
		processing = "D" // debugging
	}
	m.segment("MSH", at(3, "BEDSIDE"), at(4, hl7Text(r.Site)), at(7, hl7Time(r.To)), at(9, "ORU^R01^ORU_R01"), at(10, fmt.Sprintf("%x", sum[:10])),
		at(11, processing), at(12, "2.6"), at(15, "AL"), at(16, "NE"), at(18, "UNICODE UTF-8"),
		at(21, "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"))
	m.segment("PID", at(3, hl7Text(r.Session)+"^^^"+hl7Text(r.Site)+"^PI"), at(5, "^^^^^^U")) // U: a name of no type, and none
	note := notADevice
	if r.Mode != wire.Live {
		note = "SIMULATED. " + note
	}
	m.segment("NTE", at(1, "1"), at(3, hl7Text(note)))
	m.segment("PV1", at(2, "O"), at(3, "^"+hl7Text(r.Room)+"^^"+hl7Text(r.Site)))
}

// order begins what belongs together. Its code says what it is about.
func (m *hl7Message) order(id, code string, from, to time.Time) {
	m.orders++
	m.segment("OBR", at(1, strconv.Itoa(m.orders)), at(3, hl7Text(m.r.Session+"-"+id)+"^BEDSIDE"), at(4, code), at(7, hl7Time(from)), at(8, hl7Time(to)), at(25, m.status))
}

// hl7Monitoring is what orders of measurements are about (SNOMED CT, as in the samples of the profile).
const hl7Monitoring = "182777000^monitoring of patient^SCT"

// device says which device the values below are of.
func (m *hl7Message) device(code, within string, v devices.Vital) {
	m.obx(at(3, "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC"), at(4, "1.0.0.0"), at(11, "X"))
	instance := ""
	if i := m.r.measurer(v); i >= 0 {
		instance = hl7Text(m.r.Devices[i].Name) + "^BEDSIDE"
	}
	m.obx(at(3, code), at(4, within+"0"), at(11, "X"), at(18, instance))
}

func (m *hl7Message) obx(fields ...hl7Field) {
	m.values++
	m.segment("OBX", append(fields, at(1, strconv.Itoa(m.values)))...)
}

// flags is OBX-8: why there is no value, and that nobody was measured.
func (m *hl7Message) flags(why string) string {
	switch {
	case m.r.Mode == wire.Live:
		return why
	case why != "":
		why += "~"
	}
	if m.r.Mode == wire.Test {
		return why + "TEST"
	}
	return why + "DEMO"
}

// minutes adds the last value of each vital known in each minute, or the most frequent reason for none.
func (m *hl7Message) minutes() {
	for n, part := range minutesOf(m.r) {
		begun := false
		for v, vital := range Continuous() {
			if vital == devices.PerfusionIndex || !measured(m.r, vital) {
				continue
			}
			if !begun {
				m.order("minute-"+strconv.Itoa(n+1), hl7Monitoring, part[0].At, part[len(part)-1].At.Add(time.Second))
				m.device("69642^MDC_DEV_ANALY_SAT_O2_VMD^MDC", hl7Oximeter, vital)
				begun = true
			}
			m.minute(part, v, vital)
		}
	}
}

func (m *hl7Message) minute(part []Second, v int, vital devices.Vital) {
	fields := []hl7Field{at(2, "NM"), at(3, hl7Code(vitalCode(vital))), at(4, hl7Oximeter+strconv.Itoa(v+1)), at(6, hl7Unit(vital))}
	if last := lastKnown(part, v); last >= 0 {
		m.obx(append(fields, at(5, wire.Digits(vital, part[last].Value[v]).String()), at(8, m.flags("")), at(11, "R"),
			at(14, hl7Time(part[last].At)), at(17, "AMEAS^auto-measurement^MDC"))...)
		return
	}
	why := commonest(part, v)
	m.obx(append(fields, at(8, m.flags(hl7Absent(why))), at(11, "X"))...)
	m.segment("NTE", at(1, "1"), at(3, hl7Text(strings.ReplaceAll(why, "_", " "))))
}

// reading adds a reading of the cuff, with the pulse rate that it counted.
func (m *hl7Message) reading(x *sessions.CuffReading, n int) {
	m.order("reading-"+strconv.Itoa(n), hl7Monitoring, x.At, x.At)
	how := []hl7Field{at(8, m.flags("")), at(11, "R"), at(14, hl7Time(x.At)), at(17, "AMEAS^auto-measurement^MDC")}
	if x.ByHand {
		how = []hl7Field{at(8, m.flags("")), at(11, "F"), at(14, hl7Time(x.At)), at(16, hl7Text(x.By)), at(17, "MMEAS^manual-measurement^MDC")}
	} else {
		m.device("70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC", hl7Cuff, devices.Systolic)
	}
	for i, v := range []struct {
		code  fhirConcept
		unit  devices.Vital
		value int
	}{
		{vitalCode(devices.Systolic), devices.Systolic, x.Systolic},
		{vitalCode(devices.Diastolic), devices.Diastolic, x.Diastolic},
		{vitalCode(devices.Mean), devices.Mean, x.Mean},
		{cuffPulse(), devices.PulseRate, x.PulseRate},
	} {
		if v.value == 0 {
			continue // not every cuff has them all
		}
		m.obx(append([]hl7Field{
			at(2, "NM"), at(3, hl7Code(v.code)), at(4, hl7Cuff+strconv.Itoa(i+1)), at(5, wire.Digits(v.unit, v.value).String()), at(6, hl7Unit(v.unit)),
		}, how...)...)
	}
}

// figures adds an order for each thing of the table of figures.
func (m *hl7Message) figures() {
	for list := range things(entries(m.r)) {
		first := &list[0]
		m.order(fmt.Sprintf("figure-%s-%d", first.group, first.number), hl7Own(first.group), m.r.From, m.r.To)
		for i := range list {
			m.figure(&list[i], i+1)
		}
	}
}

func (m *hl7Message) figure(e *entry, n int) {
	fields := []hl7Field{at(3, hl7Own(e.name)), at(4, fmt.Sprintf("%d.%d", e.number, n))}
	switch {
	case e.missing():
		m.obx(append(fields, at(8, m.flags("NI")), at(11, "X"))...)
		return
	case e.text != "":
		text := hl7Text(e.text)
		kind := "ST"
		if strings.Contains(text, hl7Break) {
			kind = "FT" // only formatted text has lines
		}
		fields = append(fields, at(2, kind), at(5, text))
	case e.quantity != "":
		fields = append(fields, at(2, "NM"), at(5, e.quantity), at(6, hl7Text(e.unit)+"^"+hl7Text(e.unit)+"^UCUM"))
	default:
		fields = append(fields, at(2, "DTM"), at(5, hl7Time(e.moment)))
	}
	m.obx(append(fields, at(8, m.flags("")), at(11, "F"))...)
}
