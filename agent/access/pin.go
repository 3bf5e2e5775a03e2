package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	leastDigits = 6  // of a PIN; ECOSYSTEM section 5
	mostDigits  = 12 // our choice
	saltBytes   = 16
	keyBytes    = 32
	mostMemory  = 64 << 10 // KiB that a stored PIN may ask for; our choice
	atOnce      = 2        // derivations side by side, 19 MiB each, so that guessing cannot exhaust the memory; our choice
)

// cost is what one guess takes.
type cost struct {
	time, memory uint32 // passes, KiB
}

// usual is argon2id with 19 MiB, two passes and one lane: ECOSYSTEM section 5.
func usual() cost { return cost{time: 2, memory: 19 << 10} }

var errPIN = errors.New("access: a kept PIN cannot be read")

// hasher derives keys from PINs. It is safe for concurrent use.
type hasher struct {
	cost  cost
	slots chan struct{} // one token for each derivation that may run
}

func newHasher(c cost) *hasher { return &hasher{cost: c, slots: make(chan struct{}, atOnce)} }

// derive waits for its turn, unless ctx ends before it comes.
func (h *hasher) derive(ctx context.Context, pin string, salt []byte, c cost) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(pin), salt, c.time, c.memory, 1, keyBytes), nil
}

// keep returns a PIN in the form in which it is kept, the PHC string format.
func (h *hasher) keep(ctx context.Context, pin string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("access: %w", err)
	}
	key, err := h.derive(ctx, pin, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, h.cost.memory, h.cost.time, b64(salt), b64(key)), nil
}

// match reports whether pin is the one that is kept. For a person that does not exist, kept is empty: that takes as long
// and never matches.
func (h *hasher) match(ctx context.Context, pin, kept string) (bool, error) {
	salt, want, c := make([]byte, saltBytes), make([]byte, keyBytes), h.cost
	if kept != "" {
		var err error
		if salt, want, c, err = parseKept(kept); err != nil {
			return false, err
		}
	}
	got, err := h.derive(ctx, pin, salt, c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && kept != "", nil
}

func parseKept(kept string) (salt, key []byte, c cost, err error) {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, c, errPIN
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.memory, &c.time); err != nil {
		return nil, nil, c, errPIN
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return nil, nil, c, errPIN
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != keyBytes || len(salt) < saltBytes || c.memory > mostMemory || c.memory < 8 || c.time < 1 || c.time > 16 {
		return nil, nil, c, errPIN
	}
	return salt, key, c, nil
}

// CheckPIN says in a sentence why a PIN cannot be used, or nothing: six to twelve digits, and none that everybody tries first.
func CheckPIN(pin string) error {
	if len(pin) < leastDigits || len(pin) > mostDigits {
		return refuse(codeBadPIN, "a PIN has %d to %d digits", leastDigits, mostDigits)
	}
	if strings.Trim(pin, "0123456789") != "" {
		return refuse(codeBadPIN, "a PIN has digits only")
	}
	for period := 1; period <= 3; period++ {
		if strings.HasPrefix(strings.Repeat(pin[:period], mostDigits), pin) {
			return refuse(codeBadPIN, "this PIN repeats itself; choose one that is harder to guess")
		}
	}
	for _, run := range []string{"01234567890123456789012", "98765432109876543210987"} {
		if strings.Contains(run, pin) {
			return refuse(codeBadPIN, "this PIN counts up or down; choose one that is harder to guess")
		}
	}
	return nil
}
