package suntech

// Start bytes, cuffs.md section 1.
const (
	fromHost = 0x3A
	toHost   = 0x3E
)

// Command bytes, cuffs.md section 1.
const (
	cmdModuleData   = 0x00
	cmdCalibrate    = 0x04
	cmdPneumatics   = 0x0C
	cmdInflation    = 0x17
	cmdAdult        = 0x20
	cmdNeonate      = 0x28
	cmdRequest      = 0x79
	cmdSleep        = 0x81
	cmdStasis       = 0x86
	cmdPaediatric   = 0x87
	cmdReset        = 0x8A
	longestUnknown  = 12 // bytes after which a frame of an unknown command is given up (our choice)
	ackReceived     = 'O'
	ackDone         = 'K'
	ackAbort        = 'A'
	ackBusy         = 'B'
	ackError        = 'E'
	ackUndefined    = 'N'
	ackUnrecognised = 'D'
	ackTimeout      = 'T'
)

// length returns the length of a whole host frame with that command byte; false if the command is unknown.
func length(cmd byte) (int, bool) {
	switch cmd {
	case cmdModuleData, cmdAdult, cmdPaediatric, cmdNeonate, cmdReset:
		return 3, true
	case cmdCalibrate:
		return 4, true
	case cmdRequest, cmdInflation:
		return 5, true
	case cmdPneumatics, cmdStasis:
		return 6, true
	case cmdSleep:
		return 7, true
	}
	return 0, false
}

// sum returns the sum of all bytes mod 256, which is 0 for an intact frame.
func sum(b []byte) byte {
	var s byte
	for _, x := range b {
		s += x
	}
	return s
}

// frame wraps data for the host.
func frame(data []byte) []byte {
	f := make([]byte, 0, len(data)+3)
	f = append(f, toHost, byte(len(data)+3))
	f = append(f, data...)
	return append(f, -sum(f))
}

// receive takes host bytes. Bytes outside a frame are ignored; half a frame that goes stale is answered with T.
func (d *Device) receive(rx []byte) {
	if len(d.rx) > 0 && d.now.Sub(d.rxSince) >= frameTimeout {
		d.rx = d.rx[:0]
		d.counts.Malformed++
		d.answer(ackTimeout)
	}
	for _, b := range rx {
		if len(d.rx) == 0 {
			if b != fromHost {
				continue
			}
			d.rxSince = d.now
		}
		d.rx = append(d.rx, b)
		if len(d.rx) > 1 {
			d.complete()
		}
	}
}

// complete handles the collected bytes if they are a whole frame.
func (d *Device) complete() {
	want, known := length(d.rx[1])
	intact := sum(d.rx) == 0
	switch {
	case known && len(d.rx) < want:
		return
	case !known && len(d.rx) < 3, !known && !intact && len(d.rx) < longestUnknown:
		return // the length of an unknown command is unknown too: its check tells where it ends
	case !intact:
		d.counts.Malformed++
		d.answer(ackUnrecognised)
	default:
		if !d.heard.IsZero() && d.now.Sub(d.heard) < hostGap {
			d.counts.Hurried++
		}
		d.heard = d.now
		d.obey(d.rx[1], d.rx[2:len(d.rx)-1])
	}
	d.rx = d.rx[:0]
}
