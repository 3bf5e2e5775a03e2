package nonin

import (
	"fmt"
	"time"
)

// appendHeader appends what is sent at power-up: model, format, date and time (oximeters.md section 1.7). Their words are
// our choice; no document gives them.
func (d *Device) appendHeader(to []byte) []byte {
	return fmt.Appendf(to, "NONIN SIMULATED\r\nFORMAT SPO2 HR\r\n%s\r\n", d.clock().Format("01/02/2006 15:04:05"))
}

// appendLine appends a line with the values of the record, which vanish at once.
func (d *Device) appendLine(to []byte) []byte {
	if d.options.Clock {
		to = d.clock().AppendFormat(to, "15:04:05 ")
	}
	number := func(v, missing int) string {
		if v == missing {
			return "---"
		}
		return fmt.Sprintf("%03d", v)
	}
	to = fmt.Appendf(to, "SPO2=%s HR=%s", number(d.pulse.saturation(4), missingSat), number(d.pulse.rate(4), missingRate))
	if d.options.Fast {
		to = append(to, " F"...)
	}
	if d.pressed() {
		to = append(to, '*')
	}
	return append(to, "\r\n"...)
}

// pressed reports whether the event key was pressed since the last line.
func (d *Device) pressed() (yes bool) {
	at := time.Duration(d.sent) * time.Second / frameRate
	for ; len(d.events) > 0 && d.events[0] <= at; d.events = d.events[1:] {
		yes = true
	}
	return yes
}
