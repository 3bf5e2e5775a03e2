package capture_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/capture"
)

var line = devices.Line{Baud: 9600, DataBits: 8, StopBits: 1}

// read returns all events of a text and the error that ended it, nil for its end.
func read(t require.TestingT, text string) (capture.Header, []capture.Event, error) {
	r, err := capture.NewReader("x", strings.NewReader(text))
	if err != nil {
		return capture.Header{}, nil, err
	}
	var all []capture.Event
	for {
		e, err := r.Next()
		if err != nil {
			_, again := r.Next()
			require.Equal(t, err, again, "an error stays")
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return r.Header(), all, err
		}
		all = append(all, e)
	}
}

func TestReadsWhatIsDocumented(t *testing.T) {
	h, events, err := read(t, `# by hand
= capture 1
= driver nonin
= line 9600-8N1
= variant old
= from 2026-11-22T09:40:12.1203Z
= by v1.2.0
= continues
= wakes
= allow-start
= initial-pressure 160
= unchecked

01 81 64 01 E7
@+13.3ms
> 3A 79 05 00 48     # asked
! cuff-start
^ open 19200-8O1 old
^ close
.
`)
	require.NoError(t, err)
	assert.Equal(t, capture.Header{
		Version: 1, Driver: "nonin", Line: line, From: time.Date(2026, 11, 22, 9, 40, 12, 120_300_000, time.UTC), By: "v1.2.0",
		Continues: true, Wakes: true, Unchecked: true,
		Settings: devices.Settings{AllowStart: true, InitialPressure: 160, Variant: "old"},
	}, h)
	assert.Equal(t, []capture.Event{
		{Line: 14, Rx: []byte{1, 0x81, 0x64, 1, 0xE7}},
		{Line: 15, Wait: 13300 * time.Microsecond},
		{Line: 16, Tx: []byte{0x3A, 0x79, 5, 0, 0x48}},
		{Line: 17, Order: devices.CuffStart},
		{
			Line: 18, Port: capture.Opened, Variant: "old",
			Settings: devices.Line{Baud: 19200, DataBits: 8, Parity: devices.OddParity, StopBits: 1},
		},
		{Line: 19, Port: capture.Closed},
		{Line: 20, Woken: true},
	}, events)
}

// What cannot be read is named with its place, and everything before it is there.
func TestErrorsNameThePlace(t *testing.T) {
	for text, why := range map[string]string{
		"xyz\n":                     "bytes",
		"0\n":                       "bytes",
		"@+soon\n":                  "no duration",
		"@-1s\n":                    "between nothing and",
		"@+25h\n":                   "between nothing and",
		"! calibrate\n":             "unknown order",
		"= driver nonin\n":          "after the first event",
		". now\n":                   "stands behind a wake",
		"^ melt\n":                  "nothing that happens",
		"^ open 9600\n":             "like 9600-8N1",
		"01 81":                     capture.ErrTruncated.Error(),
		"@":                         capture.ErrTruncated.Error(),
		strings.Repeat("0", 70_000): "longer than 65536 bytes",
	} {
		_, events, err := read(t, "= capture 1\n01\n"+text)
		var e *capture.Error
		require.ErrorAs(t, err, &e, text)
		assert.Equal(t, 3, e.Line)
		assert.Equal(t, int64(15), e.Offset)
		assert.ErrorContains(t, err, "capture: x, line 3: ")
		assert.ErrorContains(t, err, why)
		assert.Len(t, events, 1, "what was before it")
	}
	for text, why := range map[string]string{
		"= capture 2\n": "this program reads version 1", "= loud\n": "unknown fact", "= initial-pressure high\n": "no whole number",
		"= from yesterday\n": "no moment", "= line fast\n": "no line settings",
	} {
		_, err := capture.NewReader("x", strings.NewReader(text))
		assert.ErrorContains(t, err, "capture: x, line 1: ")
		assert.ErrorContains(t, err, why)
	}
	_, events, err := read(t, "01\n02")
	require.NoError(t, err, "a case written by hand may lack the end of its last line")
	assert.Len(t, events, 2)
	broken := errors.New("disk")
	_, err = capture.NewReader("x", io.MultiReader(strings.NewReader("# \n"), failing{broken}))
	assert.ErrorIs(t, err, broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestLines(t *testing.T) {
	for _, s := range []string{"9600-8N1", "19200-8O1", "4800-7E2", "115200-8N1"} {
		l, err := capture.ParseLine(s)
		require.NoError(t, err)
		assert.Equal(t, s, capture.FormatLine(l))
	}
	for _, s := range []string{"", "9600", "9600-8N", "9600-8N3", "9600-9N1", "9600-8X1", "0-8N1", "-1-8N1", "x-8N1", "9600-8N11"} {
		_, err := capture.ParseLine(s)
		assert.Error(t, err, s)
	}
}

// What is written is read again, and moments stay within a unit however long the capture.
func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 11, 22, 9, 40, 12, rapid.IntRange(0, 999_999_999).Draw(t, "ns"), time.UTC)
		var e capture.Encoder
		h := capture.Header{Version: 1, Driver: "nonin", Line: line, From: e.From(from), By: "v1"}
		text := []byte(h.Text())
		now := from
		var want []capture.Event
		var at []time.Time
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.Int64Range(-int64(time.Millisecond), int64(30*time.Hour)>>rapid.IntRange(0, 40).Draw(t, "shift")).Draw(t, "wait")))
			b := rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "bytes")
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				text, want = e.Rx(text, now, b), append(want, capture.Event{Rx: b})
			case 1:
				text, want = e.Tx(text, now, b), append(want, capture.Event{Tx: b})
			case 2:
				text, want = e.Order(text, now, devices.CuffStop), append(want, capture.Event{Order: devices.CuffStop})
			case 3:
				text = e.Opened(text, now, line, "old")
				want = append(want, capture.Event{Port: capture.Opened, Settings: line, Variant: "old"})
			case 5:
				text, want = e.Woken(text, now), append(want, capture.Event{Woken: true})
			case 4:
				text, want = e.Closed(text, now, "pulled\nout"), append(want, capture.Event{Port: capture.Closed})
			}
			at = append(at, now)
		}
		got, events, err := read(t, string(text))
		require.NoError(t, err)
		require.Equal(t, h, got)
		clock, high := h.From, from
		for _, ev := range events {
			if ev.Wait > 0 {
				clock = clock.Add(ev.Wait)
				continue
			}
			if at[0].After(high) {
				high = at[0]
			}
			require.LessOrEqual(t, high.Sub(clock), capture.Unit)
			require.GreaterOrEqual(t, high.Sub(clock), time.Duration(0))
			ev.Line = 0
			require.Equal(t, want[0], ev)
			want, at = want[1:], at[1:]
		}
		require.Empty(t, want)
		require.True(t, e.At().Equal(clock), "where the next capture goes on")
	})
}

