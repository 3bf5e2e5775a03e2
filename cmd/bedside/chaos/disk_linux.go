package chaos

import (
	"fmt"
	"os"
	"syscall"
)

// diskSize is enough for the record of some hours and little enough to be filled at once; our choice.
const diskSize = "24m"

// mountDisk puts a small file system in memory below dir. It needs root.
func mountDisk(dir string) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("chaos: a small disk needs root: %w", os.ErrPermission)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "size="+diskSize); err != nil {
		return fmt.Errorf("chaos: small disk: %w", err)
	}
	return nil
}

func unmountDisk(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }
