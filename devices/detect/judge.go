package detect

import (
	"bytes"
	"time"

	"bedside/devices"
)

// echoed is how many bytes are kept of both directions to tell an echo, our choice: several questions.
const echoed = 256

// judge is one candidate and what it made of the bytes.
type judge struct {
	Candidate
	session devices.Session // nil if it could not be opened or panicked
	asked   bool

	frames, framed int
	before, lost   int       // bytes given up before the first frame, and after it
	last           time.Time // of the latest frame
	readings       int
	spot           bool // a single measurement with a value came
	cuff           bool // it said what a cuff does
	episodic       bool // it speaks only when it has measured, as the session says now
	status         devices.Status
	valued         []devices.Vital // in the latest reading
	why            devices.Reason  // why the latest reading had no value
	wrote, got     []byte          // the first bytes of each direction, of the speaker
}

func newJudge(c Candidate) *judge {
	j := &judge{Candidate: c}
	session, err := c.Driver.NewSession(devices.Settings{Variant: c.Variant.Name})
	if err == nil { // a driver that cannot do without settings cannot be found
		j.session = session
	}
	return j
}

// step hands bytes to the session. One that panics is out: it must not end the search of the others.
func (j *judge) step(now time.Time, rx []byte) (out devices.Output) {
	if j.session == nil {
		return devices.Output{}
	}
	defer func() {
		if recover() != nil {
			j.session, j.frames, out = nil, 0, devices.Output{}
		}
	}()
	out = j.session.Step(now, rx)
	j.note(now, &out)
	if j.asked {
		j.got = append(j.got, rx[:min(len(rx), echoed-len(j.got))]...)
	}
	return out
}

func (j *judge) note(now time.Time, out *devices.Output) {
	for _, f := range out.Faults {
		if j.frames == 0 && out.Frames == 0 {
			j.before += f.Bytes
		} else {
			j.lost += f.Bytes
		}
	}
	if out.Frames > 0 {
		j.last = now
	}
	j.frames += out.Frames
	j.framed += out.FramedBytes
	j.cuff = j.cuff || len(out.Cuff) > 0
	j.episodic = out.Episodic
	for i := range out.Readings {
		j.hear(&out.Readings[i])
	}
}

func (j *judge) hear(r *devices.Reading) {
	j.readings++
	j.spot = j.spot || r.Spot && len(r.Measurements) > 0
	j.status, j.why, j.valued = r.Status, 0, j.valued[:0]
	for _, m := range r.Measurements {
		j.valued = append(j.valued, m.Vital)
	}
	for _, a := range r.Absences {
		if j.why == 0 || a.Reason < j.why {
			j.why = a.Reason
		}
	}
}

// told keeps the beginning of what was written.
func (j *judge) told(tx []byte) {
	j.wrote = append(j.wrote, tx[:min(len(tx), echoed-len(j.wrote))]...)
}

func (j *judge) echo() bool {
	return len(j.got) > 0 && len(j.got) <= len(j.wrote) && bytes.Equal(j.got, j.wrote[:len(j.got)])
}

// share is how much of the bytes was understood, in per cent.
func (j *judge) share() int {
	all := j.framed + j.lost + max(0, j.before-longestFrame)
	if all == 0 {
		return 0
	}
	return 100 * j.framed / all
}

func (j *judge) fits() bool {
	if j.session == nil || j.share() < enoughShare || j.echo() {
		return false
	}
	switch {
	case j.asked && j.frames >= enoughAnswers:
		return true
	case (j.Driver.Rate == 0 || j.episodic) && j.spot && j.before+j.lost == 0:
		return true
	}
	return j.frames >= enoughFrames && (j.readings > 0 || j.cuff)
}

func (j *judge) match(from time.Time) Match {
	return Match{
		Candidate: j.Candidate, Frames: j.frames, Bytes: j.framed, Share: j.share(), Lasted: j.last.Sub(from),
		Asked: j.asked, Status: j.status, Values: len(j.valued) > 0, Why: j.why, Silent: j.readings == 0,
	}
}
