package authority_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/authority"
	"bedside/agent/credential"
)

func made(t *testing.T, now time.Time, addresses ...string) (*authority.Authority, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "station")
	a, err := authority.Init(dir, "clinic", "desk", addresses, now)
	require.NoError(t, err)
	return a, dir
}

func parse(t *testing.T, text []byte) *x509.Certificate {
	t.Helper()
	b, _ := pem.Decode(text)
	require.NotNil(t, b)
	c, err := x509.ParseCertificate(b.Bytes)
	require.NoError(t, err)
	return c
}

func served(t *testing.T, a *authority.Authority) *x509.Certificate {
	t.Helper()
	c, err := a.TLS().GetCertificate(&tls.ClientHelloInfo{})
	require.NoError(t, err)
	return c.Leaf
}

func TestCertificates(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	a, dir := made(t, now, "desk.clinic.example", "192.0.2.7:4333")
	text, err := a.CA()
	require.NoError(t, err)
	ca, leaf := parse(t, text), served(t, a)
	assert.True(t, ca.IsCA && ca.PermittedDNSDomainsCritical && ca.MaxPathLenZero)
	assert.Equal(t, []string{"localhost", "desk.clinic.example"}, ca.PermittedDNSDomains)
	assert.Equal(t, 397*24*time.Hour, leaf.NotAfter.Sub(now))
	assert.Equal(t, 3650*24*time.Hour, ca.NotAfter.Sub(now))
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	for _, name := range []string{"localhost", "127.0.0.1", "desk.clinic.example", "192.0.2.7"} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now})
		require.NoError(t, err, name)
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "bank.example", CurrentTime: now})
	require.ErrorAs(t, err, new(x509.HostnameError))

	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	for _, secret := range []string{"ca.key", "server.key", "users.conf", "authority.json", "credentials/desk.creds"} {
		info, err := os.Stat(filepath.Join(dir, secret))
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), secret)
	}
	for _, open := range []string{"users.conf", "authority.json", "ca.crt", "server.crt"} {
		text, err := os.ReadFile(filepath.Join(dir, open))
		require.NoError(t, err)
		assert.NotContains(t, string(text), "PRIVATE")
		assert.NotRegexp(t, `\bSU[A-Z0-9]{20}`, string(text), "no secret key outside the credential files")
	}
}

