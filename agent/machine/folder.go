package machine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Nearest returns the folder itself if it is there, else the nearest one above it that is, in which it would have to be made.
func Nearest(folder string) string {
	at := filepath.Clean(folder)
	for at != filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		at = filepath.Dir(at)
	}
	return at
}

// Writable makes a file in the folder and takes it away again. The error is that of the system.
func Writable(folder string) error {
	f, err := os.CreateTemp(folder, ".bedside-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
