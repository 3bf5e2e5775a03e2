package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"bedside/agent/machine"
)

// ErrThere says that a file is there already. Nothing was written.
var ErrThere = errors.New("there is a file already, and it is not overwritten")

// Blank reports whether a configuration says nothing yet: it has comments and empty lines alone, as the one in the package.
func Blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// Missing reports whether the configuration at path has yet to be written: there is none, or a blank one.
func Missing(path string) (bool, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("setup: %w", err)
	}
	return Blank(text), nil
}

// Write puts the files into the folder of path, the last of them as path itself: each whole or not at all, and none over another
// but a blank configuration. They are for their owner alone; what replaces a blank file has its owner and its mode, so that the
// user of the agent can read what root writes. The error is [ErrThere], or says what the disk refused; nothing is left then.
func Write(path string, files []File) (err error) {
	folder := filepath.Dir(path)
	var made []string
	defer func() {
		if err != nil {
			for _, name := range made {
				err = errors.Join(err, os.Remove(name))
			}
		}
	}()
	for i, f := range files {
		to := filepath.Join(folder, f.Name)
		if i == len(files)-1 {
			to = path
		}
		if err := put(to, []byte(f.Text), path); err != nil {
			return err
		}
		made = append(made, to)
	}
	return sync(folder)
}

// put writes one file. configuration is the file that may be blank, and whose owner the others have, too.
func put(to string, text []byte, configuration string) error {
	f, err := os.CreateTemp(filepath.Dir(to), ".bedside-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	_, err = f.Write(text)
	blank, looked := replaces(configuration)
	err = errors.Join(err, looked)
	if err == nil && blank != nil {
		err = like(f, blank)
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil && to == configuration && blank != nil {
		if err = os.Rename(f.Name(), to); err == nil {
			return nil
		}
	}
	if err == nil {
		err = os.Link(f.Name(), to) // unlike a renaming, it never replaces
	}
	err = errors.Join(err, os.Remove(f.Name()))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("setup: %s: %w", to, ErrThere)
	}
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	return nil
}

// replaces returns the blank file that is at path, nil if there is none.
func replaces(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // see above
	}
	if err != nil {
		return nil, err
	}
	missing, err := Missing(path)
	if err != nil || !missing {
		return nil, err
	}
	return info, nil
}

// like gives a file the mode and the owner of another one.
func like(f *os.File, other fs.FileInfo) error {
	err := f.Chmod(other.Mode().Perm())
	if owner, ok := other.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		err = errors.Join(err, f.Chown(int(owner.Uid), int(owner.Gid)))
	}
	return err
}

// sync makes a folder's entries last.
func sync(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	return nil
}

// DataFolder returns the folder for what is kept: "" for the usual one if it can be written, and for a configuration below /etc,
// which is that of a service; else a folder beside the configuration.
func DataFolder(configuration string) string {
	const usual = "/var/lib/bedside"
	if at, err := filepath.Abs(configuration); err == nil && strings.HasPrefix(at, "/etc/") {
		return ""
	}
	if machine.Writable(usual) == nil {
		return ""
	}
	beside, err := filepath.Abs(filepath.Join(filepath.Dir(configuration), "bedside-data"))
	if err != nil {
		return ""
	}
	return beside
}
