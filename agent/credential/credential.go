package credential

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/nats-io/nkeys"

	"bedside/agent/wire"
)

// Kind says what somebody may do on NATS. DESIGN.md of agent/authority lists it.
type Kind string

// The kinds. The last two are not made by Bedside: a NATS server knows what they may do.
const (
	Room    Kind = "room"    // publishes its own subjects and hears its own commands
	Station Kind = "station" // hears all and commands all
	Viewer  Kind = "viewer"  // hears all
	Token   Kind = "token"   // a user token of NATS (JWT) with its key
	Key     Kind = "key"     // a bare user key
)

// Credential is what a credential file says. It is a secret: nobody prints it. Nobody changes it after [Read], so it may be
// used concurrently.
type Credential struct {
	Kind    Kind
	Site    string   // of a room, station or viewer, as is Name
	Name    string   // of the room, the station or the viewer
	Servers []string // tls:// URLs
	CA      []byte   // certificate of the authority, PEM

	seed []byte
	file string // of a Token
}

const (
	blockType   = "BEDSIDE CREDENTIAL"
	certificate = "CERTIFICATE"
	maxFile     = 64 << 10 // of a credential file; our choice, they have some 1 kB
)

// New makes a credential with a new key, and returns it with the public key by which a server knows it.
func New(kind Kind, site, name string, servers []string, ca []byte) (*Credential, string, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return nil, "", fmt.Errorf("credential: %w", err)
	}
	defer pair.Wipe()
	seed, err := pair.Seed()
	if err != nil {
		return nil, "", fmt.Errorf("credential: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return nil, "", fmt.Errorf("credential: %w", err)
	}
	return &Credential{Kind: kind, Site: site, Name: name, Servers: servers, CA: ca, seed: bytes.Clone(seed)}, public, nil
}

// Encode returns the content of the credential's file. It is a secret.
func (c *Credential) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Bedside: the credential of %s %s at %s. It is a secret: who has it can pass for %s.\n", c.Kind, c.Name, c.Site, c.Name)
	b.Write(pem.EncodeToMemory(&pem.Block{
		Type: blockType, Bytes: c.seed,
		Headers: map[string]string{
			"Kind": string(c.Kind), "Name": c.Name, "Servers": strings.Join(c.Servers, ","), "Site": c.Site,
		},
	}))
	b.Write(c.CA)
	return b.Bytes()
}

// Read reads a credential file. The error never repeats what is in it.
func Read(path string) (*Credential, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	c, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("credential: %s %w", path, err)
	}
	c.file = path
	return c, nil
}

// Parse reads the content of a credential file. A [Token] that was not read by [Read] cannot be used to connect.
func Parse(text []byte) (*Credential, error) {
	if b, rest := pem.Decode(text); b != nil && b.Type == blockType {
		return ours(b, rest)
	}
	pair, err := nkeys.ParseDecoratedUserNKey(text)
	if err != nil {
		return nil, errors.New("holds no user key")
	}
	defer pair.Wipe()
	seed, err := pair.Seed()
	if err != nil {
		return nil, errors.New("holds no user key")
	}
	if !bytes.Contains(text, []byte("NATS USER JWT")) {
		return &Credential{Kind: Key, seed: bytes.Clone(seed)}, nil
	}
	if _, err := nkeys.ParseDecoratedJWT(text); err != nil {
		return nil, errors.New("holds no user token")
	}
	return &Credential{Kind: Token, seed: bytes.Clone(seed)}, nil
}

// ours reads a credential that [Credential.Encode] wrote.
func ours(b *pem.Block, rest []byte) (*Credential, error) {
	c := &Credential{Kind: Kind(b.Headers["Kind"]), Site: b.Headers["Site"], Name: b.Headers["Name"], seed: b.Bytes}
	switch {
	case c.Kind != Room && c.Kind != Station && c.Kind != Viewer, !wire.ValidToken(c.Site), !wire.ValidToken(c.Name):
		return nil, errors.New("does not say of whom it is")
	case !validSeed(c.seed):
		return nil, errors.New("holds no user key")
	}
	for s := range strings.SplitSeq(b.Headers["Servers"], ",") {
		if !strings.HasPrefix(s, "tls://") {
			return nil, errors.New("names no server that is reached with TLS")
		}
		c.Servers = append(c.Servers, s)
	}
	ca, _ := pem.Decode(rest)
	if ca == nil || ca.Type != certificate {
		return nil, errors.New("lacks the authority's certificate")
	}
	if _, err := x509.ParseCertificate(ca.Bytes); err != nil {
		return nil, fmt.Errorf("has an authority's certificate that cannot be read: %w", err)
	}
	c.CA = pem.EncodeToMemory(ca)
	return c, nil
}

func validSeed(seed []byte) bool {
	pair, err := nkeys.FromSeed(seed)
	if err != nil {
		return false
	}
	defer pair.Wipe()
	public, err := pair.PublicKey()
	return err == nil && nkeys.IsValidPublicUserKey(public)
}
