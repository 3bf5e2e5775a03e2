package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// Failure says why a channel did not deliver, in a sentence for the person who looks after the clinic's network. It never
// repeats what a server said, nor an address behind its host: both may have secrets in them, and so may the error below it,
// which is why there is none.
type Failure struct {
	Text      string
	Permanent bool          // trying again does not help
	After     time.Duration // the server asked to be left alone for as long; 0 if it did not
}

func (f *Failure) Error() string { return f.Text }

func temporary(kind, format string, args ...any) *Failure {
	return &Failure{Text: kind + ": " + fmt.Sprintf(format, args...)}
}

func permanent(kind, format string, args ...any) *Failure {
	f := temporary(kind, format, args...)
	f.Permanent = true
	return f
}

// unreached says what kept a connection from host. Nothing of it is for good: networks and certificates are mended.
func unreached(ctx context.Context, kind, host string, err error) *Failure {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		timeout   net.Error
	)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return temporary(kind, "the station stopped while %s was asked", host)
	case errors.As(err, &dns):
		return temporary(kind, "the name %s is not known to the name server; check the address, and DNS on this machine", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return temporary(kind, "nothing listens at %s; is the service running, and is the port right?", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return temporary(kind, "the network does not lead to %s; check cable, route and firewall", host)
	case errors.As(err, &authority):
		return temporary(kind, "the certificate of %s is signed by an authority that is not trusted here; name its file with ca_file", host)
	case errors.As(err, &name):
		return temporary(kind, "the certificate of %s is made out for another name; write the name that it has", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return temporary(kind, "the certificate of %s has run out, or a clock is wrong", host)
	case errors.As(err, &invalid):
		return temporary(kind, "the certificate of %s is not valid", host)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return temporary(kind, "%s does not speak TLS at this port", host)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return temporary(kind, "no answer from %s within %v; check firewall and server", host, attemptTime)
	default:
		return temporary(kind, "the connection to %s broke before it answered", host)
	}
}

// unreadable says that a file of the channel cannot be read. The name of the file is in the configuration, so it may be said.
func unreadable(kind, key string, err error) *Failure {
	var path *os.PathError
	switch {
	case errors.Is(err, os.ErrNotExist) && errors.As(err, &path):
		return temporary(kind, "there is no file %s; %s names it", path.Path, key)
	case errors.Is(err, os.ErrPermission) && errors.As(err, &path):
		return temporary(kind, "the station may not read %s; give its user the right to", path.Path)
	default:
		return temporary(kind, "the file of %s cannot be read", key)
	}
}
