package credential_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/credential"
)

// ca is a certificate of an authority that was made for this test and has no key any more.
func ca(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "ca.crt"))
	require.NoError(t, err)
	return text
}

func TestACredentialComesBackAsItWas(t *testing.T) {
	servers := []string{"tls://desk.example:4222", "tls://[2001:db8::1]:4333"}
	made, public, err := credential.New(credential.Room, "clinic", "room-1", servers, ca(t))
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "room-1.creds")
	require.NoError(t, os.WriteFile(file, append([]byte("\r\n# carried by mail\r\n"), made.Encode()...), 0o600))
	read, err := credential.Read(file)
	require.NoError(t, err)
	assert.Equal(t, made.Encode(), read.Encode())
	assert.Equal(t, servers, read.Servers)
	got, err := read.Public()
	require.NoError(t, err)
	assert.Equal(t, public, got)
	assert.Len(t, read.Options(), 3, "key, authority, inbox")
}

func TestKeysOfNATS(t *testing.T) {
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	seed, err := pair.Seed()
	require.NoError(t, err)
	c, err := credential.Parse(seed)
	require.NoError(t, err)
	assert.Equal(t, credential.Key, c.Kind)
	assert.Nil(t, c.TLS())
	assert.Empty(t, c.InboxPrefix())
	assert.Len(t, c.Options(), 1)
}

func TestWhatIsNoCredential(t *testing.T) {
	made, _, err := credential.New(credential.Room, "clinic", "room-1", []string{"tls://desk.example:4222"}, ca(t))
	require.NoError(t, err)
	good := made.Encode()
	account, err := nkeys.CreateAccount()
	require.NoError(t, err)
	foreign, err := account.Seed()
	require.NoError(t, err)
	key, _, ok := bytes.Cut(good, []byte("-----BEGIN CERTIFICATE"))
	require.True(t, ok)
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"empty":             {nil, "holds no user key"},
		"an account's key":  {foreign, "holds no user key"},
		"no authority":      {key, "lacks the authority's certificate"},
		"damaged authority": {bytes.Replace(good, []byte("MII"), []byte("MIJ"), 1), "cannot be read"},
		"a kind":            {bytes.Replace(good, []byte("Kind: room"), []byte("Kind: king"), 1), "does not say of whom it is"},
		"a name":            {bytes.Replace(good, []byte("Name: room-1"), []byte("Name: *"), 1), "does not say of whom it is"},
		"without TLS":       {bytes.Replace(good, []byte("tls://"), []byte("nats://"), 1), "no server that is reached with TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := credential.Parse(c.text)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// FuzzParse expects no panic, no key in an error, and that what is taken comes back as it was.
func FuzzParse(f *testing.F) {
	seed := bytes.Repeat([]byte("A"), 58)
	f.Add([]byte("-----BEGIN BEDSIDE CREDENTIAL-----\nKind: room\nName: r\nServers: tls://h\nSite: s\n\nU1VB\n-----END BEDSIDE CREDENTIAL-----\n"))
	f.Add(append([]byte("-----BEGIN USER NKEY SEED-----\nSU"), seed...))
	f.Add([]byte("-----BEGIN NATS USER JWT-----\neyJ0\n------END NATS USER JWT------\n"))
	made, _, err := credential.New(credential.Viewer, "clinic", "wall", []string{"tls://h:1"}, ca(f))
	require.NoError(f, err)
	f.Add(made.Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := credential.Parse(text)
		if err != nil {
			assert.NotContains(t, err.Error(), "SUA")
			return
		}
		switch c.Kind {
		case credential.Room, credential.Station, credential.Viewer:
			again, err := credential.Parse(c.Encode())
			require.NoError(t, err)
			assert.Equal(t, c, again)
		}
	})
}
