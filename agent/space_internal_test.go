package agent

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/machine"
	"bedside/alerts"
)

// disk is one room's disk as the alerts engine hears of it, over restarts of the agent.
type disk struct {
	now    time.Time
	space  space
	engine *alerts.Engine
	events []string
}

func newDisk(t require.TestingT) *disk {
	d := &disk{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	d.start(t)
	return d
}

func (d *disk) start(t require.TestingT) {
	engine, err := alerts.New(alerts.TechnicalConditions())
	require.NoError(t, err)
	d.engine, d.space = engine, space{}
}

// restart is a kill: what the engine had recorded is left.
func (d *disk) restart(t require.TestingT) {
	saved := d.engine.Snapshot()
	d.start(t)
	require.NoError(t, d.engine.Restore(d.now, saved))
}

// look passes as much time as between two looks, and looks.
func (d *disk) look(free *uint64, full bool) {
	d.now = d.now.Add(computerEvery)
	var events []alerts.Event
	if v := d.space.look(free, full); v == undecided {
		events = d.engine.Step(d.now, alerts.Tick{})
	} else {
		events = d.engine.Step(d.now, alerts.Fault{Condition: "disk_low", Active: v == nearlyFull, Text: spaceText()})
	}
	for _, e := range events {
		d.events = append(d.events, e.Change.String())
	}
}

func (d *disk) active() bool { return len(d.engine.Active()) > 0 }

// Whatever a disk does, in whatever order, over restarts: the alert is true exactly if the last minute in a row that proved
// anything proved little space, it is raised and ended and nothing else, and raised once until there was enough.
func TestDiskThatIsNearlyFullIsToldOnceAndNotAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDisk(t)
		little, enough, raised := 0, 0, 0
		want := false
		for range rapid.IntRange(1, 40).Draw(t, "stretches") {
			kind := rapid.SampledFrom([]string{"little", "little", "between", "enough", "enough", "unknown", "full", "restart"}).Draw(t, "kind")
			if kind == "restart" {
				d.restart(t)
				little, enough = 0, 0
				assert.Equal(t, want, d.active(), "a restart neither raises nor ends it")
				continue
			}
			for range rapid.IntRange(1, 9).Draw(t, "looks") {
				var free *uint64
				switch kind {
				case "little":
					free = new(rapid.Uint64Range(0, machine.LittleSpace-1).Draw(t, "free"))
				case "between":
					free = new(rapid.Uint64Range(machine.LittleSpace, machine.EnoughSpace-1).Draw(t, "free"))
				case "enough":
					free = new(rapid.Uint64Range(machine.EnoughSpace, machine.EnoughSpace*100).Draw(t, "free"))
				case "full":
					free = new(uint64)
				}
				if little++; kind != "little" {
					little = 0
				}
				if enough++; kind != "enough" {
					enough = 0
				}
				if little == spaceLooks && !want {
					want = true
					raised++
				}
				if enough == spaceLooks {
					want = false
				}
				d.look(free, kind == "full")
				require.Equal(t, want, d.active(), "after %d looks of %s", max(little, enough), kind)
			}
		}
		for i, event := range d.events {
			assert.Equal(t, [...]string{"raised", "ended"}[i%2], event, "it is said once each time, and never updated: %v", d.events)
		}
		assert.Equal(t, raised, (len(d.events)+1)/2)
	})
}

// A disk whose space swings by any amount below twice the mark raises one alert, however long it swings, and however often the
// agent is started anew meanwhile.
func TestDiskThatSwingsRaisesOneAlert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDisk(t)
		for range spaceLooks {
			d.look(new(uint64(machine.LittleSpace-1)), false)
		}
		for range rapid.IntRange(1, 300).Draw(t, "looks") {
			if rapid.IntRange(0, 20).Draw(t, "kill") == 0 {
				d.restart(t)
			}
			d.look(new(rapid.Uint64Range(0, machine.EnoughSpace-1).Draw(t, "free")), false)
		}
		assert.Equal(t, []string{"raised"}, d.events)
	})
}

// What the alert says, and that it waits for a minute both ways.
func TestDiskNearlyFull(t *testing.T) {
	d := newDisk(t)
	for i := range spaceLooks {
		assert.False(t, d.active(), fmt.Sprint(i, " looks are no proof"))
		d.look(new(uint64(120_000_000)), false)
	}
	list := d.engine.Active()
	require.Len(t, list, 1)
	assert.Equal(t, alerts.Low, list[0].Priority)
	assert.Equal(t, alerts.Technical, list[0].Kind)
	assert.Equal(t, "Disk nearly full", list[0].Title)
	assert.Equal(t, spaceText(), list[0].Text)
	assert.Equal(t, d.now, list[0].Since)
	d.engine.Step(d.now, alerts.Acknowledge{Occurrence: "disk_low-1", By: "AK"})
	for range 3600 / 10 * 8 { // a shift
		d.look(new(uint64(110_000_000)), false)
	}
	assert.True(t, d.engine.Active()[0].Acknowledged, "whoever has seen it is not asked again")
	assert.Equal(t, []string{"raised"}, d.events)
	for i := range spaceLooks {
		assert.True(t, d.active(), fmt.Sprint(i, " looks are no proof"))
		d.look(new(uint64(1_200_000_000)), false)
	}
	assert.False(t, d.active())
}

// Beside the alert that the disk is full nothing is raised; what was raised before stays, and what is still nearly full when it
// is not full any more is told then.
func TestDiskThatIsFullIsNotAlsoNearlyFull(t *testing.T) {
	d := newDisk(t)
	for range 100 {
		d.look(new(uint64), true)
	}
	assert.Empty(t, d.events)
	for range spaceLooks {
		d.look(new(uint64(1_000_000)), false)
	}
	assert.Equal(t, []string{"raised"}, d.events)
	for range 100 {
		d.look(new(uint64), true)
	}
	assert.Equal(t, []string{"raised"}, d.events)
}
