package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// Client returns how the connection to nats.url is secured, with the files read; nil for a TLS that says nothing: a tls://
// URL then uses the system's authorities.
func (t *TLS) Client() (*tls.Config, error) {
	if *t == (TLS{}) {
		return nil, nil //nolint:nilnil // see above
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("config: nats.tls.ca_file: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("config: nats.tls.ca_file: %s holds no certificate in PEM form", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("config: nats.tls.cert_file and key_file: %w", err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
