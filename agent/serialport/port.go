package serialport

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// Times of a port, our choice.
const (
	writeLimit = 800 * time.Millisecond // for one Write; at 4800 baud that is 384 bytes, the longest order has 20
	drainLimit = 300 * time.Millisecond // that Close gives written bytes to leave; at 4800 baud 144 bytes
	drainPause = 2 * time.Millisecond   // two characters at 9600 baud
)

// Port is an open serial port. One goroutine may read and another write; SetReadDeadline and Close may be called at any
// time from any goroutine.
type Port struct {
	path    string
	file    *os.File    // bytes go through here, waited for by the Go runtime's poller
	reader  *reader     // of file
	lib     serial.Port // line settings and the exclusive claim
	latency Latency
	closing atomic.Bool
}

// Read waits until at least one byte is there and returns what there is. It fails with [os.ErrDeadlineExceeded],
// [os.ErrClosed] after the own Close, or [ErrUnplugged].
func (p *Port) Read(b []byte) (int, error) {
	n, err := p.reader.read(b)
	return n, p.ioError(err)
}

// SetReadDeadline sets the moment at which Read gives up, also for a Read that waits already. The zero time means never.
func (p *Port) SetReadDeadline(t time.Time) error {
	if p.closing.Load() {
		return os.ErrClosed
	}
	if err := p.file.SetReadDeadline(t); err != nil {
		return p.ioError(err)
	}
	return nil
}

// Write hands b to the system. It waits at most 0.8 s, then fails with [os.ErrDeadlineExceeded]: a line that takes
// no bytes for so long is out of order.
func (p *Port) Write(b []byte) (int, error) {
	if err := p.file.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return 0, p.ioError(err)
	}
	n, err := p.file.Write(b)
	return n, p.ioError(err)
}

// Close releases a waiting Read with [os.ErrClosed], lets written bytes leave for at most 0.3 s, discards the
// rest, and gives the port free. It does not hang on a device that is gone. Further calls do nothing.
func (p *Port) Close() error {
	if !p.closing.CompareAndSwap(false, true) {
		return nil
	}
	waking := p.file.SetReadDeadline(time.Unix(1, 0)) // long past: release Read before waiting for the last bytes
	draining := p.drain()
	if err := errors.Join(waking, draining, p.lib.Close(), p.file.Close()); err != nil {
		return fmt.Errorf("serialport: %s: close: %w", p.path, err)
	}
	return nil
}

// drain waits for the output to leave. Without it the kernel would wait in close, for up to 30 seconds.
func (p *Port) drain() error {
	for end := time.Now().Add(drainLimit); ; time.Sleep(drainPause) {
		var left int
		var failed error
		err := control(p.file, func(fd int) { left, failed = unix.IoctlGetInt(fd, unix.TIOCOUTQ) })
		if err != nil {
			return err
		}
		if failed != nil || left == 0 {
			return nil // gone with the device, or all sent
		}
		if time.Now().After(end) {
			return p.lib.ResetOutputBuffer()
		}
	}
}

// Path returns the name under which the port was opened.
func (p *Port) Path() string { return p.path }

// Latency returns how long the adapter may hold bytes back, as found and set when the port was opened.
func (p *Port) Latency() Latency { return p.latency }
