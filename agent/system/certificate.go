package system

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// soon is how long before its end a certificate is warned of: 30 days; the station renews its own by then.
const soon = 30 * 24 * time.Hour

// Certificate is one that the program shows to others, and when it ends.
type Certificate struct {
	Use   string     `json:"use"` // page, server, authority, client
	Name  string     `json:"name,omitempty"`
	Until *time.Time `json:"until,omitempty"`
	From  *time.Time `json:"from,omitempty"` // of early
	State string     `json:"state"`          // ok, soon, over, early, unreadable
	Why   string     `json:"why,omitempty"`  // of unreadable
}

// NewCertificate judges a certificate by now.
func NewCertificate(use string, c *x509.Certificate, now time.Time) Certificate {
	out := Certificate{Use: use, Name: c.Subject.CommonName, Until: &c.NotAfter, State: "ok"}
	if out.Name == "" {
		out.Name = strings.Join(c.DNSNames, ", ")
	}
	switch {
	case now.Before(c.NotBefore): // more often a clock that is wrong than a certificate
		out.State, out.From = "early", &c.NotBefore
	case !now.Before(c.NotAfter):
		out.State = "over"
	case c.NotAfter.Sub(now) < soon:
		out.State = "soon"
	}
	return out
}

// ReadCertificate reads the first certificate of a PEM file and judges it by now.
func ReadCertificate(use, file string, now time.Time) Certificate {
	text, err := os.ReadFile(file)
	var c *x509.Certificate
	if err == nil {
		c, err = decode(text)
	}
	if err != nil {
		return Certificate{Use: use, State: "unreadable", Why: err.Error()}
	}
	return NewCertificate(use, c, now)
}

// decode returns the first certificate of a text in PEM form.
func decode(text []byte) (*x509.Certificate, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("system: certificate: %w", err)
		}
		return c, nil
	}
	return nil, errors.New("system: certificate: the file has none in PEM form")
}

// CA is the authority whose certificate phones and tablets have to trust.
type CA struct {
	Certificate
	Fingerprint string `json:"fingerprint"` // SHA-256, as phones show it
}

func (s *System) ca() *CA {
	text, ok := s.Authority()
	if !ok {
		return nil
	}
	c, err := decode(text)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(c.Raw)
	var pairs []string
	for _, b := range sum {
		pairs = append(pairs, strings.ToUpper(hex.EncodeToString([]byte{b})))
	}
	return &CA{NewCertificate("authority", c, time.Now()), strings.Join(pairs, ":")}
}

// Authority returns the certificate of the authority, PEM, for whoever asks: it is public.
func (s *System) Authority() ([]byte, bool) {
	if s.o.CA == nil {
		return nil, false
	}
	text, err := s.o.CA()
	return text, err == nil
}
