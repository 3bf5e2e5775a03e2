package system_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/system"
)

// made returns a certificate and its PEM text, good from and until those moments.
func made(t *testing.T, name string, from, until time.Time) (*x509.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"a.clinic", "b.clinic"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return c, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestACertificateIsJudgedByTheDay(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	until := from.AddDate(1, 0, 0)
	c, _ := made(t, "station.clinic", from, until)
	for now, state := range map[time.Time]string{
		from.Add(-time.Second): "early", from: "ok", until.AddDate(0, 0, -30): "ok", until.AddDate(0, 0, -30).Add(time.Second): "soon",
		until.Add(-time.Second): "soon", until: "over", until.AddDate(5, 0, 0): "over", time.Unix(0, 0): "early",
	} {
		got := system.NewCertificate("page", c, now)
		assert.Equal(t, state, got.State, "%v", now)
		assert.Equal(t, until, got.Until.UTC())
		assert.Equal(t, state == "early", got.From != nil)
	}
	assert.Equal(t, "station.clinic", system.NewCertificate("page", c, from).Name)
	unnamed, _ := made(t, "", from, until)
	assert.Equal(t, "a.clinic, b.clinic", system.NewCertificate("page", unnamed, from).Name)
}

func TestAFileWithoutACertificateSaysWhy(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	_, text := made(t, "station.clinic", now.AddDate(0, -1, 0), now.AddDate(1, 0, 0))
	folder := t.TempDir()
	read := func(name string, text []byte) system.Certificate {
		t.Helper()
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, text, 0o600))
		return system.ReadCertificate("page", file, now)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")})
	assert.Equal(t, "ok", read("after a key", append(key, text...)).State)
	for name, text := range map[string][]byte{"a key alone": key, "empty": nil, "garbage": []byte("hello"), "half": text[:len(text)/2]} {
		got := read(name, text)
		assert.Equal(t, system.Certificate{Use: "page", State: "unreadable", Why: "system: certificate: the file has none in PEM form"}, got, name)
	}
	broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("secret")})
	got := read("broken", broken)
	assert.Equal(t, "unreadable", got.State)
	assert.NotContains(t, got.Why, "secret")
	gone := system.ReadCertificate("client", filepath.Join(folder, "gone.crt"), now)
	assert.Equal(t, "unreadable", gone.State)
	assert.Contains(t, gone.Why, "gone.crt")
}

func TestTheAuthorityIsShownAsPhonesShowIt(t *testing.T) {
	now := time.Now()
	c, text := made(t, "clinic", now.Add(-time.Hour), now.AddDate(1, 0, 0))
	s := system.New(system.Options{CA: func() ([]byte, error) { return text, nil }})
	ca := s.Look(t.Context()).CA
	require.NotNil(t, ca)
	assert.Equal(t, "authority", ca.Use)
	assert.Equal(t, "ok", ca.State)
	assert.Equal(t, fmt.Sprintf("%X", sha256.Sum256(c.Raw)), strings.ReplaceAll(ca.Fingerprint, ":", ""))
	assert.Len(t, ca.Fingerprint, 32*3-1)
	public, ok := s.Authority()
	assert.True(t, ok)
	assert.Equal(t, text, public)

	for _, text := range []string{"", "garbage"} {
		assert.Nil(t, system.New(system.Options{CA: func() ([]byte, error) { return []byte(text), nil }}).Look(t.Context()).CA)
	}
	none := system.New(system.Options{CA: func() ([]byte, error) { return nil, errors.New("there is none") }})
	assert.Nil(t, none.Look(t.Context()).CA)
	_, ok = none.Authority()
	assert.False(t, ok)
}
