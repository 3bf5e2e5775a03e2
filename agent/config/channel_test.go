package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/alerts"
)

func TestChannels(t *testing.T) {
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	text := read(t, "channels/good-every-kind.yaml")
	list, err := config.ParseChannels("/etc/bedside/station.yaml", text)
	require.NoError(t, err)
	assert.Equal(t, []config.Channel{
		{
			Name: "phones", Kind: config.Ntfy, URL: "https://ntfy.clinic.example/ward-7", Click: "https://station.clinic.example/",
			TokenFile: "/etc/bedside/ntfy-token", For: []string{"AB", "lead"}, Least: alerts.High,
			Steps: []string{"next_person", "everyone"},
		},
		{
			Name: "relay", Kind: config.Webhook, URL: "http://127.0.0.1:9000/hook", SecretFile: "/etc/bedside/hook",
			CAFile: "/etc/bedside/ca.pem", Least: alerts.Medium,
		},
		{Name: "it", Kind: config.Alertmanager, URL: "https://alerts.clinic.example:9093/am", Least: alerts.Low},
		{
			Name: "mail", Kind: config.Mail, Server: "mail.clinic.example:587", User: "station",
			SecretFile: "/etc/bedside/mail-password", From: "station@clinic.example",
			To: []string{"lead@clinic.example", "ward@clinic.example"}, Least: alerts.Medium,
		},
	}, list)

	t.Setenv("CREDENTIALS_DIRECTORY", "/run/credentials/bedside-station.service")
	list, err = config.ParseChannels("/etc/bedside/station.yaml", text)
	require.NoError(t, err)
	assert.Equal(t, "/run/credentials/bedside-station.service/ntfy-token", list[0].TokenFile)
	assert.Equal(t, "/etc/bedside/hook", list[1].SecretFile)
	assert.Equal(t, "/etc/bedside/ca.pem", list[1].CAFile, "authorities are no secret")
	assert.Equal(t, "/run/credentials/bedside-station.service/mail-password", list[3].SecretFile)
}

// TestBadChannels compares the whole report of each faulty file with the text beside it.
func TestBadChannels(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "channels", "bad-*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			list, err := config.ParseChannels(name+".yaml", read(t, "channels/"+name+".yaml"))
			require.Error(t, err)
			assert.Nil(t, list)
			assert.NotContains(t, err.Error(), "s3cret")
			want := filepath.Join("channels", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(filepath.Join("testdata", want), []byte(err.Error()+"\n"), 0o644))
			}
			assert.Equal(t, read(t, want), err.Error()+"\n")
		})
	}
}

func FuzzChannels(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "channels", "*.yaml"))
	require.NoError(f, err)
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := config.ParseChannels("fuzz.yaml", text)
		if err != nil {
			checkErrors(t, text, err)
			return
		}
		for _, c := range list {
			for _, word := range []string{c.URL, c.Click, c.Server, c.User, c.From, strings.Join(c.To, ""), strings.Join(c.For, "")} {
				if strings.ContainsAny(word, "\r\n\x00") {
					t.Fatalf("accepted although it would break a line: %q", word)
				}
			}
			if strings.HasPrefix(c.URL, "http://") && c.Kind != config.Mail &&
				!strings.Contains(c.URL, "localhost") && !strings.Contains(c.URL, "127.") && !strings.Contains(c.URL, "::1") {
				t.Fatalf("accepted although it leaves the machine without TLS: %q", c.URL)
			}
		}
	})
}
