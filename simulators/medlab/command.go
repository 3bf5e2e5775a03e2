package medlab

import "slices"

// Bytes of the line, cuffs.md section 8.
const (
	stx        = 0x02
	etx        = 0x03
	cr         = '\r'
	abortByte  = 'X'
	commandLen = 8
)

// receive takes host bytes. A command that is broken is forgotten; the byte that broke it may begin the next.
func (d *Device) receive(rx []byte) {
	for _, b := range rx {
		if len(d.rx) > 0 && d.now.Sub(d.rxSince) >= commandTimeout {
			d.malformed()
		}
		if len(d.rx) > 0 && !d.fitting(b) {
			d.malformed()
		}
		switch {
		case len(d.rx) > 0:
			d.rx = append(d.rx, b)
		case b == stx:
			d.rx = append(d.rx, b)
			d.rxSince = d.now
		case b == abortByte:
			d.abort()
		}
		if len(d.rx) == commandLen {
			d.complete()
		}
	}
}

func (d *Device) malformed() {
	d.counts.Malformed++
	d.rx = d.rx[:0]
}

// fitting reports whether b may stand where the command has got to.
func (d *Device) fitting(b byte) bool {
	digit := b >= '0' && b <= '9'
	switch len(d.rx) {
	case 1, 2:
		return digit
	case 3, 4:
		return b == ';'
	case 5, 6:
		return digit || b >= 'A' && b <= 'F'
	default:
		return b == etx
	}
}

func (d *Device) complete() {
	var sum byte
	for _, b := range d.rx[1:5] {
		sum += b
	}
	const hex = "0123456789ABCDEF"
	number := int(d.rx[1]-'0')*10 + int(d.rx[2]-'0')
	good := d.rx[5] == hex[sum>>4] && d.rx[6] == hex[sum&15]
	if !good {
		d.malformed()
		return
	}
	d.rx = d.rx[:0]
	d.obey(number)
}

// targets are the initial inflations that commands 19 to 23 set, in mmHg.
func targets() []int { return []int{100, 120, 140, 160, 180} }

// obey carries out an intact command.
func (d *Device) obey(number int) {
	switch {
	case number == 1:
		d.begin()
	case number == 18:
		if d.cycle.phase == idle {
			d.answer(d.result.text(d.options.Dashes, d.neonate))
		}
	case number >= 19 && number <= 23:
		d.target = targets()[number-19]
	case number == 24 || number == 25:
		d.neonate = number == 25
	case slices.Contains([]int{14, 15, 16, 17}, number), number >= 3 && number <= 13:
		// Manometer, watchdog, reset, pneumatic test and automatic cycles: an agent has no business with them. A real
		// module would obey; this one counts.
		d.counts.Forbidden++
	default:
		d.counts.Unknown++
	}
}
