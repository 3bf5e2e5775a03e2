package contec

// commandLen is the length of every command, oximeters.md section 2.4.
const commandLen = 9

// receive takes one byte from the host. A byte below 80 starts a command; what is none is counted and forgotten.
func (d *Device) receive(b byte) {
	if b < 0x80 {
		if d.have > 0 || b != 0x7D && b != 0x04 {
			d.counts.Malformed++
		}
		d.have = 0
		if b == 0x7D || b == 0x04 {
			d.command[0], d.have = b, 1
		}
		return
	}
	if d.have == 0 {
		d.counts.Malformed++
		return
	}
	d.command[d.have] = b
	if d.have++; d.have == commandLen {
		d.have = 0
		d.obey(&d.command)
	}
}

// obey answers a whole command.
func (d *Device) obey(c *[commandLen]byte) {
	if c[0] == 0x04 { // sets the device's identity
		d.counts.Changes++
		return
	}
	verb := c[2]&0x7F | c[1]<<7
	switch verb {
	case 0xA1:
		d.start()
	case 0xAF:
		d.counts.Keeps++
		d.alive = d.now
	case 0xA2, 0xA7:
		d.counts.Stops++
		if verb == 0xA2 {
			d.running = false
		}
		d.answer(0x0C)
	case 0xA6:
		d.counts.Downloads++
		d.answer(0x0B, verb, 0xFF)
	case 0xAE, 0xB1, 0xB2:
		d.counts.Changes++
		d.answer(0x0B, verb, 0x00)
	default:
		d.counts.Questions++
		d.tell(verb)
	}
}

// tell answers a command that only asks.
func (d *Device) tell(verb byte) {
	switch verb {
	case 0xA3: // segments of a user: none stored
		d.answer(0x0A, 0, 0)
	case 0xA4, 0xA5: // length and start of a segment that there is not
		d.answer(0x0B, verb, 0xFF)
	case 0xAA:
		d.answer(0x04, []byte("user   ")...)
	case 0xAB:
		d.answer(0x05, []byte("\x00user  ")...)
	case 0xAC:
		if d.options.PerfusionIndex {
			d.answer(0x0E, 0)
		} else {
			d.answer(0x0E, 1)
		}
	case 0xAD:
		d.answer(0x10, 1)
	case 0xB0:
		d.answer(0x11, 1, 0, 0, 0, 0, 0, 0)
	case 0xB6:
		kind := byte(0xA0)
		if d.options.PerfusionIndex {
			kind = 0xA1
		}
		d.answer(0x15, 0, 0, kind, 0, 0, 0, 0)
	default:
		d.undocumented(verb)
	}
}

// undocumented answers as captured devices do, where anything is known of it; oximeters.md sections 2.2 and 2.4.
func (d *Device) undocumented(verb byte) {
	if !d.options.Undocumented {
		return
	}
	switch verb {
	case 0xA0:
		d.answer(0x06, 0, 7)
	case 0xA8:
		d.answer(0x02, []byte("\x0050D(A)")...)
		d.answer(0x02, []byte("\x01+     ")...)
	case 0xA9:
		d.answer(0x03, []byte("CONTEC ")...)
	case 0xB3:
		d.answer(0x13, 0, 0, 0, 0, 0, 0, 0)
		d.answer(0x14, 0, 0, 0, 0, 0, 0, 0)
	}
}

// answer appends a packet.
func (d *Device) answer(kind byte, data ...byte) { d.buf = appendPacket(d.buf, kind, data...) }

// appendPacket appends a packet of that type: the high bits of the data are collected in byte 1. A packet without data
// has byte 1 nevertheless.
func appendPacket(to []byte, kind byte, data ...byte) []byte {
	at := len(to) + 1
	to = append(to, kind, 0x80)
	for k, b := range data {
		to[at] |= b >> 7 << k
		to = append(to, b|0x80)
	}
	return to
}
