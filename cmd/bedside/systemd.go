package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notifySystemd tells systemd's service manager how this process is; nothing happens if nobody there asked to know.
func notifySystemd(state string) error {
	if _, err := daemon.SdNotify(false, state); err != nil {
		return fmt.Errorf("systemd: %w", err)
	}
	return nil
}

// systemdWatchdog returns within which time systemd must hear from this process, zero if it does not watch it. What systemd
// says cannot be read is no reason not to watch over a room.
func systemdWatchdog(log *slog.Logger) time.Duration {
	d, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Error("systemd's watchdog is not understood", "err", err)
	}
	return d
}
