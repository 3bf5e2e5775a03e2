package serialport

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"unsafe"
)

// reader reads without telling the scheduler. An ordinary read enters a system call that might block, so the runtime
// wakes its monitor thread to watch over it, which then naps in steps of 20 µs; at 75 frames a second that is a good
// part of all the processor time the agent uses. The descriptor does not block, so nothing needs watching.
//
// One goroutine may use it.
type reader struct {
	raw  syscall.RawConn
	once func(fd uintptr) bool // made once, so that a read allocates nothing
	b    []byte
	n    int
	errs syscall.Errno
}

func newReader(file *os.File) (*reader, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	r := &reader{raw: raw}
	r.once = r.now
	return r, nil
}

// now reads what there is. It reports false if there is nothing: the caller then waits in the runtime's poller.
func (r *reader) now(fd uintptr) bool {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&r.b[0])), uintptr(len(r.b)))
		switch errno {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		case 0:
			r.n, r.errs = int(n), 0
		default:
			r.n, r.errs = 0, errno
		}
		return true
	}
}

// read waits until there is at least one byte, the deadline of the file has passed, or the line has hung up (io.EOF).
func (r *reader) read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	r.b = b
	err := r.raw.Read(r.once)
	r.b = nil
	switch {
	case err != nil:
		return 0, err
	case r.errs != 0:
		return 0, fmt.Errorf("read: %w", r.errs)
	case r.n == 0:
		return 0, io.EOF
	}
	return r.n, nil
}
