package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/serialport"
	"bedside/agent/setup"
)

// sample is a release around a program of a few bytes.
func sample(t *testing.T) (r *release, program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(program, []byte("a program"), 0o600))
	return &release{
		version: "1.2.3-rc.1", date: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), maintainer: "A Person <a@example.org>",
		notes: []string{"It alarms.", "And it is quiet."}, licenses: []byte("licences"),
		pages:       map[string][]byte{"bedside.1": []byte(".TH"), "bedside-agent.1": []byte(".TH")},
		completions: map[string][]byte{"bash": []byte("b"), "zsh": []byte("z"), "fish": []byte("f")},
	}, program
}

// parts returns the members of a deb, an archive of ar(5).
func parts(t *testing.T, deb []byte) map[string][]byte {
	t.Helper()
	rest, ok := bytes.CutPrefix(deb, []byte("!<arch>\n"))
	require.True(t, ok)
	members := make(map[string][]byte)
	for len(rest) > 0 {
		require.GreaterOrEqual(t, len(rest), 60)
		head := string(rest[:60])
		var size int
		require.NoError(t, json.Unmarshal([]byte(strings.TrimSpace(head[48:58])), &size))
		members[strings.TrimRight(head[:16], " /")] = rest[60 : 60+size]
		rest = rest[60+size+size%2:]
	}
	return members
}

// packed is a file in a deb.
type packed struct {
	tar.Header
	text string
}

func unpack(t *testing.T, zipped []byte) map[string]packed {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	require.NoError(t, err)
	all := make(map[string]packed)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		if h.Typeflag == tar.TypeReg {
			all[strings.TrimPrefix(h.Name, ".")] = packed{*h, string(text)}
		}
	}
}

func TestThePackageHoldsWhatAClinicNeeds(t *testing.T) {
	r, program := sample(t)
	deb, err := r.pack("amd64", program)
	require.NoError(t, err)
	members := parts(t, deb)
	got := unpack(t, members["data.tar.gz"])
	want := []string{
		"/etc/bedside/bedside.yaml",
		"/etc/bedside/station.yaml",
		"/usr/bin/bedside",
		"/usr/lib/sysusers.d/bedside.conf",
		"/usr/lib/udev/rules.d/60-bedside.rules",
		"/usr/share/bash-completion/completions/bedside",
		"/usr/share/doc/bedside/changelog.gz",
		"/usr/share/doc/bedside/copyright",
		"/usr/share/doc/bedside/third-party-licenses.gz",
		"/usr/share/fish/vendor_completions.d/bedside.fish",
		"/usr/share/lintian/overrides/bedside",
		"/usr/share/man/man1/bedside-agent.1.gz",
		"/usr/share/man/man1/bedside.1.gz",
		"/usr/share/zsh/vendor-completions/_bedside",
	}
	for _, u := range units() {
		want = append(want, "/usr/lib/systemd/system/"+u.Unit)
	}
	slices.Sort(want)
	assert.Equal(t, want, slices.Sorted(maps.Keys(got)))
	for name, f := range got {
		mode := int64(0o644)
		if name == "/usr/bin/bedside" {
			mode = 0o755
		}
		assert.Equal(t, mode, f.Mode, name)
		assert.Equal(t, "root", f.Uname, name)
		assert.True(t, r.date.Equal(f.ModTime), "%s is from %v", name, f.ModTime)
	}
	assert.Equal(t, serialport.UdevRules(), got["/usr/lib/udev/rules.d/60-bedside.rules"].text, "one text, whoever gives it")

	control := unpack(t, members["control.tar.gz"])
	assert.Equal(t, "/etc/bedside/bedside.yaml\n/etc/bedside/station.yaml\n", control["/conffiles"].text, "what somebody has written is never overwritten")
	assert.Contains(t, control["/control"].text, "Version: 1.2.3~rc.1\n", "older than 1.2.3")
	assert.Contains(t, control["/control"].text, "Architecture: amd64\n")
	for _, script := range []string{"/postinst", "/prerm", "/postrm"} {
		assert.Equal(t, int64(0o755), control[script].Mode, script)
	}
}

func TestTheChangelogIsDebians(t *testing.T) {
	r, _ := sample(t)
	assert.Equal(t, "bedside (1.2.3~rc.1) stable; urgency=medium\n\n  * It alarms.\n  * And it is quiet.\n\n"+
		" -- A Person <a@example.org>  Sun, 22 Nov 2026 09:00:00 +0000\n", string(r.changelog()))
}

