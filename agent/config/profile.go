package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bedside/alerts/document"
	"bedside/alerts/profiles"
)

// profile makes a setter for the id of a profile, which may name its version, such as iv-ketamine@1: then the site means
// that one and no other.
func profile(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var word string
		if !document.Text(&word)(s, path, n) {
			return false
		}
		id, version, versioned := strings.Cut(word, "@")
		p, ok := shipped(id)
		switch {
		case !ok:
			s.Fail(n.Place, "no shipped profile is called %q; %s", document.Clip(id),
				document.Suggest(id, append([]string{profiles.BuiltInID}, profiles.Names()...)))
			return false
		case versioned && version != strconv.Itoa(p.Version):
			s.Fail(n.Place, "this program has %s, not version %q of it", p.Word(), document.Clip(version))
			return false
		}
		*to = id
		return true
	}
}

func shipped(id string) (*profiles.Profile, bool) {
	if id == profiles.BuiltInID {
		return profiles.BuiltIn(), true
	}
	return profiles.Find(id)
}

// checkProfile reports keys that exclude each other.
func checkProfile(s *document.Source, c *Config) {
	at, own := s.At["profile_file"]
	if _, named := s.At["profile"]; own && named {
		s.Fail(at, "profile and profile_file cannot both be: the file is the profile")
	}
	changed, limits := s.At["limits"]
	if limits && (own || c.Profile != profiles.BuiltInID) {
		s.Fail(changed, "limits changes the built-in set, and this room has another profile; "+
			"a profile_file that extends it says what is different, and who allowed it")
	}
}

// Expired are the leaves to loosen a number that have run out: the numbers of the extended profile count again.
type Expired []string

// RoomProfile returns the profile that judges while no session runs: the built-in one, a shipped one, or the site's own file,
// whose leaves to loosen are judged by the day that today is in. The error is [Errors] if the file was read but is not valid.
func (c *Config) RoomProfile(today time.Time) (*profiles.Profile, Expired, error) {
	if c.ProfileFile == "" {
		id, _, _ := strings.Cut(c.Profile, "@")
		p, ok := shipped(id)
		if !ok {
			return nil, nil, fmt.Errorf("config: no shipped profile is called %q", c.Profile)
		}
		return p, nil, nil
	}
	return ReadProfile(c.ProfileFile, today)
}

// ReadProfile reads a site's profile from a file; see [profiles.Parse].
func ReadProfile(path string, today time.Time) (*profiles.Profile, Expired, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("config: profile: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, nil, fmt.Errorf("config: profile: %w", err)
	}
	return profiles.Parse(path, text, today)
}

// locate makes the path of the site's profile one that does not depend on where the agent was started.
func (c *Config) locate(configuration string) {
	c.Console.locate(configuration)
	c.NATS.locate(configuration)
	if c.ProfileFile != "" && !filepath.IsAbs(c.ProfileFile) {
		c.ProfileFile = filepath.Join(filepath.Dir(configuration), c.ProfileFile)
	}
}
