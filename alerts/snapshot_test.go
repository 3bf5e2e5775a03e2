package alerts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
)

func TestRestoreRefusesWhatNoEngineWrote(t *testing.T) {
	e := engine(t)
	e.Step(start, alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"})
	for name, spoil := range map[string]func(s *alerts.Snapshot){
		"version":    func(s *alerts.Snapshot) { s.Version = 3 },
		"no version": func(s *alerts.Snapshot) { *s = alerts.Snapshot{} },
		"stage":      func(s *alerts.Snapshot) { s.Tracks[0].Stage = 9 },
		"no alert":   func(s *alerts.Snapshot) { s.Tracks[0].Alert = nil },
		"priority":   func(s *alerts.Snapshot) { s.Tracks[0].Alert.Priority = 7 },
		"other":      func(s *alerts.Snapshot) { s.Tracks[0].Alert.Condition = "hr_low" },
		"device":     func(s *alerts.Snapshot) { s.Devices[0].Lost = alerts.SensorOff },
	} {
		t.Run(name, func(t *testing.T) {
			s := e.Snapshot()
			spoil(&s)
			fresh := engine(t)
			fresh.Step(start, alerts.Fault{Condition: "clock_step", Active: true})
			require.ErrorIs(t, fresh.Restore(start, s), alerts.ErrSnapshot)
			require.Len(t, fresh.Active(), 1)
			assert.Equal(t, "clock_step-1", fresh.Active()[0].Occurrence, "unchanged")
		})
	}
}

func TestTimeBetweenTwoProcessesDoesNotCount(t *testing.T) {
	e := engine(t)
	e.Step(start, oximeter("oximeter", 155))
	e.Step(start.Add(4*time.Second), oximeter("oximeter", 155))
	later := start.Add(time.Hour)
	e = reborn(t, e, later)
	due, ok := e.Next()
	require.True(t, ok)
	assert.Equal(t, later.Add(6*time.Second), due)
}

func TestOccurrenceOfARemovedConditionEndsAndItsNumberIsKept(t *testing.T) {
	e := engine(t)
	e.Step(start, alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"})
	s := e.Snapshot()

	fewer := builtIn()
	for i := range fewer {
		if fewer[i].ID == "disk_full" {
			fewer = append(fewer[:i], fewer[i+1:]...)
			break
		}
	}
	without, err := alerts.New(fewer)
	require.NoError(t, err)
	require.NoError(t, without.Restore(start, s))
	s = without.Snapshot() // a second restart before the first Step
	require.NoError(t, without.Restore(start, s))
	assert.Equal(t, []string{"ended disk_full-1"}, changes(without.Step(start, alerts.Tick{})))
	assert.Empty(t, without.Step(start, alerts.Tick{}))

	e = engine(t)
	require.NoError(t, e.Restore(start, without.Snapshot()))
	assert.Equal(t, []string{"raised disk_full-2"},
		changes(e.Step(start, alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"})))
}

func TestSnapshotSharesNothing(t *testing.T) {
	e := engine(t)
	e.Step(start, alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"})
	s := e.Snapshot()
	s.Counters["disk_full"] = 99
	s.Tracks[0].Alert.Text = "spoilt"
	assert.Equal(t, uint64(1), e.Snapshot().Counters["disk_full"])
	assert.Equal(t, "Disk full", e.Active()[0].Text)
}
