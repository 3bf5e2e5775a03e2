package access

import (
	"context"
	"database/sql"
	"maps"
	"time"
)

// Person is somebody who may sign in.
type Person struct {
	Name  string    `json:"name"`
	Role  string    `json:"role"`
	Since time.Time `json:"since"`
	// LockedS is for how many seconds nobody can sign in as this person, after too many wrong PINs; 0: now.
	LockedS int64 `json:"locked_s,omitempty"`
}

// People returns everybody who may sign in, by name.
func (a *Access) People() []Person {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]Person, 0, len(a.people))
	for _, p := range a.people {
		list = append(list, Person{Name: p.name, Role: p.role.String(), Since: p.since, LockedS: a.persons.locked(key(p.name))})
	}
	return sortedBy(list, func(p Person) string { return p.Name })
}

// AddPerson lets somebody sign in. Names that differ in case alone are one.
func (a *Access) AddPerson(ctx context.Context, who Actor, name, role, pin string) error {
	r, ok := ParseRole(role)
	if !ok {
		return noRole(role)
	}
	if err := CheckPerson(name); err != nil {
		return err
	}
	if err := CheckPIN(pin); err != nil {
		return err
	}
	if _, there := a.find(name); there {
		return refuse(codeTaken, "%s is there already", name)
	}
	kept, err := a.hash.keep(ctx, pin)
	if err != nil {
		return err
	}
	now := time.Now()
	e := Event{At: now, What: PersonAdded, By: who.By, From: who.From, Subject: name, Now: r.String()}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		n, err := count(tx.ExecContext(ctx, "INSERT INTO people (key, name, role, pin, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			key(name), name, r.String(), kept, now.UnixNano()))
		if err == nil && n == 0 {
			return refuse(codeTaken, "%s is there already", name)
		}
		return err
	})
}

// SetPIN gives somebody another PIN and ends their sessions.
func (a *Access) SetPIN(ctx context.Context, who Actor, name, pin string) error {
	p, there := a.find(name)
	if !there {
		return noPerson(name)
	}
	if err := CheckPIN(pin); err != nil {
		return err
	}
	kept, err := a.hash.keep(ctx, pin)
	if err != nil {
		return err
	}
	e := Event{At: time.Now(), What: PINChanged, By: who.By, From: who.From, Subject: p.name}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		n, err := count(tx.ExecContext(ctx, "UPDATE people SET pin = ? WHERE key = ?", kept, key(name)))
		if err == nil && n == 0 {
			return noPerson(name)
		}
		if err == nil {
			a.drop(func(s session) bool { return s.person == key(name) })
			_, err = tx.ExecContext(ctx, "DELETE FROM sessions WHERE person = ?", key(name))
		}
		return err
	})
}

// SetRole gives somebody another role, which counts at once. The last admin stays one.
func (a *Access) SetRole(ctx context.Context, who Actor, name, role string) error {
	r, ok := ParseRole(role)
	if !ok {
		return noRole(role)
	}
	p, there := a.find(name)
	if !there {
		return noPerson(name)
	}
	if p.role == r {
		return nil
	}
	e := Event{At: time.Now(), What: RoleChanged, By: who.By, From: who.From, Subject: p.name, Was: p.role.String(), Now: r.String()}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		n, err := count(tx.ExecContext(ctx, "UPDATE people SET role = ? WHERE key = ?", r.String(), key(name)))
		if err == nil && n == 0 {
			return noPerson(name)
		}
		if err == nil && p.role == Admin {
			err = keepAdmin(ctx, tx)
		}
		return err
	})
}

// RemovePerson lets somebody sign in no longer and ends their sessions. The last admin stays.
func (a *Access) RemovePerson(ctx context.Context, who Actor, name string) error {
	p, there := a.find(name)
	if !there {
		return noPerson(name)
	}
	e := Event{At: time.Now(), What: PersonRemoved, By: who.By, From: who.From, Subject: p.name, Was: p.role.String()}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		n, err := count(tx.ExecContext(ctx, "DELETE FROM people WHERE key = ?", key(name)))
		if err == nil && n == 0 {
			return noPerson(name)
		}
		if err == nil && p.role == Admin {
			err = keepAdmin(ctx, tx)
		}
		return err
	})
}

