package sessions

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bedside/alerts/profiles"
)

// snapshotVersion is the version of the text that Snapshot writes.
const snapshotVersion = 1

// ErrSnapshot is wrapped by every error of [Machine.Restore].
var ErrSnapshot = errors.New("sessions: saved session cannot be used")

type snapshot struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	State   state     `json:"state"`
}

// Snapshot returns the whole state as JSON.
func (m *Machine) Snapshot() ([]byte, error) {
	text, err := json.Marshal(snapshot{Version: snapshotVersion, At: m.now, State: m.s})
	if err != nil {
		return nil, fmt.Errorf("sessions: snapshot: %w", err)
	}
	return text, nil
}

// Restore replaces the state by a saved one. The clocks of the session have gone on meanwhile: what became due is in the
// Output of the next Step. The profile must still be there. On an error, which wraps [ErrSnapshot], the machine is unchanged.
func (m *Machine) Restore(text []byte) error {
	var s snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	if s.Version != snapshotVersion {
		return fmt.Errorf("%w: version %d, want %d", ErrSnapshot, s.Version, snapshotVersion)
	}
	if n := len(s.State.Stream.Pulse); n != 0 && n != streamLength || n != len(s.State.Stream.Oxygen) {
		return fmt.Errorf("%w: %d values of the oximeter", ErrSnapshot, n)
	}
	if !s.State.Running {
		m.s, m.profile, m.now, m.due = s.State, nil, s.At, time.Time{}
		return nil
	}
	p, ok := m.o.Find(s.State.Profile)
	if !ok {
		return fmt.Errorf("%w: profile %q is not there any more", ErrSnapshot, s.State.Profile)
	}
	if len(s.State.Doses) > 0 && len(p.Phases) == 0 {
		return fmt.Errorf("%w: profile %q has no phases", ErrSnapshot, s.State.Profile)
	}
	m.s, m.profile, m.now, m.due, m.restored = s.State, p, s.At, time.Time{}, true
	return nil
}

// Profile returns the profile of the session that runs, and whether it still is what it was when the session began; nil if
// none runs.
func (m *Machine) Profile() (p *profiles.Profile, same bool) {
	if !m.s.Running {
		return nil, true
	}
	return m.profile, m.profile.Hash() == m.s.Hash
}
