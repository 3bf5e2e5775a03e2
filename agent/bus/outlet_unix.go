//go:build unix

package bus

import "syscall"

// writeNow writes what fits at once and returns how much that was. An error shows again when the rest is written.
func writeNow(raw syscall.RawConn, p []byte) int {
	n := 0
	err := raw.Write(func(fd uintptr) bool {
		n, _ = syscall.Write(int(fd), p) // the socket does not block: it takes what it can, or says EAGAIN
		return true
	})
	if err != nil || n < 0 {
		return 0
	}
	return n
}
