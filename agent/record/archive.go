package record

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
	"unicode/utf8"

	"bedside/agent/wire"
)

// archiveVersion is the version of the session file that this program writes, and the newest that it reads.
const archiveVersion = 1

// archiveLine bounds one line of a session file in bytes; our choice, far above what a broker carries.
const archiveLine = 16 << 20

// ErrArchive is returned for a file that is no session file, or not as it was exported.
var ErrArchive = errors.New("not a whole and unchanged session file")

// Archive is what a session file says of itself in its first line, and its end of its content. DESIGN.md has the format.
type Archive struct {
	Version  int       `json:"bedside_session"`
	Session  string    `json:"session"` // pseudonymous code
	Site     string    `json:"site"`
	Room     string    `json:"room"`
	Exported time.Time `json:"exported_at"`
	By       string    `json:"by"`          // the program that wrote it
	Head     string    `json:"record_head"` // of the whole record at that moment, hex, for comparison with a note

	Events int       `json:"-"` // of the session
	First  time.Time `json:"-"` // wall clock of its first event
	Last   time.Time `json:"-"` // and of its last one
}

// archived is one event in a session file: everything that its hash covers but for the session, which the first line has.
type archived struct {
	N        int64     `json:"n"`
	Prev     string    `json:"prev,omitempty"` // hash of row n-1, where that is not the line before
	Seq      uint64    `json:"seq"`
	Class    string    `json:"class"`
	ID       string    `json:"id"`
	Subject  string    `json:"subject"`
	At       time.Time `json:"at"`
	Boot     string    `json:"boot"`
	OffsetMS int64     `json:"offset_ms"`
	Payload  *string   `json:"payload,omitempty"`
	Base64   []byte    `json:"payload_base64,omitempty"` // instead, if it is no UTF-8
	Hash     string    `json:"hash"`
}

// archiveEnd is the last line.
type archiveEnd struct {
	End    bool   `json:"end"`
	Events int    `json:"events"`
	SHA256 string `json:"sha256"` // of every byte before this line
}

// The words for classes in a session file.
const (
	wordAlert   = "alert"
	wordReading = "reading"
	wordWave    = "wave"
)

func classWord(c wire.Class) string {
	switch c {
	case wire.ClassAlert:
		return wordAlert
	case wire.ClassReading:
		return wordReading
	case wire.ClassPassing: // nothing else of it is recorded
		return wordWave
	default:
		return fmt.Sprintf("class-%d", c)
	}
}

func parseClass(word string) (c wire.Class, err error) {
	switch word {
	case wordAlert:
		return wire.ClassAlert, nil
	case wordReading:
		return wire.ClassReading, nil
	}
	if word == wordWave {
		return wire.ClassPassing, nil
	}
	_, err = fmt.Sscanf(word, "class-%d", &c)
	return c, err
}

// archiver writes a session file.
type archiver struct {
	out  io.Writer // the file and the digest
	sum  hash.Hash
	last linked
	n    int
}

func newArchiver(w io.Writer) *archiver {
	sum := sha256.New()
	return &archiver{out: io.MultiWriter(w, sum), sum: sum}
}

func (a *archiver) line(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (a *archiver) event(l *linked) error {
	line := archived{
		N: l.n, Seq: l.Seq, Class: classWord(l.Class), ID: l.ID, Subject: l.Subject, At: l.At, Boot: l.Boot, OffsetMS: l.OffsetMS,
		Hash: hex.EncodeToString(l.Hash),
	}
	if a.n == 0 || l.n != a.last.n+1 {
		line.Prev = hex.EncodeToString(l.prev)
	}
	if utf8.Valid(l.Payload) {
		text := string(l.Payload)
		line.Payload = &text
	} else {
		line.Base64 = l.Payload
	}
	a.last, a.n = *l, a.n+1
	return a.line(line)
}

func (a *archiver) end() error {
	return a.line(archiveEnd{End: true, Events: a.n, SHA256: hex.EncodeToString(a.sum.Sum(nil))})
}

// ReadArchive reads a session file and calls f for every event, in the order in which they were decided, once it is proven
// against its hash. What f has seen counts only if there is no error: ErrArchive, with the line, if the file is not as it
// was exported; ErrNewer; what f returned; or a failure to read.
func ReadArchive(r io.Reader, f func(Event) error) (Archive, error) {
	return readArchive(r, func(l *linked) error { return f(l.Event) })
}

// unarchiver reads a session file.
type unarchiver struct {
	Archive

	line int
	last linked
	sum  hash.Hash // of the lines before this one
	over bool
}

func readArchive(r io.Reader, f func(*linked) error) (Archive, error) {
	u := unarchiver{sum: sha256.New()}
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, archiveLine)
	scan.Split(wholeLines)
	for scan.Scan() {
		u.line++
		l, err := u.take(scan.Bytes())
		if err == nil && l != nil {
			err = f(l)
		}
		if err != nil && scan.Err() != nil { // the line was cut off by it
			break
		}
		if err != nil {
			return u.Archive, err
		}
		u.sum.Write(scan.Bytes()) // a hash never fails
	}
	switch err := scan.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		u.line++
		return u.Archive, u.wrong("a line is longer than any that is exported")
	case err != nil:
		return u.Archive, fmt.Errorf("record: session file: %w", err)
	case u.line == 0:
		return u.Archive, u.wrong("it is empty")
	case !u.over:
		return u.Archive, u.wrong("it has no end, so a part is missing")
	}
	return u.Archive, nil
}

