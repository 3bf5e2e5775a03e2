//go:build !linux

package main

import (
	"context"
	"errors"
	"os"
)

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// hidden cannot keep a terminal from showing what is typed here.
func hidden(context.Context, *os.File) ([]byte, error) {
	return nil, errors.New("a PIN cannot be typed unseen on this system; give it through a pipe")
}
