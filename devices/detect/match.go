package detect

import (
	"fmt"
	"strings"
	"time"

	"bedside/devices"
)

// Match is a candidate that understands what is heard. It has no values of a person: it goes into logs and reports.
type Match struct {
	Candidate
	Frames int           // intact frames
	Bytes  int           // bytes in them
	Share  int           // of all bytes, in per cent
	Lasted time.Duration // from the first byte to the last frame
	Asked  bool          // it answered questions
	Status devices.Status
	Values bool           // the latest reading had a value
	Why    devices.Reason // why the latest reading lacked one; 0 if it had all
	Silent bool           // there was no reading
}

// Pace returns in words how often frames came, such as "60 a second"; empty if there were too few to tell.
func (m *Match) Pace() string {
	if m.Frames < enoughFrames || m.Lasted < time.Second {
		return ""
	}
	rate := float64(m.Frames) / m.Lasted.Seconds()
	switch {
	case rate >= 1.5:
		return fmt.Sprintf("%.0f a second", rate)
	case rate >= 0.7:
		return "one a second"
	}
	return fmt.Sprintf("one every %.0f seconds", 1/rate)
}

// Says returns in words what the device says of itself and of the person, without a value.
func (m *Match) Says() string {
	switch {
	case m.Silent:
		return "no measurement yet"
	case m.Values:
		return "values arrive"
	case m.Why != 0:
		return strings.ReplaceAll(m.Why.String(), "_", " ")
	}
	return "no value"
}

// Evidence returns in words why the driver fits.
func (m *Match) Evidence() string {
	how := "intact frames"
	if m.Asked {
		how = "intact answers"
	}
	text := fmt.Sprintf("%d %s", m.Frames, how)
	if m.Frames == 1 {
		text = text[:len(text)-1]
	}
	if pace := m.Pace(); pace != "" {
		text += ", " + pace
	}
	return fmt.Sprintf("%s, %d %% of the bytes understood, at %s", text, m.Share, LineWords(m.Variant.Line))
}

// Words returns the device, what it says and why it is believed, such as "Contec oximeter, V7 packets: finger out (180
// intact frames, 60 a second, 100 % of the bytes understood, at 115200 8N1)".
func (m *Match) Words() string {
	return fmt.Sprintf("%s: %s (%s)", m.Driver.Title, m.Says(), m.Evidence())
}

// LineWords returns line settings as people write them, such as "9600 8N1".
func LineWords(l devices.Line) string {
	parity := [...]string{devices.NoParity: "N", devices.OddParity: "O", devices.EvenParity: "E"}
	p := "?"
	if int(l.Parity) < len(parity) {
		p = parity[l.Parity]
	}
	return fmt.Sprintf("%d %d%s%d", l.Baud, l.DataBits, p, l.StopBits)
}
