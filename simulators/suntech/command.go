package suntech

// Requests are commands 79 with two bytes, cuffs.md section 1.
const (
	reqAbort       = 0x0100
	reqVersion     = 0x0240
	reqReturnCode  = 0x0203
	reqResult      = 0x0300
	reqPressure    = 0x0500
	reqTestAdv     = 0x1003
	reqTestAPlus   = 0x1100
	lowestTarget   = 80  // mmHg; a lower initial inflation is refused (our choice)
	highestTarget  = 280 // mmHg; likewise
	versionLength  = 64  // bytes of text in the version answer of length 43h
	secondTextFrom = 8   // offset of its second string
)

// obey carries out one intact command.
func (d *Device) obey(cmd byte, data []byte) {
	switch cmd {
	case cmdPneumatics, cmdCalibrate, cmdSleep, cmdStasis:
		// No agent has any business with these. A real module would obey; this one counts and refuses.
		d.counts.Forbidden++
		d.answer(ackError)
	case cmdReset:
		d.cycle.phase = idle // an idle module lets all air out
		d.result = result{}
		d.target = initialInflation
		d.answer(ackDone)
	case cmdRequest:
		d.request(int(data[0])<<8 | int(data[1]))
	case cmdModuleData:
		d.unlessBusy(func() { d.answer(ackDone) })
	case cmdInflation:
		d.unlessBusy(func() { d.setTarget(int(data[0]) | int(data[1])<<8) })
		d.swallowAbort()
	case cmdAdult:
		d.unlessBusy(func() { d.begin(adult) })
	case cmdPaediatric:
		d.unlessBusy(func() { d.begin(paediatric) })
	case cmdNeonate:
		d.unlessBusy(func() { d.begin(neonate) })
	default:
		d.answer(ackUndefined)
	}
}

func (d *Device) unlessBusy(do func()) {
	if d.cycle.phase != idle {
		d.answer(ackBusy)
		return
	}
	do()
}

func (d *Device) request(what int) {
	switch what {
	case reqAbort:
		d.abort()
	case reqPressure:
		mmHg := int(d.cycle.pressure + 0.5)
		d.answer(byte(mmHg), byte(mmHg>>8))
	case reqResult:
		d.unlessBusy(func() { d.answer(d.result.bytes()...) })
	case reqVersion:
		d.unlessBusy(func() { d.answer(d.version()...) })
	case reqReturnCode:
		d.unlessBusy(func() { d.answer(0, 0, 0) })
	case reqTestAdv, reqTestAPlus:
		if (what == reqTestAPlus) != (d.options.Model == APlus) {
			d.answer(ackUndefined) // each model knows only its own form
			return
		}
		d.unlessBusy(func() { d.answer(d.options.SelfTest, 0) })
	default:
		d.answer(ackUndefined)
	}
}

// version returns the text of the version answer: model, and a second string at offset 8.
func (d *Device) version() []byte {
	text := make([]byte, versionLength)
	name := "LX03.12"
	if d.options.Model == APlus {
		name = "SB01.07"
	}
	copy(text, name)
	copy(text[secondTextFrom:], "SIMULATED")
	return text
}

func (d *Device) setTarget(mmHg int) {
	if mmHg < lowestTarget || mmHg > highestTarget {
		d.answer(ackError)
		return
	}
	d.target, d.set = mmHg, d.now
	d.answer(ackDone)
}

// abort says A, releases the air at once, and says K when it is gone.
func (d *Device) abort() {
	if d.set.IsZero() || d.now.Sub(d.set) >= quirkWindow {
		d.answer(ackAbort)
	}
	if d.cycle.phase == idle {
		d.answerIn(abortTakes, ackDone)
		return
	}
	d.finish(result{code: codeAborted})
}

// swallowAbort takes back an abort answer that is still on its way: a known quirk of the modules.
func (d *Device) swallowAbort() {
	d.answers.Swallow(func(frame []byte) bool { return len(frame) == 4 && frame[2] == ackAbort })
}
