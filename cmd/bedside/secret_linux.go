package main

import (
	"bytes"
	"context"
	"os"

	"golang.org/x/sys/unix"
)

// mostTyped bounds what is read of a secret, in bytes; our choice.
const mostTyped = 256

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// hidden reads a line from a terminal that does not show it. The terminal is as it was afterwards, also if ctx ends: Ctrl+C
// must not leave a shell without its echo.
func hidden(ctx context.Context, f *os.File) ([]byte, error) {
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, err
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	silent.Lflag |= unix.ICANON | unix.ISIG
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		return nil, err
	}
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() { // left behind when ctx ends: a read from a terminal cannot be taken back, and the program ends then
		buffer := make([]byte, mostTyped)
		n, err := f.Read(buffer)
		read <- line{bytes.TrimRight(buffer[:n], "\r\n"), err}
	}()
	var got line
	select {
	case got = <-read:
	case <-ctx.Done():
		got.err = ctx.Err()
	}
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, before); err != nil {
		return nil, err
	}
	return got.text, got.err
}
