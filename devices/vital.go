package devices

import "strconv"

// Vital names a measured quantity. Its unit is fixed, so a [Measurement] is a bare number.
type Vital uint8

// The vitals a driver may report. PerfusionIndex counts hundredths of a per cent; all others count whole units.
const (
	PulseRate      Vital = iota + 1 // 1/min, counted by an oximeter or a cuff; MDC_PULS_OXIM_PULS_RATE, MDC_PULS_RATE_NON_INV
	SpO2                            // %, functional oxygen saturation by pulse oximetry; MDC_PULS_OXIM_SAT_O2
	PerfusionIndex                  // 0.01 %, relative perfusion; MDC_PULS_OXIM_PERF_REL
	Systolic                        // mmHg, cuff; MDC_PRESS_BLD_NONINV_SYS
	Diastolic                       // mmHg, cuff; MDC_PRESS_BLD_NONINV_DIA
	Mean                            // mmHg, cuff, as the device measured it; MDC_PRESS_BLD_NONINV_MEAN
	CuffPressure                    // mmHg, momentary pressure in the cuff while it measures
	Pleth                           // wave only: infra-red plethysmogram, device units without a scale
)

type vitalInfo struct{ name, unit, title string }

var vitals = [...]vitalInfo{
	PulseRate:      {"pulse_rate", "/min", "Pulse rate"},
	SpO2:           {"spo2", "%", "SpO2"},
	PerfusionIndex: {"perfusion_index", "%", "Perfusion index"},
	Systolic:       {"systolic", "mm[Hg]", "Systolic"},
	Diastolic:      {"diastolic", "mm[Hg]", "Diastolic"},
	Mean:           {"mean", "mm[Hg]", "Mean pressure"},
	CuffPressure:   {"cuff_pressure", "mm[Hg]", "Cuff pressure"},
	Pleth:          {"pleth", "1", "Pleth"},
}

func (v Vital) info() vitalInfo {
	if int(v) < len(vitals) && v != 0 {
		return vitals[v]
	}
	return vitalInfo{name: "vital(" + strconv.Itoa(int(v)) + ")"}
}

// String returns the name used in payloads, configuration and metric labels, such as "pulse_rate".
func (v Vital) String() string { return v.info().name }

// Unit returns the UCUM unit of the published number, such as "mm[Hg]".
func (v Vital) Unit() string { return v.info().unit }

// Title returns the name for people, such as "Pulse rate".
func (v Vital) Title() string { return v.info().title }

// Decimals returns how many decimal places the published number has: a Value of 325 with two decimals is 3.25.
func (v Vital) Decimals() int {
	if v == PerfusionIndex {
		return 2
	}
	return 0
}

// ParseVital returns the vital with that payload name.
func ParseVital(name string) (Vital, bool) {
	for v := PulseRate; int(v) < len(vitals); v++ {
		if vitals[v].name == name {
			return v, true
		}
	}
	return 0, false
}