// TestTheAuthorityCannotSpeakForOthers signs for another name and another address with the authority's own key, as somebody
// who stole it would.
func TestTheAuthorityCannotSpeakForOthers(t *testing.T) {
	now := time.Now()
	for _, address := range []string{"desk.clinic.example", "192.0.2.7"} {
		a, dir := made(t, now, address)
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca.crt"), filepath.Join(dir, "ca.key"))
		require.NoError(t, err)
		roots := x509.NewCertPool()
		roots.AddCert(pair.Leaf)
		key := served(t, a).PublicKey
		for _, forged := range []x509.Certificate{
			{DNSNames: []string{"bank.example"}},
			{IPAddresses: []net.IP{net.IPv4(192, 0, 2, 8)}},
			{DNSNames: []string{"localhost", "bank.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}},
		} {
			forged.SerialNumber, forged.NotBefore, forged.NotAfter = big.NewInt(7), now.Add(-time.Hour), now.Add(time.Hour)
			der, err := x509.CreateCertificate(rand.Reader, &forged, pair.Leaf, key, pair.PrivateKey)
			require.NoError(t, err)
			leaf, err := x509.ParseCertificate(der)
			require.NoError(t, err)
			_, err = leaf.Verify(x509.VerifyOptions{Roots: roots})
			require.ErrorContains(t, err, "permitted", address)
		}
	}
}

func TestTheServersCertificateIsRenewed(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	a, dir := made(t, now, "192.0.2.7")
	first := served(t, a)
	renewed, err := a.Renew(now.Add(366 * 24 * time.Hour))
	require.NoError(t, err)
	assert.False(t, renewed, "31 days are left")
	later := now.Add(368 * 24 * time.Hour)
	renewed, err = a.Renew(later)
	require.NoError(t, err)
	assert.True(t, renewed, "29 days are left")
	assert.NotEqual(t, first.SerialNumber, served(t, a).SerialNumber)
	assert.Equal(t, later.Add(397*24*time.Hour), served(t, a).NotAfter)

	again, err := authority.Open(dir, later.Add(400*24*time.Hour))
	require.NoError(t, err)
	assert.Equal(t, later.Add(797*24*time.Hour), served(t, again).NotAfter, "a start renews, too, even late")
	end := now.Add(3640 * 24 * time.Hour)
	again, err = authority.Open(dir, end)
	require.NoError(t, err)
	assert.Equal(t, now.Add(3650*24*time.Hour), served(t, again).NotAfter, "no longer than the authority")
}

func TestNothingIsOverwritten(t *testing.T) {
	a, dir := made(t, time.Now(), "192.0.2.7")
	before, err := a.CA()
	require.NoError(t, err)
	_, err = authority.Init(dir, "clinic", "desk", []string{"192.0.2.7"}, time.Now())
	require.ErrorIs(t, err, fs.ErrExist)
	after, err := a.CA()
	require.NoError(t, err)
	assert.Equal(t, before, after)
	_, err = authority.Open(filepath.Join(dir, "elsewhere"), time.Now())
	require.ErrorContains(t, err, "bedside station init")
}

func TestWhatCannotBe(t *testing.T) {
	for what, c := range map[string]struct {
		site, station string
		addresses     []string
		want          string
	}{
		"site":     {"Clinic 1", "desk", []string{"h"}, "cannot be a site"},
		"station":  {"clinic", "page", []string{"h"}, "cannot be a station"},
		"none":     {"clinic", "desk", nil, "needs an address"},
		"any":      {"clinic", "desk", []string{"0.0.0.0"}, "by which anybody can call"},
		"wildcard": {"clinic", "desk", []string{"*.example"}, "is no address"},
		"URL":      {"clinic", "desk", []string{"tls://desk.example"}, "is no address"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "x")
			_, err := authority.Init(dir, c.site, c.station, c.addresses, time.Now())
			require.ErrorContains(t, err, c.want)
			assert.NoDirExists(t, dir)
		})
	}
}

func TestMembers(t *testing.T) {
	a, dir := made(t, time.Now(), "desk.example", "[2001:db8::1]:4333")
	file, err := a.Add(credential.Room, "room-1", time.Now())
	require.NoError(t, err)
	c, err := credential.Read(file)
	require.NoError(t, err)
	assert.Equal(t, []string{"tls://desk.example:4222", "tls://[2001:db8::1]:4333"}, c.Servers)
	assert.Equal(t, "_INBOX.bedside.clinic.room-1", c.InboxPrefix())
	public, err := c.Public()
	require.NoError(t, err)
	assert.Equal(t, public, a.Members()[1].Key)

	_, err = a.Add(credential.Viewer, "room-1", time.Now())
	require.ErrorIs(t, err, fs.ErrExist)
	_, err = a.Add(credential.Room, "../room", time.Now())
	require.ErrorContains(t, err, "cannot be a room")
	_, err = a.Revoke("room-2")
	require.ErrorIs(t, err, authority.ErrUnknown)

	again, err := authority.Open(dir, time.Now())
	require.NoError(t, err)
	require.Len(t, again.Members(), 2)
	_, err = again.Revoke("room-1")
	require.NoError(t, err)
	assert.NoFileExists(t, file)
	text, err := os.ReadFile(again.UsersFile())
	require.NoError(t, err)
	assert.NotContains(t, string(text), public)
	assert.True(t, strings.HasPrefix(string(text), "# Who may do what"))
}

func TestKeepEnds(t *testing.T) {
	a, _ := made(t, time.Now(), "192.0.2.7")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.Keep(ctx, nil)
}