// The same program packed twice, at different times and in different folders, is the same package.
func TestThePackageIsReproducible(t *testing.T) {
	one, program := sample(t)
	first, err := one.pack("arm64", program)
	require.NoError(t, err)
	two, other := sample(t)
	require.NoError(t, os.Chtimes(other, time.Unix(1, 0), time.Unix(1, 0)))
	second, err := two.pack("arm64", other)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(first, second))

	require.ErrorIs(t, same([]result{{"a", first}}, []result{{"a", append(slices.Clone(second), 0)}}), errDiffers)
	require.NoError(t, same([]result{{"a", first}}, []result{{"a", second}}))
}

// A package without its manual pages or completions is not made.
func TestNothingIsLeftOutQuietly(t *testing.T) {
	r, program := sample(t)
	r.completions["fish"] = nil
	_, err := r.pack("amd64", program)
	require.ErrorContains(t, err, "bedside.fish is empty")
}

func TestExampleConfigurationsAreValid(t *testing.T) {
	text, err := data.ReadFile("data/bedside.yaml")
	require.NoError(t, err)
	assert.True(t, setup.Blank(text), "nothing of it is anybody's room: the first run asks")

	// What is commented out is right.
	c, err := config.Parse("bedside.yaml", []byte(uncommented(string(text))))
	require.NoError(t, err)
	assert.Equal(t, "/var/lib/bedside/record.db", c.Record.Path, "below the folder that systemd makes and purge removes")
	assert.NotEmpty(t, c.NATS.URLs)
	assert.Equal(t, "oximeter", c.Devices[1].SameArmAs)
}

func TestExampleStationsAreValid(t *testing.T) {
	text, err := data.ReadFile("data/station.yaml")
	require.NoError(t, err)
	load := func(text string) *config.Station {
		t.Helper()
		file := filepath.Join(t.TempDir(), "station.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		c, err := config.LoadStation(file)
		require.NoError(t, err)
		return c
	}
	c := load(string(text))
	assert.Equal(t, "127.0.0.1:4222", c.NATS.Listen, "nobody on the network before somebody has decided that")
	const state = "/var/lib/bedside/"
	assert.True(t, strings.HasPrefix(c.Record.Path, state) && strings.HasPrefix(c.NATS.Store, state), "what systemd makes and purge removes")

	// What is commented out is right, too.
	c = load(uncommented(string(text)))
	assert.Len(t, c.Channels, 1)
	assert.NotEmpty(t, c.Console.TLS.CertFile)
	assert.True(t, strings.HasPrefix(c.Authority, state) && strings.HasPrefix(c.Console.Access, state), "the unit lets it write nowhere else")
	for _, u := range units() {
		if u.Command != "station" {
			continue
		}
		unit, err := u.render()
		require.NoError(t, err)
		for _, secret := range []string{filepath.Base(c.Console.TLS.KeyFile), filepath.Base(c.Channels[0].TokenFile)} {
			assert.Contains(t, string(unit), "\n#LoadCredential="+secret+":", "the unit shows how it gets there")
		}
	}
}

// uncommented turns lines like "#key: value" into what they would be; a comment in words has one space after its sign.
func uncommented(text string) string {
	key := regexp.MustCompile(`^ *(- )?(\{|[a-z_]+:)`)
	var b strings.Builder
	for line := range strings.Lines(text) {
		rest, comment := strings.CutPrefix(line, "#")
		indent := len(rest) - len(strings.TrimLeft(rest, " "))
		switch {
		case !comment || indent == 1 || !key.MatchString(rest):
		case indent == 3: // below a device
			line = " " + rest
		default:
			line = rest
		}
		b.WriteString(line)
	}
	return b.String()
}

// systemd checks the units, as it does on a computer that they are installed on.
func TestSystemdUnderstandsTheUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed (Debian: package systemd), so the units are not checked")
	}
	for _, u := range units() {
		t.Run(u.Unit, func(t *testing.T) {
			text, err := u.render()
			require.NoError(t, err)
			file := filepath.Join(t.TempDir(), u.Unit)
			// The program is not installed here, and another one stands for it.
			require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(text, []byte("/usr/bin/bedside"), []byte("/bin/true")), 0o600))
			out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", file).CombinedOutput()
			require.NoError(t, err, "%s", out)
			assert.Empty(t, string(out))
			// 20 is 2.0 of 10; our choice. Open to a service of this kind are the ports, the network, and no more.
			out, err = exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--threshold=20",
				"--no-pager", file).CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
}

