package masimo_test

import (
	"fmt"
	"testing"
	"time"

	"bedside/devices/devicetest"
	"bedside/devices/masimo"
)

var start = devicetest.Start

// says is what a line says; its zero value has no numbers.
type says struct {
	rate, sat, perfusion int // perfusion in hundredths of a per cent
	exc                  int // beside 000800
	alarm                int
}

// line writes the line of a Rad-8. It is the plainest instrument possible; simulators/masimo is the one that behaves like
// one.
func line(at time.Time, v says) []byte {
	rate, sat, perfusion := "---", "---", "--.--"
	if v.rate != 0 {
		rate, sat = fmt.Sprintf("%03d", v.rate), fmt.Sprintf("%03d", v.sat)
		perfusion = fmt.Sprintf("%02d.%02d", v.perfusion/100, v.perfusion%100)
	}
	return fmt.Appendf(nil, "%s SN=0000070986 SPO2=%s%% BPM=%s PI=%s%% SPCO=--.-%% SPMET=--.-%% DESAT=-- PIDELTA=+-- ALARM=%04X EXC=%06X\r\n",
		at.Format("01/02/06 15:04:05"), sat, rate, perfusion, v.alarm, v.exc|0x800)
}

// bed is a session with its clock.
type bed struct{ *devicetest.Bed }

func newBed(t testing.TB) bed { return bed{devicetest.NewBed(t, masimo.Driver())} }

// hear gives one line a second and returns all readings.
func (b bed) hear(all ...says) []string {
	var texts []string
	for _, v := range all {
		texts = append(texts, b.After(time.Second, line(b.Now, v))...)
	}
	return texts
}
