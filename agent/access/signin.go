package access

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"strings"
	"time"
)

// hashWait bounds how long a sign-in waits for its turn to be checked; our choice.
const hashWait = 10 * time.Second

// codeLetters has no letter that is read as another: 32 of them, five bits each.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const codeLength = 10 // 50 bits; our choice: beyond guessing within ten minutes, and still typed

// newToken returns 256 random bits.
func newToken() string {
	b := make([]byte, 32)
	// It never fails: see crypto/rand.Read.
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func newCode() string {
	b := make([]byte, codeLength)
	_, _ = rand.Read(b) // as above
	for i := range b {
		b[i] = codeLetters[int(b[i])%len(codeLetters)]
	}
	return string(b[:codeLength/2]) + "-" + string(b[codeLength/2:])
}

// typed brings a code into the form in which it was made, whatever the case and the dashes.
func typed(code string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(code))
	if len(plain) != codeLength {
		return ""
	}
	return plain[:codeLength/2] + "-" + plain[codeLength/2:]
}

// attempt books a try in the tallies, all or none.
func (a *Access) attempt(now time.Time, books map[*book]string) (end func(time.Time, outcome), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	begun := map[*book]*tally{}
	for b, k := range books {
		t := b.of(now, k)
		wait, ok := t.begin(now, &b.rule)
		if ok {
			begun[b] = t
			continue
		}
		for other, t := range begun {
			t.end(now, &other.rule, undecided)
		}
		wait = wait.Round(time.Second)
		return nil, &Refusal{Code: codeWait, Text: "too many wrong tries; try again in " + wait.String() + ". Alarms can be handled without signing in.", Wait: wait}
	}
	return func(now time.Time, o outcome) {
		a.mu.Lock()
		defer a.mu.Unlock()
		for b, t := range begun {
			t.end(now, &b.rule, o)
		}
	}, nil
}

// signIn proves that somebody at a device is who they say, and returns the token of a new session. Whoever does not exist
// takes as long as a wrong PIN, and is answered the same.
func (a *Access) signIn(ctx context.Context, at device, name, pin string) (token string, err error) {
	p, there := a.find(name)
	books := map[*book]string{a.stations: at.name}
	if there {
		books[a.persons] = key(name)
	}
	end, err := a.attempt(time.Now(), books)
	if err != nil {
		return "", err
	}
	waiting, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	if len(pin) > mostDigits {
		pin = ""
	}
	right, err := a.hash.match(waiting, pin, p.pin)
	switch {
	case errors.Is(err, errPIN):
		a.log.Error("access: a kept PIN cannot be read; give this person another", "person", p.name)
	case err != nil:
		end(time.Now(), undecided)
		return "", refuse(codeBusy, "too many people sign in at once; try again")
	}
	now := time.Now()
	e := Event{At: now, By: "unidentified at " + at.name, From: at.name, Subject: p.name}
	if !right {
		end(now, failed)
		e.What = SignInRefused
		if !there {
			e.Subject = "somebody unknown" // what was typed may be a PIN
		}
		a.remark(ctx, e)
		return "", refuse(codeWrong, "this person and this PIN do not belong together")
	}
	end(now, succeeded)
	e.What, e.By, e.Now = SignedIn, p.name, p.role.String()
	return a.admit(ctx, now, at, p.name, &e), nil
}

// admit begins a session in the place of the one that the device had. A file that cannot be written does not keep a nurse
// from her work: the session then lives in memory.
func (a *Access) admit(ctx context.Context, now time.Time, at device, name string, e *Event) (token string) {
	token = newToken()
	id := seal(token)
	a.drop(func(s session) bool { return s.device == at.name })
	err := a.change(ctx, e, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO sessions (secret, person, device, used) VALUES (?, ?, ?, ?)",
			id[:], key(name), at.name, now.UnixNano())
		return err
	})
	if err != nil {
		a.log.Warn("access: a session cannot be kept and ends with this process", "err", err)
		a.mu.Lock()
		a.sessions[id] = session{person: key(name), device: at.name, used: now, unsaved: true}
		a.mu.Unlock()
		if a.o.Audit != nil {
			a.o.Audit(*e)
		}
	}
	return token
}

// signOut ends the session of a device.
func (a *Access) signOut(ctx context.Context, who Who) error {
	a.drop(func(s session) bool { return s.device == who.Device })
	if who.Person == "" {
		return nil
	}
	e := Event{At: time.Now(), What: SignedOut, By: who.Person, From: who.Device, Subject: who.Person}
	return a.change(ctx, &e, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE device = ?", who.Device)
		return err
	})
}

// enrol turns a code into a device and returns its token. address is where the code came from.
func (a *Access) enrol(ctx context.Context, address, code string) (name, token string, err error) {
	now := time.Now()
	end, err := a.attempt(now, map[*book]string{a.callers: address})
	if err != nil {
		return "", "", err
	}
	token = newToken()
	id, offered := seal(token), seal(typed(code))
	var e Event
	err = a.change(ctx, &e, func(tx *sql.Tx) error {
		var display bool
		var by string
		row := tx.QueryRowContext(ctx, "DELETE FROM codes WHERE secret = ? AND until > ? RETURNING device, display, by", offered[:], now.UnixNano())
		if err := row.Scan(&name, &display, &by); errors.Is(err, sql.ErrNoRows) {
			return refuse(codeWrong, "this code is wrong, used or older than ten minutes; ask an admin for another")
		} else if err != nil {
			return err
		}
		e = Event{At: now, What: DeviceEnrolled, By: by, From: address, Subject: name, Now: kind(display)}
		if _, err := tx.ExecContext(ctx, "DELETE FROM devices WHERE name = ?", name); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO devices (name, secret, display, by, since) VALUES (?, ?, ?, ?, ?)",
			name, id[:], display, by, now.UnixNano())
		return err
	})
	if refusal, ours := errors.AsType[*Refusal](err); ours {
		end(now, failed)
		a.remark(ctx, Event{At: now, What: EnrolmentRefused, By: "unidentified", From: address})
		return "", "", refusal
	}
	end(now, undecided)
	return name, token, err
}
