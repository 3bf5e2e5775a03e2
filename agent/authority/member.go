package authority

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"bedside/agent/credential"
	"bedside/agent/wire"
)

// ErrUnknown means that nobody is called so.
var ErrUnknown = errors.New("nobody is called so")

// Add lets a room, a station or a viewer in, and returns the path of its credential file, which is a secret. A server that
// runs takes it within seconds. Names are unique among all of them; one that was given away must be revoked first.
func (a *Authority) Add(kind credential.Kind, name string, now time.Time) (string, error) {
	valid := wire.ValidToken(name)
	if kind == credential.Station {
		valid = wire.ValidStation(name)
	}
	if !valid {
		return "", fmt.Errorf("authority: %q cannot be a %s: use 1 to 63 lower-case letters, digits and dashes", name, kind)
	}
	if i := a.find(name); i >= 0 {
		return "", fmt.Errorf("authority: a %s is called %s already; revoke it first, or take another name: %w", a.index.Members[i].Kind, name, fs.ErrExist)
	}
	ca, err := a.CA()
	if err != nil {
		return "", err
	}
	c, public, err := credential.New(kind, a.index.Site, name, a.index.Servers, ca)
	if err != nil {
		return "", err
	}
	if err := a.write(filepath.Join(credentials, name+".creds"), c.Encode(), 0o600); err != nil {
		return "", err
	}
	a.index.Members = append(a.index.Members, Member{Kind: kind, Name: name, Key: public, Since: now.UTC().Truncate(time.Second)})
	return a.credential(name), a.save()
}

// Revoke shuts somebody out: the key is worth nothing any more, and a server that runs ends the connection within
// seconds. The error is [ErrUnknown] if nobody is called so.
func (a *Authority) Revoke(name string) (Member, error) {
	i := a.find(name)
	if i < 0 {
		return Member{}, fmt.Errorf("authority: %s: %w", name, ErrUnknown)
	}
	gone := a.index.Members[i]
	a.index.Members = slices.Delete(a.index.Members, i, i+1)
	if err := a.save(); err != nil {
		return gone, err
	}
	if err := os.Remove(a.credential(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return gone, fmt.Errorf("authority: %w", err)
	}
	return gone, nil
}

func (a *Authority) find(name string) int {
	return slices.IndexFunc(a.index.Members, func(m Member) bool { return m.Name == name })
}

// save writes who there is, and what follows from it for the server.
func (a *Authority) save() error {
	text, err := json.MarshalIndent(a.index, "", "  ")
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	return errors.Join(a.write(indexFile, append(text, '\n'), 0o600), a.write(usersFile, users(&a.index), 0o600))
}