// What the documents promise of a unit is in it.
func TestAUnitIsWatchedAndNeverGivesUp(t *testing.T) {
	for _, u := range units() {
		text, err := u.render()
		require.NoError(t, err)
		for _, line := range []string{
			"Type=notify", "WatchdogSec=10s", "Restart=always", "StartLimitIntervalSec=0", "RestartPreventExitStatus=2",
			"ExecStart=/usr/bin/bedside " + u.Command + " --config " + u.Config, "StateDirectory=bedside", "NoNewPrivileges=yes",
			"ExecReload=/usr/bin/bedside check config " + u.Config,
		} {
			assert.Contains(t, string(text), "\n"+line+"\n", u.Unit)
		}
		assert.Equal(t, u.Serial, strings.Contains(string(text), "\nDeviceAllow=char-ttyUSB rw\n"), u.Unit)
	}
}

// The scripts are read by a shell, which says what it does not understand.
func TestTheScriptsAreShell(t *testing.T) {
	all, err := scripts()
	require.NoError(t, err)
	for name, text := range all {
		cmd := exec.CommandContext(t.Context(), "sh", "-n")
		cmd.Stdin = bytes.NewReader(text)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", name, out)
	}
	assert.NotContains(t, string(all["postinst"]), "systemctl start", "nothing starts by itself")
	assert.Contains(t, string(all["postinst"]), "debian-installed", "and nothing is enabled by a first installation")
	for _, u := range units() {
		for name, text := range all {
			assert.Contains(t, string(text), u.Unit, name)
		}
	}
	removes := strings.Index(string(all["postrm"]), "rm -rf")
	assert.Greater(t, removes, strings.Index(string(all["postrm"]), "= purge"), "what was recorded goes only by purge")
}

func TestSystemdUsersCanBeMade(t *testing.T) {
	if _, err := exec.LookPath("systemd-sysusers"); err != nil {
		t.Skip("systemd-sysusers is not installed (Debian: package systemd), so the user is not checked")
	}
	text, err := data.ReadFile("data/sysusers.conf")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "bedside.conf")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	out, err := exec.CommandContext(t.Context(), "systemd-sysusers", "--dry-run", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "bedside")
}

// The bill of this very test: every module that the linker noted, with its sum.
func TestTheBillNamesEveryModule(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	raw, err := bill(self, "1.2.3", time.Unix(1_800_000_000, 0))
	require.NoError(t, err)
	again, err := bill(self, "1.2.3", time.Unix(1_800_000_000, 0))
	require.NoError(t, err)
	assert.Equal(t, raw, again)
	var d document
	require.NoError(t, json.Unmarshal(raw, &d))
	info, err := buildinfo.ReadFile(self)
	require.NoError(t, err)
	assert.Len(t, d.Components, len(info.Deps)+1, "and the standard library")
	for _, m := range info.Deps {
		i := slices.IndexFunc(d.Components, func(c component) bool { return c.Name == m.Path && c.Version == m.Version })
		require.GreaterOrEqual(t, i, 0, m.Path)
		assert.Equal(t, []property{{"go:sum", m.Sum}}, d.Components[i].Properties, m.Path)
	}
	assert.Regexp(t, `^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, d.Serial)
}

// A library without a licence stops the release.
func TestALibraryWithoutALicenceIsRefused(t *testing.T) {
	var b strings.Builder
	folder := t.TempDir()
	require.ErrorContains(t, license(&b, "some/library v1", folder), "some/library v1 has no licence")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "LICENSE.md"), []byte("Do as you like."), 0o600))
	require.NoError(t, license(&b, "some/library v1", folder))
	assert.Contains(t, b.String(), "Do as you like.")
}

func TestWhatTheCommandIsGiven(t *testing.T) {
	o, err := parse([]string{"--version", "1.2.3", "--out", "dist"})
	require.NoError(t, err)
	assert.Len(t, o.targets, 3)
	o, err = parse([]string{"--version", "1.2.3-rc.1", "--out", "dist", "--arch", "armhf"})
	require.NoError(t, err)
	assert.Equal(t, []target{{"armhf", "arm", "GOARM=7"}}, o.targets)
	for _, args := range [][]string{
		{"--version", "1.2", "--out", "dist"},
		{"--version", "v1.2.3", "--out", "dist"},
		{"--version", "1.2.3"},
		{"--version", "1.2.3", "--out", "dist", "--arch", "i386"},
		{"--version", "1.2.3", "--out", "dist", "more"},
	} {
		_, err := parse(args)
		assert.Error(t, err, "%q", args)
	}
}

func TestSumsAreThoseOfSha256sum(t *testing.T) {
	assert.Equal(t, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  a\n", string(sums([]result{{"a", []byte("foo")}})))
}
