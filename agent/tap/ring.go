package tap

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// segments is how many files a full ring has, so that an eighth of it at most goes at once; our choice.
const segments = 8

// LeastKeep is the smallest ring: a segment must hold what waits in memory. Our choice.
const LeastKeep = 4_000_000

// segmentName is that of a file of a ring: a number that orders them whatever the clock said, and the time of its
// beginning, for people.
var segmentName = regexp.MustCompile(`^(\d{9})-\d{8}T\d{6}Z\.hex$`)

// segment is one file of a ring.
type segment struct {
	path   string
	number int
	size   int64
}

// ring is the files of one device. One goroutine may use it.
type ring struct {
	dir  string
	keep int64 // bytes of all files together, never exceeded

	known bool      // list is what is on the disk
	list  []segment // oldest first; the last is the one being written if file is not nil
	file  *os.File
}

// write puts a chunk at the end. After a failure nothing of the chunk is there, and the next one begins a new file.
func (r *ring) write(c chunk) error {
	if !r.known {
		if err := r.look(); err != nil {
			return err
		}
	}
	if r.file != nil && (c.gap || r.last().size+int64(len(c.text)) > r.keep/segments) {
		if err := r.end(); err != nil {
			return err
		}
	}
	text := c.text
	if r.file == nil {
		text = append([]byte(c.header.Text()), text...)
		if err := r.begin(c.header.From); err != nil {
			return r.yield(err)
		}
	}
	n, err := r.file.Write(text)
	if err == nil {
		r.last().size += int64(n)
		return nil
	}
	return r.yield(errors.Join(err, r.undo()))
}

// undo cuts off what a failed write left, because a part of a line would make the file look damaged. What cannot be cut
// off is said by its reader.
func (r *ring) undo() error {
	last := *r.last()
	err := errors.Join(r.file.Truncate(last.size), r.end())
	if last.size > 0 {
		return err
	}
	r.list = r.list[:len(r.list)-1]
	return errors.Join(err, os.Remove(last.path))
}

// yield gives the oldest file up if err is that of a full disk, on which the record needs the space more.
func (r *ring) yield(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return errors.Join(err, r.giveUp(1))
	}
	return err
}

func (r *ring) last() *segment { return &r.list[len(r.list)-1] }

// look lists the files that earlier processes left.
func (r *ring) look() error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil { // data about a person are nobody else's
		return err
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	r.list = nil
	for _, e := range entries {
		found := segmentName.FindStringSubmatch(e.Name())
		if found == nil {
			continue // not ours
		}
		number, err := strconv.Atoi(found[1])
		if err != nil {
			continue // nine digits are always a number
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		r.list = append(r.list, segment{path: filepath.Join(r.dir, e.Name()), number: number, size: info.Size()})
	}
	slices.SortFunc(r.list, func(a, b segment) int { return a.number - b.number })
	r.known = true
	return nil
}

// begin makes room and creates the next file.
func (r *ring) begin(from time.Time) error {
	total := int64(0)
	for _, s := range r.list {
		total += s.size
	}
	for len(r.list) > 0 && total+r.keep/segments > r.keep {
		total -= r.list[0].size
		if err := r.giveUp(1); err != nil {
			return err
		}
	}
	number := 1
	if len(r.list) > 0 {
		number = r.last().number + 1
	}
	path := filepath.Join(r.dir, fmt.Sprintf("%09d-%s.hex", number, from.UTC().Format("20060102T150405Z")))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		r.known = false // somebody changed the folder: look again
		return err
	}
	r.file = file
	r.list = append(r.list, segment{path: path, number: number})
	return nil
}

// giveUp removes the oldest n files.
func (r *ring) giveUp(n int) error {
	for range min(n, len(r.list)) {
		if err := os.Remove(r.list[0].path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		r.list = r.list[1:]
	}
	return nil
}

// end closes the file being written.
func (r *ring) end() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
