package whatif

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// ErrNoProfile is returned for a word that names no profile.
var ErrNoProfile = errors.New("there is no such profile")

// ErrVersion is returned for a version of a profile that is not the one at hand.
var ErrVersion = errors.New("there is another version of this profile")

// ErrTooLong is returned for messages that spread over more time than any session takes.
var ErrTooLong = errors.New("no session is as long")

// longest bounds what is judged again. Our choice, that of a report.
const longest = 36 * time.Hour

// Profile finds the profile of a word such as "conservative" or "conservative@1". The error wraps ErrNoProfile or ErrVersion, and
// says what is there instead.
func Profile(word string, find func(id string) (*profiles.Profile, bool)) (*profiles.Profile, error) {
	id, version, versioned := strings.Cut(word, "@")
	p, ok := find(id)
	switch {
	case !ok:
		return nil, fmt.Errorf("%q: %w", id, ErrNoProfile)
	case versioned && version != strconv.Itoa(p.Version):
		return nil, fmt.Errorf("%w: here is %s, not version %q of it", ErrVersion, p.Word(), version)
	}
	return p, nil
}

// Compare judges a session by a profile. Each calls its argument for every message of the session, in the order of their
// numbers, and returns what that returns. The error is that of New, Take, Result or each, or wraps ErrTooLong.
func Compare(p *profiles.Profile, each func(take func(wire.Message) error) error) (*Comparison, error) {
	r, err := New(p)
	if err != nil {
		return nil, err
	}
	if err := each(func(m wire.Message) error {
		if err := r.Take(m); err != nil {
			return err
		}
		if r.begun && r.to.Sub(r.from) > longest {
			return fmt.Errorf("whatif: message %d is %v after the beginning: %w", m.Seq, r.to.Sub(r.from).Round(time.Second), ErrTooLong)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return r.Result()
}
