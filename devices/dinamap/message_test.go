package dinamap_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
)

// The literals of cuffs.md section 5 are made by the rule of the same section.
func TestCheckOfThePublishedLiterals(t *testing.T) {
	assert.Equal(t, read, checked(" NA"))
	assert.Equal(t, start, checked(" NC0"))
	assert.Equal(t, stop, checked(" ND"))
	assert.Equal(t, " NA1000012120080093%]\r", string(checked(" NA1000012120080093")))
}

// listen gives a session lines and returns how many frames it counted and the bytes that it gave up.
func listen(t *testing.T, text string) (frames, framed, dropped int) {
	t.Helper()
	s := devicetest.Open(t, dinamap.Driver(), devices.Settings{})
	s.Step(devicetest.Start, nil)
	out := s.Step(devicetest.Start.Add(time.Millisecond), []byte(text))
	for _, f := range out.Faults {
		dropped += f.Bytes
	}
	return out.Frames, out.FramedBytes, dropped
}

func TestLines(t *testing.T) {
	good := string(checked(" NA1000012120080093"))
	for _, c := range []struct {
		name, in                string
		frames, framed, dropped int
	}{
		{"a reply", good, 1, 22, 0},
		{"with line feed", good + "\n", 1, 23, 0},
		{"line feeds alone", "\n\n", 0, 0, 2},
		{"noise before it", "\x00\xffx" + good, 1, 22, 3},
		{"half a reply before it", good[:9] + good, 1, 22, 9},
		{"wrong check", good[:19] + "%^\r", 0, 0, 22},
		{"a digit changed", " NA1000012121080093%]\r", 0, 0, 22},
		{"a digit lost", " NA100001212008003%]\r", 0, 0, 21},
		{"two of a kind", good + good, 2, 44, 0},
		{"reply of another length", string(checked(" NA10000121200800931")), 1, 23, 0},
		{"digits that are none", string(checked(" NA1000012120 80093")), 1, 22, 0},
		{"too short", " NA\r", 0, 0, 4},
		{"unended", good[:20], 0, 0, 0},
		{"control characters", string(checked(" NC\x01\x02")), 0, 0, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames, framed, dropped := listen(t, c.in)
			assert.Equal(t, c.frames, frames)
			assert.Equal(t, c.framed, framed)
			assert.Equal(t, c.dropped, dropped)
		})
	}
}

// Every change, loss or addition of one character is found: the check is a sum in which none can hide, and the length is
// fixed.
func TestEverySingleDamageIsFound(t *testing.T) {
	good := checked(" NA1000012120080093")
	for i := range good[:len(good)-1] {
		for b := range 256 {
			if byte(b) == good[i] {
				continue
			}
			hurt := append([]byte(nil), good...)
			hurt[i] = byte(b)
			requireNoReport(t, hurt)
			requireNoReport(t, append(append(append([]byte(nil), good[:i]...), byte(b)), good[i:]...))
		}
		requireNoReport(t, append(append([]byte(nil), good[:i]...), good[i+1:]...))
	}
}

// requireNoReport fails if a session opens with those bytes as its only answers, unless what is left of them is the good
// reply behind a byte of noise.
func requireNoReport(t *testing.T, rx []byte) {
	t.Helper()
	s := devicetest.Open(t, dinamap.Driver(), devices.Settings{})
	now := devicetest.Start
	s.Step(now, nil)
	for range 2 {
		now = now.Add(200 * time.Millisecond)
		out := s.Step(now, rx)
		if len(out.Cuff) > 0 && string(rx[1:]) != string(checked(" NA1000012120080093")) && len(rx) == 22 {
			t.Fatalf("believed %q", rx)
		}
		now = out.Wake
		s.Step(now, nil)
	}
}
