package authority

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"bedside/agent/credential"
	"bedside/agent/wire"
)

// The files of the folder. Secret ones can be read by their owner alone.
const (
	indexFile   = "authority.json"
	caFile      = "ca.crt"
	caKeyFile   = "ca.key" // secret
	certFile    = "server.crt"
	keyFile     = "server.key"  // secret
	usersFile   = "users.conf"  // who may do what, for the NATS server; generated
	credentials = "credentials" // folder of the credential files, secret
)

const (
	renewEvery = 24 * time.Hour
	natsPort   = "4222"
)

// index is what the folder says of itself.
type index struct {
	Site    string   `json:"site"`
	Station string   `json:"station"`
	Hosts   []string `json:"hosts"`
	Servers []string `json:"servers"`
	Members []Member `json:"members"`
}

// Member is somebody who may connect.
type Member struct {
	Kind  credential.Kind `json:"kind"`
	Name  string          `json:"name"`
	Key   string          `json:"key"` // public
	Since time.Time       `json:"since"`
}

// Authority is the authority of a folder. [Authority.TLS] may be used concurrently with everything else; of the other
// methods, one at a time.
type Authority struct {
	dir    string
	index  index
	served atomic.Pointer[tls.Certificate]
}

// Init makes an authority in dir, with the station's own credential. Addresses are what the station is called by rooms and
// tablets, HOST or HOST:PORT, where the port is that of NATS. A folder that has one already is left alone, with an error that
// is [fs.ErrExist].
func Init(dir, site, station string, addresses []string, now time.Time) (*Authority, error) {
	if !wire.ValidToken(site) {
		return nil, fmt.Errorf("authority: %q cannot be a site: use 1 to 63 lower-case letters, digits and dashes", site)
	}
	if !wire.ValidStation(station) {
		return nil, fmt.Errorf("authority: %q cannot be a station: use 1 to 63 lower-case letters, digits and dashes", station)
	}
	x := index{Site: site, Station: station}
	for _, a := range addresses {
		host, server, err := address(a)
		if err != nil {
			return nil, err
		}
		x.Hosts, x.Servers = append(x.Hosts, host), append(x.Servers, server)
	}
	if len(x.Hosts) == 0 {
		return nil, errors.New("authority: a station needs an address by which rooms and tablets call it")
	}
	if _, err := os.Stat(filepath.Join(dir, indexFile)); err == nil {
		return nil, fmt.Errorf("authority: %s has an authority already: %w", dir, fs.ErrExist)
	}
	if err := os.MkdirAll(filepath.Join(dir, credentials), 0o700); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	a := &Authority{dir: dir, index: x}
	cert, key, err := newCA(site, split(x.Hosts), now)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.write(caKeyFile, key, 0o600), a.write(caFile, cert, 0o644)); err != nil {
		return nil, err
	}
	if err := a.renew(now); err != nil {
		return nil, err
	}
	if _, err := a.Add(credential.Station, station, now); err != nil {
		return nil, err
	}
	return a, nil
}

// hostName is what a DNS name of a station looks like: no wildcard, no dot at the end.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// address splits HOST or HOST:PORT and returns the URL of the NATS server there.
func address(text string) (host, server string, err error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), natsPort
	}
	host = strings.ToLower(host)
	number, portErr := strconv.ParseUint(port, 10, 16)
	ip, err := netip.ParseAddr(host)
	switch {
	case portErr != nil || number == 0:
		return "", "", fmt.Errorf("authority: %q is no address; write a name or an IP address, with :PORT if NATS is not on %s", text, natsPort)
	case err == nil && (ip.IsUnspecified() || ip.IsMulticast() || ip.Zone() != ""):
		return "", "", fmt.Errorf("authority: %q is no address by which anybody can call a station", text)
	case err != nil && (len(host) > 253 || !hostName.MatchString(host)):
		return "", "", fmt.Errorf("authority: %q is no address; write a name or an IP address, with :PORT if NATS is not on %s", text, natsPort)
	}
	return host, "tls://" + net.JoinHostPort(host, port), nil
}

