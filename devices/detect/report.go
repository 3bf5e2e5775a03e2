package detect

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"bedside/devices"
)

// Report is what a search of one port found. It is a plain value.
type Report struct {
	Heard []Heard    // one for each line setting at which was listened
	Asked []Question // what was written, in order
	Fits  []Match    // of the last line setting; the search ends at the first that has any
	Echo  bool       // the line gave back what was written
}

// Heard is what came at one line setting without being asked for.
type Heard struct {
	Line  devices.Line
	Bytes int
}

// stray is how many bytes at one line setting are still the plug being moved, and not a device that speaks; our choice.
const stray = 16

// Spoke reports whether anything speaks without being asked, understood or not.
func (r *Report) Spoke() bool {
	return slices.ContainsFunc(r.Heard, func(h Heard) bool { return h.Bytes >= stray })
}

// Question is what was written for one driver.
type Question struct {
	Candidate
	Bytes []byte // the first of them, 256 at most
}

// String returns the bytes in hexadecimal, for a log.
func (q *Question) String() string { return hex.EncodeToString(q.Bytes) }

// Found returns the one match; false if there is none, or more than one.
func (r *Report) Found() (Match, bool) {
	if len(r.Fits) != 1 {
		return Match{}, false
	}
	return r.Fits[0], true
}

// Words returns in a sentence what was found and why, or why nothing was.
func (r *Report) Words() string {
	switch {
	case len(r.Fits) == 1:
		return r.Fits[0].Words()
	case len(r.Fits) > 1:
		return r.refusal()
	case r.Echo:
		return "the line gives back what is written to it: a test plug, or an adapter without a device"
	}
	var noise, quiet []string
	for _, h := range r.Heard {
		if h.Bytes >= stray {
			noise = append(noise, fmt.Sprintf("%d bytes at %s", h.Bytes, LineWords(h.Line)))
		} else {
			quiet = append(quiet, LineWords(h.Line))
		}
	}
	text := "nothing speaks at " + list(quiet)
	if len(noise) > 0 {
		text = "something speaks that no driver understands: " + list(noise)
	}
	if len(r.Asked) > 0 {
		var words []string
		for i := range r.Asked {
			words = append(words, r.Asked[i].Word())
		}
		text += "; nobody answers the questions of " + list(words)
	}
	return text
}

// refusal names all that fit: whoever knows the device can choose.
func (r *Report) refusal() string {
	var all []string
	for i := range r.Fits {
		all = append(all, r.Fits[i].Word()+" ("+r.Fits[i].Evidence()+")")
	}
	return "more than one driver fits and none is chosen: " + strings.Join(all, "; ")
}

func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
