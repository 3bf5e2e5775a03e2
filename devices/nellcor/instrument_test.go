package nellcor_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

var start = devicetest.Start

const lineTime = 2 * time.Second

// says is what a line says; its zero value has no numbers.
type says struct {
	rate, sat, amplitude int
	state                string
}

// line writes a line of an N-560. It is the plainest instrument possible; simulators/nellcor is the one that behaves like
// one.
func line(at time.Time, v says) []byte {
	text := func(n int) string {
		if n == 0 {
			return "---"
		}
		return strconv.Itoa(n)
	}
	return fmt.Appendf(nil, "%-18s   %3s     %3s     %3s    %-17s\r\n", at.Format("02-Jan-06 15:04:05"), text(v.sat), text(v.rate), text(v.amplitude), v.state)
}

// bed is a session with its clock.
type bed struct{ *devicetest.Bed }

func newBed(t testing.TB) bed { return bed{devicetest.NewBed(t, nellcor.Driver())} }

// hear gives one line every two seconds and returns all readings.
func (b bed) hear(all ...says) []string {
	var texts []string
	for _, v := range all {
		texts = append(texts, b.After(lineTime, line(b.Now, v))...)
	}
	return texts
}