// Open reads the authority of a folder and renews the server's certificate if it is due.
func Open(dir string, now time.Time) (*Authority, error) {
	a := &Authority{dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, indexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("authority: %s has no authority; bedside station init makes one: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	if err := json.Unmarshal(text, &a.index); err != nil {
		return nil, fmt.Errorf("authority: %s: %w", indexFile, err)
	}
	pair, err := tls.LoadX509KeyPair(a.path(certFile), a.path(keyFile))
	if err != nil {
		return nil, fmt.Errorf("authority: server's certificate: %w", err)
	}
	a.served.Store(&pair)
	if _, err := a.Renew(now); err != nil {
		return nil, err
	}
	return a, nil
}

// Site returns the site whose authority it is.
func (a *Authority) Site() string { return a.index.Site }

// Station returns the station whose authority it is.
func (a *Authority) Station() string { return a.index.Station }

// Listen returns where the station's server should listen: at the only address, if it is one of a computer and not a name,
// else everywhere; on the port of the first.
func (a *Authority) Listen() string {
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(a.index.Servers[0], "tls://")) // Init has joined it
	host := "0.0.0.0"
	for _, h := range a.index.Hosts {
		ip, err := netip.ParseAddr(h)
		switch {
		case err == nil && len(a.index.Hosts) == 1:
			host = h
		case err == nil && ip.Is6():
			host = "::"
		}
	}
	return net.JoinHostPort(host, port)
}

// Members returns who may connect, in the order in which they came.
func (a *Authority) Members() []Member { return slices.Clone(a.index.Members) }

// UsersFile returns the path of the file that says who may do what on the NATS server; see broker.Options.
func (a *Authority) UsersFile() string { return a.path(usersFile) }

// Credential returns the path of the station's own credential file.
func (a *Authority) Credential() string { return a.credential(a.index.Station) }

// CA returns the certificate of the authority, PEM, for tablets.
func (a *Authority) CA() ([]byte, error) {
	text, err := os.ReadFile(a.path(caFile))
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	return text, nil
}

// TLS returns how the station's server and pages show themselves. A renewed certificate is shown without a restart.
func (a *Authority) TLS() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS13, // our choice: NATS clients here and browsers since 2018 speak it
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.served.Load(), nil },
	}
}

// Renew makes a new server's certificate if less than 30 days are left of the present one. It reports whether it did.
func (a *Authority) Renew(now time.Time) (bool, error) {
	if a.served.Load().Leaf.NotAfter.Sub(now) >= renewLeft {
		return false, nil
	}
	return true, a.renew(now)
}

func (a *Authority) renew(now time.Time) error {
	caCert, err := a.CA()
	if err != nil {
		return err
	}
	caKey, err := os.ReadFile(a.path(caKeyFile))
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	ca, by, err := decode(caCert, caKey)
	if err != nil {
		return err
	}
	cert, key, err := newServer(ca, by, a.index.Station, split(a.index.Hosts), now)
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	if err := errors.Join(a.write(keyFile, key, 0o600), a.write(certFile, cert, 0o644)); err != nil {
		return err
	}
	a.served.Store(&pair)
	return nil
}

// Keep renews the certificate when it is due, once a day, until ctx ends.
func (a *Authority) Keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			switch renewed, err := a.Renew(now); {
			case err != nil:
				log.Error("the server's certificate cannot be renewed", "until", a.served.Load().Leaf.NotAfter, "err", err)
			case renewed:
				log.Info("the server's certificate is renewed", "until", a.served.Load().Leaf.NotAfter)
			}
		}
	}
}

func (a *Authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *Authority) credential(name string) string {
	return filepath.Join(a.dir, credentials, name+".creds")
}

// write replaces a file at once: whoever reads it meanwhile gets the old or the new one.
func (a *Authority) write(name string, text []byte, mode os.FileMode) error {
	path := a.path(name)
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("authority: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
