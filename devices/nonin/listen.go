package nonin

import (
	"time"

	"bedside/devices"
)

// Silence limits of oximeters.md section 0: longer, and what was half received is void and the proof begins anew.
const (
	streamSilence = time.Second
	slowSilence   = 3 * time.Second // formats 1 and 8, and text
)

// How long bytes may arrive without a reading before a session says that it has none, so that the last one does not look
// current (our choice): six packets, or three frames of a slow format and the jitter of a USB line.
const (
	streamDoubt = 2 * time.Second
	slowDoubt   = 3500 * time.Millisecond
)

// noiseLimit is how many bytes a session drops, without two good frames in a row between them, before it forgets which
// format it heard and looks for all of them again (our choice): five frames.
const noiseLimit = 25

// pause is how long the line is quiet between two frames of formats 1 and 8, which take 3 or 4 ms of each second. A
// quarter of a second is our choice; it is never reached inside formats 2 and 7, which send a frame every 13 ms, nor
// inside a packet of format 13 or a line.
const pause = 250 * time.Millisecond

// listen does what the passing of time asks for, before the first new byte is looked at: so the result does not depend
// on how the bytes of one moment are split.
func (s *session) listen() {
	if s.now.Equal(s.heard) {
		return // more bytes of the same moment: what time asks for has been done
	}
	idle := s.now.Sub(s.heard)
	if s.heard.IsZero() {
		idle = 0
	}
	s.heard = s.now
	if idle >= pause {
		s.paused()
	}
	silence, doubt := slowSilence, slowDoubt
	if s.format == format2 || s.format == format7 {
		silence = streamSilence
	}
	if s.last == formatUnknown || s.last == format2 || s.last == format7 {
		doubt = streamDoubt
	}
	if idle > silence {
		s.restart()
		return
	}
	if !s.told.IsZero() && s.now.Sub(s.told) >= doubt {
		s.absent(devices.Artifact, 0)
	}
}

// paused notes that the line was quiet before the byte that comes now.
func (s *session) paused() {
	s.pauses[0], s.pauses[1] = s.off+int64(s.n), s.pauses[0]
	s.pausedAt[0], s.pausedAt[1] = s.now, s.pausedAt[0]
	if s.mute++; s.mute > 1 && (s.format == format2 || s.format == format7 || s.format == formatText) {
		s.forget() // whatever speaks now, it is no stream, and no line came between two pauses
	}
	if text := s.format == formatText; text || s.format == formatUnknown && s.n > 0 && s.buf[0] != start2 && s.buf[0] < 0x80 {
		s.void() // a line or a packet of format 13 that broke off; what it said is old by now
	}
}

// after reports whether the line was quiet before that position.
func (s *session) after(at int64) bool { return at == s.pauses[0] || at == s.pauses[1] }

// void drops what was half received.
func (s *session) void() {
	for i := range s.n {
		s.drop(s.off+int64(i), devices.BadFrame)
	}
	s.off += int64(s.n)
	s.n = 0
}

// restart begins the proof anew, after a silence.
func (s *session) restart() {
	s.void()
	s.pauses[0] = s.off
	s.forget()
	s.stream.last.at, s.stream.timerAt = none, none
	s.judge.Reset()
	if !s.told.IsZero() {
		s.told = s.now // the new proof has its own time
	}
}

// forget makes the session look for all formats again.
func (s *session) forget() {
	s.flushWave()
	s.format, s.noise, s.mute = formatUnknown, 0, 0
	s.stream.lose()
	s.numbers.run, s.numbers.shorts = 0, 0
}

// found settles which format is heard. What the last one said proves nothing about it.
func (s *session) found(f format) {
	s.format = f
	s.out.Episodic = f == format13
	if f == s.last {
		return
	}
	s.last = f
	s.judge.Reset()
}
