package credential

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"bedside/agent/wire"
)

// Public returns the public key by which a server knows the credential.
func (c *Credential) Public() (string, error) {
	pair, err := nkeys.FromSeed(c.seed)
	if err != nil {
		return "", fmt.Errorf("credential: %w", err)
	}
	defer pair.Wipe()
	return pair.PublicKey()
}

// InboxPrefix returns what the subjects of answers must begin with: a server lets nobody listen to another's answers. It is
// "" where that is up to the server.
func (c *Credential) InboxPrefix() string {
	switch c.Kind {
	case Room, Station, Viewer:
		return Inbox(c.Kind, c.Site, c.Name)
	default:
		return ""
	}
}

// Inbox returns what the subjects of answers to somebody begin with, without a dot at the end. That of a room is the one it
// has without a credential, too.
func Inbox(kind Kind, site, name string) string {
	if kind == Room {
		return "_INBOX.bedside." + site + "." + name
	}
	return "_INBOX.bedside." + site + "._" + string(kind) + "." + name
}

// TLS returns how the servers are known, or nil if the credential does not say: by the authority alone, whatever other
// authorities the system trusts.
func (c *Credential) TLS() *tls.Config {
	if len(c.CA) == 0 {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.CA) // it was parsed when it was read
	return &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots}
}

// Options returns what a connection with the credential needs: its key, its authority, and where answers go.
func (c *Credential) Options() []nats.Option {
	options := c.LocalOptions()
	if t := c.TLS(); t != nil {
		options = append(options, nats.Secure(t))
	}
	return options
}

// LocalOptions returns the same for a server in this process, which there is no reason to encrypt for: the client would wait
// for ever.
func (c *Credential) LocalOptions() []nats.Option {
	if c.Kind == Token {
		return []nats.Option{nats.UserCredentials(c.file)}
	}
	public, err := c.Public()
	if err != nil {
		return []nats.Option{func(*nats.Options) error { return err }}
	}
	options := []nats.Option{nats.Nkey(public, c.sign)}
	if p := c.InboxPrefix(); p != "" {
		options = append(options, nats.CustomInboxPrefix(p))
	}
	return options
}

// Try connects to the servers, or to others that are named, and says why it cannot. It ends the connection at once.
func (c *Credential) Try(servers []string, within time.Duration) error {
	if len(servers) == 0 {
		servers = c.Servers
	}
	nc, err := nats.Connect(strings.Join(servers, ","), append(c.Options(), nats.Name("bedside doctor"), nats.NoReconnect(), nats.Timeout(within))...)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	nc.Close()
	return nil
}

func (c *Credential) sign(nonce []byte) ([]byte, error) {
	pair, err := nkeys.FromSeed(c.seed)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	defer pair.Wipe()
	return pair.Sign(nonce)
}

// Room returns the address of a room's credential.
func (c *Credential) Room() wire.Room { return wire.Room{Site: c.Site, Room: c.Name} }
