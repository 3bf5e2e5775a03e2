package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// The header of an SQLite file: its length, and where it has the number of the program that the file belongs to.
const (
	headerLength = 100
	headerOwner  = 68
)

// moveAside gives a damaged record another name, with what SQLite keeps beside it, and returns that name. It returns ""
// for a file that is not certainly ours: only one that bears our mark, or that a disk has emptied to zeros, is touched.
// No connection to the file may be open.
func moveAside(path string, now time.Time) (aside string, err error) {
	ours, err := bearsMark(path)
	if err != nil || !ours {
		return "", err
	}
	aside = path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	if _, err := os.Lstat(aside); err == nil {
		return "", nil // twice in a second: something else is wrong
	}
	for _, part := range []string{"-wal", "-shm", ""} { // the file itself last: until then the next start finds it
		if err := os.Rename(path+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("record: move %s aside: %w", path, err)
		}
	}
	return aside, nil
}

func bearsMark(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("record: %w", err)
	}
	header := make([]byte, headerLength)
	_, err = io.ReadFull(f, header)
	if closing := f.Close(); closing != nil {
		return false, fmt.Errorf("record: %w", closing)
	}
	if err != nil { // shorter than a header
		return false, nil //nolint:nilerr // then it is not ours, which is the answer
	}
	return binary.BigEndian.Uint32(header[headerOwner:]) == applicationID || bytes.Equal(header, make([]byte, headerLength)), nil
}