// wholeLines splits into lines with their end; what has none at the end of the file is cut off, and a token as well.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func (u *unarchiver) wrong(format string, args ...any) error {
	return fmt.Errorf("record: session file, line %d: %w: %s", u.line, ErrArchive, fmt.Sprintf(format, args...))
}

// take reads one line. It returns the event of it, if it has one.
func (u *unarchiver) take(line []byte) (*linked, error) {
	switch {
	case u.over:
		return nil, u.wrong("there is something after its end")
	case !bytes.HasSuffix(line, []byte("\n")):
		return nil, u.wrong("the line is cut off")
	case u.line == 1:
		return nil, u.begin(line)
	}
	var both struct {
		archived
		archiveEnd
	}
	if err := json.Unmarshal(line, &both); err != nil {
		return nil, u.wrong("the line is not JSON as it was exported: %v", err)
	}
	if both.End {
		return nil, u.finish(both.archiveEnd)
	}
	return u.event(&both.archived)
}

func (u *unarchiver) begin(line []byte) error {
	if err := json.Unmarshal(line, &u.Archive); err != nil || u.Version < 1 || u.Session == "" {
		return u.wrong("it does not begin like one")
	}
	if u.Version > archiveVersion {
		return fmt.Errorf("record: session file: %w: format %d, this program knows %d", ErrNewer, u.Version, archiveVersion)
	}
	return nil
}

func (u *unarchiver) finish(e archiveEnd) error {
	if e.Events != u.Events {
		return u.wrong("it has %d events, and %d were exported", u.Events, e.Events)
	}
	if got := hex.EncodeToString(u.sum.Sum(nil)); got != e.SHA256 {
		return u.wrong("its sum is %s, not %s", got, e.SHA256)
	}
	u.over = true
	return nil
}

func (u *unarchiver) event(a *archived) (*linked, error) {
	l := &linked{n: a.N, prev: u.last.Hash}
	l.Event = Event{
		Message: wire.Message{ID: a.ID, Seq: a.Seq, Subject: a.Subject, At: a.At.UTC(), Payload: a.Base64},
		Boot:    a.Boot, OffsetMS: a.OffsetMS, Session: u.Session,
	}
	if a.Payload != nil {
		l.Payload = []byte(*a.Payload)
	}
	var err error
	if l.Class, err = parseClass(a.Class); err != nil {
		return nil, u.wrong("there is no class %q", a.Class)
	}
	if l.Hash, err = hex.DecodeString(a.Hash); err != nil {
		return nil, u.wrong("the hash is not one")
	}
	first := u.Events == 0
	if first || a.N != u.last.n+1 {
		if l.prev, err = hex.DecodeString(a.Prev); err != nil {
			return nil, u.wrong("the hash of the event before is not one")
		}
	}
	if !first && a.N <= u.last.n {
		return nil, u.wrong("event %d comes after event %d", a.N, u.last.n)
	}
	if !bytes.Equal(l.link(l.prev, l.n), l.Hash) {
		return nil, u.wrong("%s does not fit its hash: it was changed", l)
	}
	if first {
		u.First = l.At
	}
	u.Last, u.last, u.Events = l.At, *l, u.Events+1
	return l, nil
}
