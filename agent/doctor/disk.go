package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Free space, our choice. A room with one oximeter and a cuff records about 100 MB a month, and the broker's streams hold as
// much again.
const (
	littleSpace = 1 << 30   // below it, time to look
	noSpace     = 100 << 20 // below it, a few weeks at most
)

// lookAtDisk checks the places where the agent writes.
func (e *examination) lookAtDisk() {
	e.lookAtFolder("record", filepath.Dir(e.conf.Record.Path))
	if e.conf.NATS.Embedded() {
		e.lookAtFolder("streams of NATS", e.conf.NATS.Store)
	}
}

// lookAtFolder checks that a folder, or the nearest one above it that exists, can be written and has room.
func (e *examination) lookAtFolder(what, folder string) {
	there := folder
	for there != filepath.Dir(there) {
		if _, err := os.Stat(there); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		there = filepath.Dir(there)
	}
	if err := writable(there); err != nil {
		problem := fmt.Sprintf("%s cannot be written to %s: %v", what, folder, cause(err))
		if there != folder {
			problem = fmt.Sprintf("%s cannot be kept in %s: the folder is missing and cannot be made: %v", what, folder, cause(err))
		}
		e.report.add(areaDisk, Problem, problem,
			"the agent does not start where it cannot keep what was measured",
			fmt.Sprintf("sudo install -d -o USER %s, with the user who runs the agent; or choose another place in the configuration", folder))
		return
	}
	free, err := e.o.Disk(there)
	switch {
	case err != nil:
		e.report.add(areaDisk, Note, fmt.Sprintf("%s in %s: the free space is not known: %v", what, folder, err),
			"a full disk ends the record", "look with df "+there)
	case free < noSpace:
		e.report.add(areaDisk, Problem, fmt.Sprintf("%s in %s: %s free", what, folder, size(free)),
			"a full disk ends the record; alerts then come from memory alone", "make room, or choose a larger disk in the configuration")
	case free < littleSpace:
		e.report.add(areaDisk, Note, fmt.Sprintf("%s in %s: %s free", what, folder, size(free)),
			"it lasts for months, not for years", "make room when there is time")
	default:
		e.report.good(areaDisk, "%s in %s: %s free", what, folder, size(free))
	}
}

// writable makes a file in the folder and takes it away again.
func writable(folder string) error {
	f, err := os.CreateTemp(folder, ".bedside-doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// cause returns an error without the name of the file that was only an attempt.
func cause(err error) error {
	if attempt, ok := errors.AsType[*fs.PathError](err); ok {
		return attempt.Err
	}
	return err
}

func size(n uint64) string {
	if n < 1<<30 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d GB", n>>30)
}
