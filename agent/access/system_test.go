package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/authority"
	"bedside/agent/doctor"
	"bedside/agent/record"
	"bedside/agent/scan"
	"bedside/agent/serialport"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// system is what stands behind the page of the system: an authority with its secrets, two channels, no port.
func (s *site) system(t *testing.T) *system.System {
	t.Helper()
	nowhere := t.TempDir()
	folder := filepath.Join(nowhere, "authority")
	a, err := authority.Init(folder, "clinic", "desk", []string{"192.0.2.7"}, time.Now())
	require.NoError(t, err)
	y := system.New(system.Options{
		Kind: system.Station, Site: "clinic", Name: "desk", Version: "test", Record: s.path, Status: s.room.Snapshot,
		Scanner: scan.New(scan.Options{Host: serialport.Host{Dev: nowhere, Sys: nowhere, Proc: nowhere, Run: nowhere}}),
		Examine: func(context.Context) doctor.Report {
			return doctor.Report{Findings: []doctor.Finding{{Area: "Clock", Level: doctor.Good, What: "right"}}}
		},
		Verify: func(context.Context) (record.Chain, error) { return record.Chain{Events: 7}, nil },
		Channels: func() []wire.ChannelState {
			return []wire.ChannelState{{Name: "phones", State: "untried"}, {Name: "mail", State: "untried"}}
		},
		Test: func(_ context.Context, channel string) error {
			s.tested = append(s.tested, channel)
			if channel == "mail" {
				return errors.New("mail: nobody answers")
			}
			return nil
		},
		Certificates: func() []system.Certificate {
			return []system.Certificate{system.ReadCertificate("page", filepath.Join(folder, "server.crt"), time.Now())}
		},
		CA: a.CA,
		Told: func(by, from, text string) {
			s.events = append(s.events, access.Event{What: "system", By: by, From: from, Subject: text})
		},
	})
	s.secrets = folder
	return y
}

func TestWhoMayLookAfterTheSystem(t *testing.T) {
	s := newSite(t)
	nobody, wall := s.browser(t), s.enrolled(t, "wall", true)
	viewer, nurse, lead := s.signed(t, "one", "VV"), s.signed(t, "two", "NN"), s.signed(t, "three", "LL")
	for _, c := range []struct {
		name         string
		by           *browser
		look, detect int
	}{{"a stranger", nobody, 401, 401}, {"a display", wall, 403, 403}, {"a viewer", viewer, 403, 403}, {"a nurse", nurse, 200, 403}, {"a lead", lead, 200, 200}} {
		status, body := c.by.get("/api/v1/system")
		assert.Equal(t, c.look, status, "%s looks: %s", c.name, body)
		for path, order := range map[string]string{"scan": `{}`, "verify": `{}`, "test": `{"channel":"phones"}`} {
			status, body := c.by.post("/api/v1/system/"+path, order)
			assert.Equal(t, c.detect, status, "%s orders %s: %s", c.name, path, body)
		}
	}
	assert.Equal(t, []string{"phones"}, s.tested, "of all those, one was allowed")

	status, body := lead.post("/api/v1/system/test", `{"channel":"phones","by":"somebody else"}`)
	assert.Equal(t, 409, status, "phones must not ring all the time: %s", body)
	status, body = lead.post("/api/v1/system/test", `{"channel":"mail","by":"somebody else"}`)
	assert.Equal(t, 409, status, "the order was right; the channel has failed")
	assert.Contains(t, body, `"code":"failed"`)
	assert.Contains(t, body, "nobody answers")
	status, _ = lead.post("/api/v1/system/test", `{"channel":"no-such"}`)
	assert.Equal(t, 409, status)
	assert.Equal(t, []string{"phones", "mail"}, s.tested)
	var last access.Event
	for _, e := range s.events {
		if e.What == "system" {
			last = e
		}
	}
	assert.Equal(t, access.Event{What: "system", By: "LL", From: "console:three", Subject: "A test could not be sent by mail: mail: nobody answers"}, last, "the record has who it was")
}

// Whatever anybody may read there: no PIN, no key and no code is in it.
func TestNoSecretIsInAnyAnswer(t *testing.T) {
	s := newSite(t)
	admin := s.signed(t, "desk-1", "AA")
	_, offered := admin.post("/api/v1/access/devices", `{"action":"enrol","name":"tablet"}`)
	var made struct{ Code, Address string }
	require.NoError(t, json.Unmarshal([]byte(offered), &made))
	assert.True(t, strings.HasSuffix(made.Address, "/#enrol="+made.Code), "what follows # is never sent")
	var secrets []string
	for _, pin := range pins {
		secrets = append(secrets, pin)
	}
	for _, cookie := range admin.cookies() {
		secrets = append(secrets, cookie)
	}
	secrets = append(secrets, made.Code, "PRIVATE KEY", "argon2")
	require.NoError(t, filepath.WalkDir(s.secrets, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".key") && !strings.HasSuffix(path, ".creds") {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.SplitSeq(string(text), "\n") {
			// A credential has the authority's public certificate beside its seed, which begins with SU.
			if len(line) > 30 && !strings.HasPrefix(line, "-") && (strings.HasSuffix(path, ".key") || strings.HasPrefix(line, "SU")) {
				secrets = append(secrets, line)
			}
		}
		return err
	}))
	require.Greater(t, len(secrets), 10)
	for _, path := range []string{"/api/v1/system", "/api/v1/system/scan", "/api/v1/access", "/api/v1/me", "/ca.crt"} {
		status, body := admin.get(path)
		require.Equal(t, 200, status, path)
		for _, secret := range secrets {
			assert.NotContains(t, body, secret, path)
		}
	}
	status, body := s.browser(t).get("/ca.crt")
	assert.Equal(t, 200, status, "a phone needs it before it is enrolled")
	assert.Contains(t, body, "BEGIN CERTIFICATE")
}

func TestAnAdminUnlocks(t *testing.T) {
	s := newSite(t)
	admin, ward := s.signed(t, "desk-1", "AA"), s.enrolled(t, "ward-1", false)
	for range 5 {
		status, _ := ward.signIn("NN", "111222")
		require.Equal(t, 401, status)
	}
	status, _ := ward.signIn("NN", pins["NN"])
	require.Equal(t, 429, status, "locked")
	_, body := admin.get("/api/v1/access")
	assert.Equal(t, 2, strings.Count(body, `"locked_s":`), "the person and the device: %s", body)

	status, _ = s.signed(t, "two", "LL").post("/api/v1/access/users", `{"action":"unlock","name":"NN"}`)
	assert.Equal(t, 403, status, "a lead does not")
	for _, c := range []struct{ path, order string }{{"users", `{"action":"unlock","name":"NN"}`}, {"devices", `{"action":"unlock","name":"ward-1"}`}} {
		status, body := admin.post("/api/v1/access/"+c.path, c.order)
		require.Equal(t, 200, status, body)
	}
	status, _ = admin.post("/api/v1/access/users", `{"action":"unlock","name":"XX"}`)
	assert.Equal(t, 404, status)
	status, body = ward.signIn("NN", pins["NN"])
	assert.Equal(t, 200, status, body)
	_, body = admin.get("/api/v1/access")
	assert.Contains(t, body, access.PersonUnlocked)
	assert.Contains(t, body, access.DeviceUnlocked)
	assert.NotContains(t, body, "locked_s")
}