func FuzzRead(f *testing.F) {
	f.Add("= capture 1\n= driver nonin\n= line 9600-8N1\n= from 2026-11-22T09:40:12.1203Z\n01 81\n@+13.3ms\n> 3A\n! cuff-stop\n^ open 9600-8N1 x\n^ close\n")
	f.Add("# hand\n= unchecked\n@1s\n01")
	f.Fuzz(func(t *testing.T, text string) {
		_, events, err := read(t, text)
		var place *capture.Error
		if err != nil && (!errors.As(err, &place) || place.Line < 1 || place.Offset > int64(len(text))) {
			t.Fatalf("no place in the text: %v", err)
		}
		p := capture.NewPlayer(echo(), func(capture.Entry) {})
		if err := p.Begin(capture.Header{}); err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			e.Wait = min(e.Wait, time.Minute)
			if err := p.Play(e); err != nil {
				t.Fatal(err)
			}
		}
		p.End()
	})
}

// session reads each byte below 100 as a saturation, gives the others up, asks every second, and stops when told to.
type session struct{ next time.Time }

func echo() devices.Driver {
	return devices.Driver{
		Name: "echo", Vitals: []devices.Vital{devices.SpO2},
		NewSession: func(s devices.Settings) (devices.Session, error) {
			if s.Variant == "refused" {
				return nil, errors.New("no such variant")
			}
			return &session{}, nil
		},
	}
}

func (s *session) Step(now time.Time, rx []byte) devices.Output {
	out := devices.Output{}
	if !now.Before(s.next) {
		s.next = now.Add(time.Second)
		out.Tx = []byte{0x3F}
	}
	out.Wake = s.next
	for _, b := range rx {
		if b >= 100 {
			out.Faults = append(out.Faults, devices.Fault{Kind: devices.BadFrame, Bytes: 1})
			continue
		}
		out.Frames, out.FramedBytes = out.Frames+1, out.FramedBytes+1
		out.Readings = append(out.Readings, devices.Reading{At: now, Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: int(b)}}})
		out.Waves = append(out.Waves, devices.Wave{At: now, Vital: devices.Pleth, Rate: 1, FullScale: 100, Samples: []int32{int32(b)}})
	}
	return out
}

func (s *session) Command(now time.Time, c devices.Command) (devices.Output, error) {
	if c == devices.CuffStart {
		return devices.Output{}, devices.ErrStartNotAllowed
	}
	return devices.Output{Tx: []byte{0x58}, Wake: s.next}, nil
}

// play returns what a driver makes of several captures, one line each.
func play(t require.TestingT, texts ...string) (string, capture.Totals) {
	var b strings.Builder
	p := capture.NewPlayer(echo(), func(e capture.Entry) {
		for _, l := range append(e.Notes, e.Lines()...) {
			fmt.Fprintf(&b, "+%v %s\n", e.Since, l)
		}
	})
	for _, text := range texts {
		h, events, err := read(t, text)
		require.NoError(t, err)
		require.NoError(t, p.Begin(h))
		for _, e := range events {
			require.NoError(t, p.Play(e))
		}
	}
	p.End()
	return b.String(), p.Totals()
}

