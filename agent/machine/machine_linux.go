package machine

import (
	"fmt"
	"syscall"
	"time"
)

// unsynced is STA_UNSYNC of adjtimex(2): the kernel's clock follows nothing.
const unsynced = 0x40

// ReadClock asks the kernel, which every time service tells.
func ReadClock() Clock {
	var t syscall.Timex // no modes: it is only read
	_, err := syscall.Adjtimex(&t)
	return Clock{Now: time.Now(), Known: err == nil, Synced: t.Status&unsynced == 0}
}

// Free returns how many bytes a user may still write on the file system of a folder.
func Free(folder string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, fmt.Errorf("machine: %s: %w", folder, err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}
