package pm6750

// Types of both directions, oximeters.md section 6.
const (
	packetNIBP  = 0x03
	packetSpO2  = 0x04
	packetPulse = 0x31 // beat mark, in no manual
	packetWave  = 0xFE

	orderNIBP    = 0x02
	orderParams  = 0x03
	orderPatient = 0x09
	orderTarget  = 0x0A
	orderWave    = 0xFE
)

const longestOrder = 0x42 // bytes; cuffs.md section 9a limits N to 40h

// frame appends a packet to b.
func frame(b []byte, data ...byte) []byte {
	n := byte(len(data) + 2)
	sum := n
	for _, x := range data {
		sum += x
	}
	b = append(b, 0x55, 0xAA, n)
	b = append(b, data...)
	return append(b, ^sum)
}

// hear takes bytes of the host and obeys every intact order in them.
func (d *Device) hear(rx []byte) {
	d.rx = append(d.rx, rx...)
	for {
		skip, data, whole := d.cut()
		d.rx = append(d.rx[:0], d.rx[skip:]...)
		if !whole {
			return
		}
		if data != nil {
			d.obey(data)
		}
	}
}

// cut looks at the beginning of what was received: how many bytes are done with, the data of the order in them if they
// are one, and whether there may be more.
func (d *Device) cut() (skip int, data []byte, more bool) {
	b := d.rx
	switch {
	case len(b) == 0:
		return 0, nil, false
	case b[0] != 0x55 || len(b) > 1 && b[1] != 0xAA || len(b) > 2 && (b[2] < 3 || int(b[2])+2 > longestOrder):
		return 1, nil, true
	case len(b) < 3 || len(b) < int(b[2])+2:
		return 0, nil, false
	}
	end := int(b[2]) + 2
	var sum byte
	for _, x := range b[2 : end-1] {
		sum += x
	}
	if ^sum != b[end-1] {
		d.counts.Malformed++
		return 1, nil, true
	}
	return end, append([]byte(nil), b[3:end-1]...), true
}

// obey carries out one intact order.
func (d *Device) obey(data []byte) {
	if d.mute {
		return
	}
	value := byte(0)
	if len(data) > 1 {
		value = data[1]
	}
	switch data[0] {
	case orderNIBP:
		if value == 1 {
			d.begin()
		} else {
			d.halt()
		}
	case orderParams:
		d.params = value == 1
		d.paramsAt = d.now
	case orderWave:
		d.wave = value == 1
		d.waveAt = d.now
	case orderTarget:
		d.target = 2 * float64(value)
		d.counts.Targets++
	case orderPatient:
		d.counts.Patient++
	case 0x0B, 0x0C, 0x0D, 0x0E, 0x10, 0xFB:
		d.counts.Forbidden++
	}
}
