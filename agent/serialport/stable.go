package serialport

import (
	"io/fs"
	"os"
	"path/filepath"
)

// StableName returns a name below /dev/serial that leads to the same device as path and survives replugging, by-id before
// by-path. It is "" if there is none, or if path is a symbolic link itself: whoever made that has chosen its name.
func (h Host) StableName(path string) string {
	bare, err := os.Lstat(path)
	if err != nil || bare.Mode()&os.ModeSymlink != 0 {
		return ""
	}
	for _, name := range h.StableNames() {
		if info, err := os.Stat(name); err == nil && os.SameFile(bare, info) {
			return filepath.Clean(name)
		}
	}
	return ""
}

// replaced reports whether path leads to another device than file by now. A stable name moves when adapters come and go,
// and what was opened must be what is meant.
func replaced(path string, file *os.File) bool {
	named, err := os.Stat(path)
	if err != nil {
		return true
	}
	opened, err := file.Stat()
	return err != nil || !os.SameFile(named, opened)
}

func moved(path string) error {
	return &Error{Path: path, Kind: ErrNoDevice, Why: "its name leads to another one by now", Cause: fs.ErrNotExist}
}
