//go:build !linux

package pty

import (
	"errors"
	"os"
	"time"
)

var errUnsupported = errors.New("pty: simulated serial ports need Linux")

func pollable(*os.File) (*os.File, error) { return nil, errUnsupported }

func makeRaw(*os.File) error { return errUnsupported }

func release(*os.File) error { return errUnsupported }

type traffic struct{}

func (*traffic) write(_, _ *os.File, _ []byte, _ time.Time) error { return errUnsupported }
