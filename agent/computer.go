package agent

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"bedside/agent/machine"
	"bedside/agent/monitor"
	"bedside/agent/record"
)

// computerEvery is how often the computer is asked about its clock and its disk, for people; our choice.
const computerEvery = 10 * time.Second

// computer is what is known of it, for a status. A disk that does not answer holds up nobody but who asks it.
type computer struct {
	synced atomic.Pointer[bool]
	free   atomic.Pointer[uint64]
}

// look asks clock and disk once.
func (c *computer) look(folder string) {
	if clock := machine.ReadClock(); clock.Known {
		c.synced.Store(&clock.Synced)
	}
	free, err := machine.Free(folder)
	if err != nil {
		c.free.Store(nil)
		return
	}
	c.free.Store(&free)
}

// runComputer asks until ctx ends, and raises and ends the alert about a disk that is nearly full.
func (a *agent) runComputer(ctx context.Context) error {
	ticker := time.NewTicker(computerEvery)
	defer ticker.Stop()
	var left space
	for {
		a.computer.look(filepath.Dir(a.o.Config.Record.Path))
		if v := left.look(a.computer.free.Load(), errors.Is(a.store.Health(), record.ErrFull)); v != undecided {
			a.monitor.Fault(ctx, "disk_low", v == nearlyFull, spaceText())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// around says what a status needs of the world around the monitor.
func (a *agent) around() monitor.Surroundings {
	return monitor.Surroundings{
		BrokerConnected: a.bus.Connected(), Outbox: a.store.Depth(), RecordHealthy: a.store.Health() == nil,
		ClockSynced: a.computer.synced.Load(), DiskFree: a.computer.free.Load(), Sound: a.roomSound(),
	}
}
