package agent

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bedside/agent/pace"
)

const (
	// powerSupplies is where Linux tells of mains and batteries.
	powerSupplies = "/sys/class/power_supply"
	// powerEvery is how often it is looked at; our choice: nothing is done about it within seconds.
	powerEvery = 10 * time.Second
	// powerLow is the charge, in per cent, from which a battery is low; our choice: a quarter of an hour of a small computer
	// with a usual supply.
	powerLow = 20
)

// power is what the computer runs on.
type power struct {
	battery bool // without mains
	charge  int  // of the fullest battery, in per cent; -1 if none says so
}

// readPower looks at the supplies below root. A computer that tells of none has mains, as far as anybody knows: most mini
// computers have no battery.
func readPower(root string) power {
	p := power{charge: -1}
	list, err := os.ReadDir(root)
	if err != nil {
		return p
	}
	mains, discharging := false, false
	for _, entry := range list {
		read := func(name string) string {
			text, err := os.ReadFile(filepath.Join(root, entry.Name(), name))
			if err != nil {
				return ""
			}
			return strings.TrimSpace(string(text))
		}
		switch kind := read("type"); kind {
		case "Mains", "USB":
			mains = mains || read("online") == "1"
		case "Battery", "UPS":
			if read("scope") == "Device" { // of a mouse
				continue
			}
			discharging = discharging || read("status") == "Discharging"
			if charge, err := strconv.Atoi(read("capacity")); err == nil {
				p.charge = max(p.charge, charge)
			}
		}
	}
	p.battery = discharging && !mains
	return p
}

// watchPower raises and ends the alerts about the computer's power until ctx ends. raise is told of every look, because a
// fault that the last run left may be over.
func watchPower(ctx context.Context, clock pace.Clock, root string, raise func(condition string, active bool, text string)) error {
	for {
		p := readPower(root)
		left := ""
		if p.charge >= 0 {
			left = fmt.Sprintf(", %d %% left", p.charge)
		}
		low := p.battery && p.charge >= 0 && p.charge <= powerLow
		raise("power_battery", p.battery, "The computer runs on battery"+left+". Check its power cable.")
		raise("power_low", low, "The battery of the computer is nearly empty"+left+". Monitoring will stop: give it power now.")
		if !clock.Sleep(ctx, powerEvery) {
			return nil
		}
	}
}

// runPower watches the power of this computer.
func (a *agent) runPower(ctx context.Context) error {
	root := a.o.Power
	if root == "" {
		root = powerSupplies
	}
	return watchPower(ctx, a.o.Clock, root, func(condition string, active bool, text string) {
		a.monitor.Fault(ctx, condition, active, text)
	})
}
