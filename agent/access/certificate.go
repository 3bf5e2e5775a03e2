package access

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Secure returns a listener that speaks TLS 1.2 or newer with the certificate of two PEM files, HTTP/2 included. The files
// are read again when they change, so that a certificate can be renewed without a restart.
func Secure(l net.Listener, certFile, keyFile string) (net.Listener, error) {
	p := &pair{cert: certFile, key: keyFile}
	if _, err := p.get(nil); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: p.get,
	}), nil
}

// lookAgain is how often the files of a certificate are looked at; our choice.
const lookAgain = time.Minute

// pair is a certificate with its key, as two files have them.
type pair struct {
	cert, key string

	mu      sync.Mutex
	have    *tls.Certificate
	changed time.Time // of the newer file, when it was read
	looked  time.Time
}

// get returns the certificate. Files that cannot be used leave the one that is there.
func (p *pair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.have != nil && now.Sub(p.looked) < lookAgain {
		return p.have, nil
	}
	p.looked = now
	changed, err := newest(p.cert, p.key)
	if err == nil && p.have != nil && changed.Equal(p.changed) {
		return p.have, nil
	}
	if err == nil {
		var loaded tls.Certificate
		if loaded, err = tls.LoadX509KeyPair(p.cert, p.key); err == nil {
			p.have, p.changed = &loaded, changed
		}
	}
	if p.have != nil {
		return p.have, nil
	}
	return nil, fmt.Errorf("access: certificate: %w", err)
}

func newest(files ...string) (time.Time, error) {
	var last time.Time
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return last, err
		}
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last, nil
}
