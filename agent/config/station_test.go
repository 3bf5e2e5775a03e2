package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
)

func TestAStationsServerIsOpenWithItsAuthorityAlone(t *testing.T) {
	const head = "site: clinic\nstation: desk\n"
	_, err := config.ParseStation("station.yaml", []byte(head+"nats: {listen: 192.168.1.5:4222}\n"))
	require.EqualError(t, err, `station.yaml:3:16: nats.listen would be open to the network without encryption and credentials; add authority, which bedside station init makes, or listen on loopback, like 127.0.0.1:4222
      2 | station: desk
>     3 | nats: {listen: 192.168.1.5:4222}
        |                ^`)
	_, err = config.ParseStation("station.yaml", []byte(head+"nats: {listen: 127.0.0.2:4222}\n"))
	require.NoError(t, err)
	_, err = config.ParseStation("station.yaml", []byte(head+"authority: .\nnats: {listen: \"0.0.0.0:4222\"}\n"))
	require.NoError(t, err)
	for _, other := range []string{"url: tls://nats.example:4222", "credentials_file: desk.creds"} {
		_, err = config.ParseStation("station.yaml", []byte(head+"authority: .\nnats: {"+other+"}\n"))
		require.ErrorContains(t, err, "authority is for the server of this station")
	}
}

func TestFilesBesideTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "station.yaml")
	require.NoError(t, os.WriteFile(file, []byte("site: clinic\nstation: desk\nauthority: .\n"), 0o600))
	s, err := config.LoadStation(file)
	require.NoError(t, err)
	assert.Equal(t, dir, s.Authority)
	assert.True(t, s.NATS.Embedded())

	file = filepath.Join(dir, "bedside.yaml")
	require.NoError(t, os.WriteFile(file, []byte("site: a\nroom: b\ndevices: [{name: o, driver: nonin, port: /dev/o}]\nnats: {credentials_file: room-1.creds}\n"), 0o600))
	c, err := config.Load(file)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "room-1.creds"), c.NATS.CredentialsFile)
	assert.False(t, c.NATS.Embedded(), "a credential of Bedside says where the server is")
	assert.Empty(t, c.NATS.Listen)
}
