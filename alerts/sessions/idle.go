package sessions

import "time"

const (
	// idleAfter is how long a session may go without any value until somebody is asked about it: UX.md section 8. It was
	// forgotten, or its devices were.
	idleAfter = 30 * time.Minute
	// idleGrace is how long devices have after a restart to be heard before that counts; our choice.
	idleGrace = time.Minute
)

// heard notes that something was measured, by a device or by hand.
func (m *Machine) heard() {
	m.s.Heard = m.now
	if m.s.Idle {
		m.s.Idle = false
		m.fault("session_idle", false, "")
	}
}

// idleAt returns when the session counts as idle if nothing is measured until then.
func (m *Machine) idleAt() time.Time {
	last := m.s.Since
	if m.s.Heard.After(last) {
		last = m.s.Heard
	}
	at := last.Add(idleAfter)
	if grace := m.resumed.Add(idleGrace); grace.After(at) {
		return grace
	}
	return at
}

func (m *Machine) advanceIdle() {
	if m.s.Idle || m.now.Before(m.idleAt()) {
		return
	}
	m.s.Idle = true
	m.fault("session_idle", true, "Nothing has been measured in this session for 30 min. Check the devices, or end the session.")
}

func (m *Machine) idleDue(consider func(time.Time)) {
	if !m.s.Idle {
		consider(m.idleAt())
	}
}
