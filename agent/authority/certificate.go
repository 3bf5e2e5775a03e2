package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"time"
)

// Times of certificates: the authority's and the server's as ECOSYSTEM.md section 5 has them, the others our choice.
const (
	caLife     = 10 * 365 * 24 * time.Hour
	serverLife = 397 * 24 * time.Hour // browsers refuse longer ones
	renewLeft  = 30 * 24 * time.Hour
	backdate   = 24 * time.Hour // a tablet's clock may be late
)

// names is what a station may be called, split as a certificate wants it.
type names struct {
	dns []string
	ips []net.IP
}

// split sorts hosts. Loopback is always among them: the station's own programs connect to it. Without it, an authority
// for addresses alone could speak for every DNS name, since a constraint counts for its own kind only.
func split(hosts []string) names {
	var n names
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if ip, err := netip.ParseAddr(h); err == nil {
			n.ips = append(n.ips, ip.Unmap().AsSlice())
		} else {
			n.dns = append(n.dns, h)
		}
	}
	return n
}

// newCA makes a certificate authority that can speak for those names and nothing else.
func newCA(site string, n names, now time.Time) (cert, key []byte, err error) {
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	t, err := template("Bedside authority of "+site, now, caLife)
	if err != nil {
		return nil, nil, err
	}
	t.IsCA, t.BasicConstraintsValid, t.MaxPathLenZero = true, true, true
	t.KeyUsage = x509.KeyUsageCertSign
	t.PermittedDNSDomainsCritical = true
	t.PermittedDNSDomains = n.dns
	for _, ip := range n.ips {
		bits := 8 * len(ip)
		t.PermittedIPRanges = append(t.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
	}
	// A kind of name without a constraint of its own would be free.
	t.PermittedEmailAddresses, t.PermittedURIDomains = []string{"localhost"}, []string{"localhost"}
	der, err := x509.CreateCertificate(rand.Reader, t, t, pair.Public(), pair)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	return encode(der, pair)
}

// newServer makes a server's certificate for those names.
func newServer(ca *x509.Certificate, by crypto.Signer, name string, n names, now time.Time) (cert, key []byte, err error) {
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	t, err := template(name, now, serverLife)
	if err != nil {
		return nil, nil, err
	}
	if t.NotAfter.After(ca.NotAfter) {
		t.NotAfter = ca.NotAfter
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	t.DNSNames, t.IPAddresses = n.dns, n.ips
	der, err := x509.CreateCertificate(rand.Reader, t, ca, pair.Public(), by)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	return encode(der, pair)
}

func template(name string, now time.Time, life time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(life),
	}, nil
}

func encode(der []byte, pair *ecdsa.PrivateKey) (cert, key []byte, err error) {
	secret, err := x509.MarshalPKCS8PrivateKey(pair)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), nil
}

// decode reads a certificate and its key.
func decode(cert, key []byte) (*x509.Certificate, crypto.Signer, error) {
	c, _ := pem.Decode(cert)
	k, _ := pem.Decode(key)
	if c == nil || k == nil {
		return nil, nil, errors.New("authority: a certificate or its key is not in PEM form")
	}
	parsed, err := x509.ParseCertificate(c.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	secret, err := x509.ParsePKCS8PrivateKey(k.Bytes)
	if err != nil {
		return nil, nil, errors.New("authority: a private key cannot be read") // the parser's words might repeat it
	}
	signer, ok := secret.(crypto.Signer)
	if !ok {
		return nil, nil, errors.New("authority: a private key cannot sign")
	}
	return parsed, signer, nil
}