func TestPlay(t *testing.T) {
	got, totals := play(t, "= capture 1\n= from 2026-11-22T09:40:12Z\n^ open 9600-8N1\n> 3F\n@+1500ms\n> 3F\n61 FF FF\n62\n! cuff-stop\n> 58\n! cuff-start\n@1s\n> 00\n"+
		"^ close\n@+1h\n01\n^ open 9600-8N1 new\n63\n")
	assert.Equal(t, `+0s tx 3F
+1s tx 3F
+1.5s fault bad_frame bytes=2 code=0
+1.5s reading spo2=97
+1.5s reading spo2=98
+1.5s wave pleth 1/s of 100: 97 98
+1.5s order cuff-stop
+1.5s tx 58
+1.5s order cuff-start
+1.5s refused: cuff may only be started by staff: configure start: agent to allow it
+2s tx 3F
+2.5s line 13: then, other bytes were written to the device than the driver writes now
+2.5s port closed
+1h0m2.5s bytes from a closed port
+1h0m2.5s port opened 9600-8N1 new
+1h0m2.5s tx 3F
+1h0m2.5s reading spo2=99
+1h0m2.5s wave pleth 1/s of 100: 99
`, got)
	assert.Equal(t, capture.Totals{Received: 6, Sent: 4, Frames: 3, Framed: 3, Dropped: 3, Readings: 3, Faults: 1, Samples: 3}, totals)
	assert.Zero(t, totals.Waiting())

	p := capture.NewPlayer(echo(), func(capture.Entry) {})
	require.NoError(t, p.Begin(capture.Header{}))
	assert.ErrorContains(t, p.Play(capture.Event{Port: capture.Opened, Variant: "refused"}), "capture: new session: no such variant")
}

// Segments that follow each other exactly are one conversation; after a gap a new one begins.
func TestPlayGoesOnWhereItCan(t *testing.T) {
	const first = "= capture 1\n= from 2026-11-22T09:40:12Z\n> 3F\n@+400ms\n61\n"
	const next = "= capture 1\n= from 2026-11-22T09:40:12.4Z\n= continues\n@+700ms\n> 3F\n62\n"
	whole, _ := play(t, "= capture 1\n= from 2026-11-22T09:40:12Z\n> 3F\n@+400ms\n61\n@+700ms\n> 3F\n62\n")
	parts, _ := play(t, first, next)
	assert.Equal(t, whole, parts)
	gap, _ := play(t, first, strings.Replace(next, "12.4Z", "12.5Z", 1))
	assert.Contains(t, gap, "+500ms begins in the middle of a conversation; the driver starts afresh\n")
}

// A machine is always a little late; in a capture that has its wakes the session is called when it was called then, so
// that lateness does not add up to another conversation.
func TestPlayCallsWhenItWasCalled(t *testing.T) {
	const head, late = "= capture 1\n", "> 3F\n@+1030ms\n.\n> 3F\n@+1040ms\n.\n> 3F\n@+990ms\n61\n@+20ms\n.\n> 3F\n@+4s\n"
	exact, _ := play(t, head+late)
	assert.Contains(t, exact, "+3s tx 3F\n+3.06s reading spo2=97\n")
	as, _ := play(t, head+"= wakes\n"+late)
	assert.Equal(t, "+0s tx 3F\n+1.03s tx 3F\n+2.07s tx 3F\n+3.06s reading spo2=97\n+3.06s wave pleth 1/s of 100: 97\n"+
		"+3.08s tx 3F\n+4.08s tx 3F\n+5.08s tx 3F\n", as, "what no event covers is served at its moment")
}

// The same bytes at the same moments give the same, however they are divided among lines.
func TestPlayDoesNotDependOnChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, parts strings.Builder
		for range rapid.IntRange(1, 10).Draw(t, "moments") {
			wait := fmt.Sprintf("@+%dms\n", rapid.IntRange(1, 1500).Draw(t, "wait"))
			b := rapid.SliceOfN(rapid.Byte(), 1, 12).Draw(t, "bytes")
			fmt.Fprintf(&whole, "%s% X\n", wait, b)
			parts.WriteString(wait)
			for len(b) > 0 {
				n := rapid.IntRange(1, len(b)).Draw(t, "chunk")
				fmt.Fprintf(&parts, "% X\n", b[:n])
				b = b[n:]
			}
		}
		want, counted := play(t, whole.String())
		got, again := play(t, parts.String())
		require.Equal(t, want, got)
		require.Equal(t, counted, again)
	})
}

func BenchmarkEncode(b *testing.B) {
	var e capture.Encoder
	now := e.From(time.Now())
	dst, frame := make([]byte, 0, 1024), []byte{1, 0x81, 0x64, 1, 0xE7}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(13333 * time.Microsecond)
		dst = e.Rx(dst[:0], now, frame)
	}
}
