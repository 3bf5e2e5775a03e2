package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"bedside/agent/machine"
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
	there := machine.Nearest(folder)
	if err := machine.Writable(there); err != nil {
		problem := fmt.Sprintf("%s cannot be written to %s: %v", what, folder, cause(err))
		if there != filepath.Clean(folder) {
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
	case free < machine.LittleSpace:
		e.report.add(areaDisk, Problem, fmt.Sprintf("%s in %s: %s free", what, folder, size(free)),
			"it counts as nearly full; a full disk ends the record, and alerts then come from memory alone", "make room, or choose a larger disk in the configuration")
	case free < machine.EnoughSpace:
		e.report.add(areaDisk, Note, fmt.Sprintf("%s in %s: %s free", what, folder, size(free)),
			fmt.Sprintf("below %d MB it counts as nearly full", machine.LittleSpace/1_000_000), "make room when there is time")
	default:
		e.report.good(areaDisk, "%s in %s: %s free", what, folder, size(free))
	}
}

// cause returns an error without the name of the file that was only an attempt.
func cause(err error) error {
	if attempt, ok := errors.AsType[*fs.PathError](err); ok {
		return attempt.Err
	}
	return err
}

func size(n uint64) string {
	if n < 1_000_000_000 {
		return fmt.Sprintf("%d MB", n/1_000_000)
	}
	return fmt.Sprintf("%d GB", n/1_000_000_000)
}
