package devicetest

import (
	"fmt"
	"strings"

	"bedside/devices"
	"bedside/devices/capture"
)

// Text writes the log as the lines of a want.txt: one for each thing that came out, after the time since Start.
func (l *Log) Text() string {
	var b strings.Builder
	for i := range l.Entries {
		l.Entries[i].text(&b)
	}
	fmt.Fprintf(&b, "end: received %d, framed %d in %d frames, dropped %d, waiting %d\n",
		l.Received, l.Framed, l.Frames, l.Dropped, l.Pending())
	return b.String()
}

func (e *Entry) text(b *strings.Builder) {
	for _, line := range e.Lines() {
		fmt.Fprintf(b, "+%v %s\n", e.At, line)
	}
}

// ReadingText writes a reading as in a want.txt, without its moment.
func ReadingText(r *devices.Reading) string { return capture.ReadingText(r) }
