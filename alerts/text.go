package alerts

import (
	"strconv"
	"strings"
	"time"

	"bedside/devices"
)

// limitText names each vital that the last reading has beyond a limit, once, with the limit that is nearest to normal:
// "Systolic 186, limit 180, 62 above baseline".
func (e *Engine) limitText(t *track) string {
	var parts []string
	for i, b := range t.bounds {
		if t.hits&(1<<i) == 0 || t.toldBefore(i) {
			continue
		}
		part := b.Vital.Title() + " " + number(b.Vital, t.value[i]) + ", limit " + number(b.Vital, b.Limit)
		if base, known := e.context.Baseline[b.Vital]; known {
			part += ", " + fromBaseline(b.Vital, t.value[i]-base)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ". ")
}

// toldBefore reports whether an earlier bound that is violated too is about the same vital.
func (t *track) toldBefore(i int) bool {
	for j := range i {
		if t.hits&(1<<j) != 0 && t.bounds[j].Vital == t.bounds[i].Vital {
			return true
		}
	}
	return false
}

// fromBaseline says how far a value is from the person's own one: "62 above baseline".
func fromBaseline(v devices.Vital, by int) string {
	switch {
	case by > 0:
		return number(v, by) + " above baseline"
	case by < 0:
		return number(v, -by) + " below baseline"
	default:
		return "at baseline"
	}
}

// endedText says what is over and how bad it was.
func (t *track) endedText() string {
	if t.cond.Trigger == Limits {
		return t.backText()
	}
	title := t.cond.Title
	if t.dev != nil {
		title = t.dev.title
	}
	switch t.cond.Trigger {
	case PortLost:
		return title + " connected again"
	case DeviceSilent:
		return title + " sends data again"
	case SensorOff:
		return "Sensor is in place again"
	case SignalPoor:
		return "Signal is good again"
	case FrameErrors:
		return title + " sends undamaged data again"
	case CuffFailed:
		return "Blood pressure measured again"
	case DataFrozen:
		return title + " sends live values again"
	case Lasting:
		return title + ": no longer"
	case Reported:
		return reportWords(t.name) + " reported to be over"
	default:
		return title + ": over"
	}
}

func (t *track) backText() string {
	for i, b := range t.bounds {
		if !t.backKnown || b.Vital != t.alert.Vital || t.worstKnown&(1<<i) == 0 {
			continue
		}
		return b.Vital.Title() + " back to " + number(b.Vital, t.back) + ", worst " + number(b.Vital, t.worst[i]) +
			", limit " + number(b.Vital, b.Limit)
	}
	return t.cond.Title + ": over"
}

// raisedText says in plain words what is wrong with a device or the surroundings, and what to do.
func (t *track) raisedText() string {
	title := t.cond.Title
	if t.dev != nil {
		title = t.dev.title
	}
	switch t.cond.Trigger {
	case PortLost:
		return title + " not connected. Check the USB plug." + because(t.note)
	case DeviceSilent:
		if t.note != "" { // says what was heard, and what to check
			return title + " cannot be heard: " + t.note
		}
		return title + " sends nothing. Check that it is switched on, and its cable."
	case SensorOff:
		return sensorText(devices.Reason(t.code))
	case SignalPoor:
		return signalText(devices.Reason(t.code))
	case FrameErrors:
		return title + " sends damaged data. Check its cable and plug."
	case CuffFailed:
		return "Blood pressure not measured twice in a row: " + cuffText(devices.CuffClass(t.code))
	case Reported:
		return reportWords(t.name) + " reported by " + t.note + ". See the patient now."
	case DataFrozen:
		return title + " repeats the same values and its pulse wave stands still. Check sensor and device."
	default:
		if t.note == "" {
			return t.cond.Title
		}
		return t.note
	}
}

func sensorText(r devices.Reason) string {
	switch r {
	case devices.FingerOut:
		return "Sensor off the finger. Put it back on."
	case devices.SensorFault:
		return "Sensor defective. Replace it."
	default:
		return "Sensor off the patient or unplugged. Check the finger and the sensor's plug."
	}
}

func signalText(r devices.Reason) string {
	switch r {
	case devices.Searching:
		return "No pulse found. Check the sensor on the finger."
	case devices.Artifact:
		return "Signal disturbed by movement. Check the sensor on the finger."
	case devices.LowPerfusion:
		return "Pulse signal too weak. Warm the hand or try another finger."
	case devices.SensorOff, devices.FingerOut, devices.SensorFault:
		return "No steady signal. Check the sensor on the finger."
	default:
		return "No usable value. Check sensor and device."
	}
}

func cuffText(c devices.CuffClass) string {
	switch c {
	case devices.CuffWeak:
		return "signal too weak. Check fit and position of the cuff."
	case devices.CuffMotion:
		return "the arm moved. Keep it still and repeat."
	case devices.CuffRange:
		return "pressure out of the device's range. Measure by hand."
	case devices.CuffTimeout:
		return "it took too long. Check the cuff and repeat."
	case devices.CuffLeak:
		return "the cuff leaks or is loose. Check cuff and hose."
	case devices.CuffBlocked:
		return "the hose is blocked. Check it for kinks."
	case devices.CuffOverpressure:
		return "too much pressure in the cuff. Take it off if it stays tight."
	case devices.CuffUnderinflated:
		return "the cuff did not fill. Check cuff and hose."
	case devices.CuffMismatch:
		return "the cuff does not fit the patient setting. Check its size."
	case devices.CuffHardware:
		return "the device reports a defect. Use another one."
	case devices.CuffNoAnswer:
		return "the device does not answer. Check that it is switched on, and its cable."
	default:
		return "no result. Check the cuff and repeat."
	}
}

// reportWords turns the name of a symptom into words: "chest_pain" becomes "Chest pain".
func reportWords(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// minutes writes a duration for people: "10 minutes".
func minutes(d time.Duration) string {
	if d%time.Minute != 0 || d == 0 {
		return d.String()
	}
	if d == time.Minute {
		return "1 minute"
	}
	return strconv.Itoa(int(d/time.Minute)) + " minutes"
}

func because(note string) string {
	if note == "" {
		return ""
	}
	return " (" + note + ")"
}

// number writes a value with the decimals of its vital.
func number(v devices.Vital, value int) string {
	if v.Decimals() == 0 {
		return strconv.Itoa(value)
	}
	scale := 1.0
	for range v.Decimals() {
		scale *= 10
	}
	return strconv.FormatFloat(float64(value)/scale, 'f', v.Decimals(), 64)
}