// keepAdmin refuses a change after which nobody could undo it.
func keepAdmin(ctx context.Context, tx *sql.Tx) error {
	var admins int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM people WHERE role = ?", Admin.String()).Scan(&admins); err != nil {
		return err
	}
	if admins == 0 {
		return refuse(codeLastAdmin, "nobody else is an admin; make somebody one first")
	}
	return nil
}

func (a *Access) find(name string) (person, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p, there := a.people[key(name)]
	return p, there
}

// drop forgets sessions that are held in memory.
func (a *Access) drop(which func(session) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.sessions, func(_ secret, s session) bool { return which(s) })
}

func noPerson(name string) error {
	return refuse(codeNotFound, "there is nobody called %s", clip(name))
}

func noRole(word string) error {
	return refuse(codeBadRequest, "there is no role %q; there are viewer, nurse, lead and admin", clip(word))
}

// clip bounds what somebody typed for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// count returns how many rows a statement changed.
func count(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Enrolled is a device whose cookie is known.
type Enrolled struct {
	Name    string    `json:"name"`
	Display bool      `json:"display,omitempty"` // it only shows
	By      string    `json:"by"`                // who made its code
	Since   time.Time `json:"since"`
	LockedS int64     `json:"locked_s,omitempty"` // for how many seconds nobody can sign in there
}

// Devices returns the enrolled devices, by name.
func (a *Access) Devices() []Enrolled {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]Enrolled, 0, len(a.devices))
	for _, d := range a.devices {
		list = append(list, Enrolled{Name: d.name, Display: d.display, By: d.by, Since: d.since, LockedS: a.stations.locked(d.name)})
	}
	return sortedBy(list, func(d Enrolled) string { return d.Name })
}

func (a *Access) deviceNamed(name string) (device, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range a.devices {
		if d.name == name {
			return d, true
		}
	}
	return device{}, false
}

// UnlockPerson forgets the wrong PINs of somebody, who may try again at once. The count lives in the running program alone.
func (a *Access) UnlockPerson(ctx context.Context, who Actor, name string) error {
	p, there := a.find(name)
	if !there {
		return noPerson(name)
	}
	a.unlock(ctx, who, a.persons, key(name), PersonUnlocked, p.name)
	return nil
}

// UnlockDevice forgets the wrong PINs that were typed at a device.
func (a *Access) UnlockDevice(ctx context.Context, who Actor, name string) error {
	if _, there := a.deviceNamed(name); !there {
		return refuse(codeNotFound, "no device %s is enrolled", clip(name))
	}
	a.unlock(ctx, who, a.stations, name, DeviceUnlocked, name)
	return nil
}

func (a *Access) unlock(ctx context.Context, who Actor, b *book, id, what, subject string) {
	a.mu.Lock()
	delete(b.all, id)
	a.mu.Unlock()
	a.remark(ctx, Event{At: time.Now(), What: what, By: who.By, From: who.From, Subject: subject})
}

// kind says what a device is enrolled as.
func kind(display bool) string {
	if display {
		return "display"
	}
	return "station"
}

// OfferEnrolment makes a code by which a device can be enrolled once under name, within ten minutes. A display only shows. An
// earlier code for the name is void; a device that has the name keeps it until the code is used.
func (a *Access) OfferEnrolment(ctx context.Context, who Actor, name string, display bool) (code string, until time.Time, err error) {
	if err := CheckDevice(name); err != nil {
		return "", until, err
	}
	code = newCode()
	now := time.Now()
	until = now.Add(codeLife)
	id := seal(code)
	e := Event{At: now, What: DeviceOffered, By: who.By, From: who.From, Subject: name, Now: kind(display)}
	err = a.change(ctx, &e, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM codes WHERE device = ? OR until <= ?", name, now.UnixNano()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO codes (secret, device, display, by, until) VALUES (?, ?, ?, ?, ?)",
			id[:], name, display, who.By, until.UnixNano())
		return err
	})
	return code, until, err
}

// RevokeDevice ends a device's enrolment, its session and, within a second, its event streams.
func (a *Access) RevokeDevice(ctx context.Context, who Actor, name string) error {
	d, there := a.deviceNamed(name)
	if !there {
		return refuse(codeNotFound, "no device %s is enrolled", clip(name))
	}
	e := Event{At: time.Now(), What: DeviceRevoked, By: who.By, From: who.From, Subject: name, Was: kind(d.display)}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM devices WHERE name = ?", name)
		return err
	})
}
