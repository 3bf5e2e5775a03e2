package recipients

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"bedside/agent/wire"
)

// snapshotVersion is the version of the text that Snapshot writes.
const snapshotVersion = 1

// ErrSnapshot is wrapped by every error of [Audience.Restore].
var ErrSnapshot = errors.New("recipients: saved audience cannot be used")

// state is everything that a restart must bring back. Leases are not among it: who is there says so again within seconds.
type state struct {
	Heard  time.Time         `json:"heard,omitzero"` // when any station was
	Duty   *wire.Duty        `json:"duty,omitempty"` // as the stations said it last
	Deaf   bool              `json:"deaf,omitempty"` // no_recipient stands
	Reach  *wire.Reach       `json:"reach,omitempty"`
	Trial  *wire.AlarmTest   `json:"trial,omitempty"`  // never changed in place
	Alerts map[string]*shown `json:"alerts,omitempty"` // by occurrence
}

type snapshot struct {
	Version int   `json:"version"`
	State   state `json:"state"`
}

// Snapshot returns what must survive a restart, as JSON.
func (a *Audience) Snapshot() ([]byte, error) {
	text, err := json.Marshal(snapshot{Version: snapshotVersion, State: a.s})
	if err != nil {
		return nil, fmt.Errorf("recipients: snapshot: %w", err)
	}
	return text, nil
}

// Restore replaces the state by a saved one; call it before the first Step. On an error, which wraps [ErrSnapshot], the
// audience is unchanged.
func (a *Audience) Restore(text []byte) error {
	var s snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	if s.Version != snapshotVersion {
		return fmt.Errorf("%w: version %d, want %d", ErrSnapshot, s.Version, snapshotVersion)
	}
	if s.State.Alerts == nil {
		s.State.Alerts = map[string]*shown{}
	}
	maps.DeleteFunc(s.State.Alerts, func(_ string, x *shown) bool { return x == nil })
	a.s = s.State
	return nil
}
