package setup_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/config"
	"bedside/agent/setup"
	"bedside/alerts/profiles"
	"bedside/devices/catalog"
)

var today = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func answers() setup.Answers {
	return setup.Answers{
		Site: "clinic", Room: "room-1", Profile: "iv-ketamine", ApprovedBy: "AK", ApprovedAt: "2026-11-22",
		Devices: []setup.Device{
			{Name: "oximeter", Driver: "nonin", Port: "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0"},
			{Name: "cuff", Driver: "suntech", Port: "/dev/ttyUSB1", Agent: true, SameArm: true},
		},
	}
}

// What is written is what was answered, as the agent reads it.
func TestAnAgentReadsWhatWasAnswered(t *testing.T) {
	a := answers()
	a.Data, a.Page, a.Access = "/srv/bedside", "127.0.0.1:8181", "access.db"
	path := filepath.Join(t.TempDir(), "bedside.yaml")
	files, err := a.Files(path, today)
	require.NoError(t, err)
	require.NoError(t, setup.Write(path, files))
	c, err := config.Load(path)
	require.NoError(t, err)
	assert.Equal(t, []string{"oximeter", "cuff"}, c.Names())
	assert.Equal(t, config.Device{Name: "cuff", Driver: "suntech", Port: "/dev/ttyUSB1", AgentStarts: true, SameArmAs: "oximeter"}, c.Devices[1])
	assert.Equal(t, "/srv/bedside/record.db", c.Record.Path)
	assert.Equal(t, "/srv/bedside/nats", c.NATS.Store)
	assert.Equal(t, "127.0.0.1:8181", c.Console.Listen)
	assert.Equal(t, filepath.Join(filepath.Dir(path), "access.db"), c.Console.Access)
	p, _, err := c.RoomProfile(today)
	require.NoError(t, err)
	assert.Equal(t, []string{"site-iv-ketamine", "AK", "2026-11-22"}, []string{p.ID, p.ApprovedBy, p.ApprovedAt})

	for _, f := range files {
		info, err := os.Stat(filepath.Join(filepath.Dir(path), f.Name))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing else is left behind")
}

// Whatever people type: either it is refused at its field, or an agent reads back exactly that.
func TestAnyAnswersAreRefusedOrReadBack(t *testing.T) {
	names := make([]string, 0, len(catalog.All()))
	for _, d := range catalog.All() {
		names = append(names, d.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"room-1", "clinic", "1", "no", "null"})
		text := rapid.OneOf(word, word, word, rapid.SampledFrom([]string{"", "no", "null", "1e3", "room-1", "a: b", "x #y", "\"", "'", "{}", "-", "~", "0x1", "\n", "🛏"}), rapid.String())
		a := setup.Answers{
			Site: text.Draw(t, "site"), Room: text.Draw(t, "room"),
			Profile:    rapid.SampledFrom(append([]string{"", profiles.BuiltInID, "no-such"}, profiles.Names()...)).Draw(t, "profile"),
			ApprovedBy: text.Draw(t, "by"), ApprovedAt: rapid.SampledFrom([]string{"", "2026-11-01", "2027-01-01", "22.11.2026"}).Draw(t, "at"),
			Devices: []setup.Device{{
				Name: text.Draw(t, "name"), Driver: rapid.OneOf(rapid.SampledFrom(names), text).Draw(t, "driver"), Port: "/dev/" + text.Draw(t, "port"),
				Agent: rapid.Bool().Draw(t, "agent"), SameArm: rapid.Bool().Draw(t, "arm"),
			}},
			Data: rapid.SampledFrom([]string{"", "/srv/a b", "relative", "/srv/#x: y"}).Draw(t, "data"),
			Page: rapid.SampledFrom([]string{"", "127.0.0.1:8081", "0.0.0.0:80", "nonsense"}).Draw(t, "page"),
		}
		files, err := a.Files("bedside.yaml", today)
		if bad, ours := errors.AsType[setup.Problems](err); ours {
			for _, p := range bad {
				assert.NotEmpty(t, p.Text)
			}
			return
		}
		require.NoError(t, err)
		c, err := config.Parse("bedside.yaml", []byte(files[len(files)-1].Text))
		require.NoError(t, err)
		assert.Equal(t, []string{a.Site, a.Room, a.Devices[0].Name, a.Devices[0].Port}, []string{c.Site, c.Room, c.Devices[0].Name, c.Devices[0].Port})
		if a.ApprovedBy != "" {
			p, _, err := profiles.Parse("profile.yaml", []byte(files[0].Text), today)
			require.NoError(t, err)
			assert.Equal(t, []string{a.ApprovedBy, a.ApprovedAt, a.Profile}, []string{p.ApprovedBy, p.ApprovedAt, p.Extends})
		}
	})
}

func TestEachProblemIsToldAtItsField(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*setup.Answers)
		fields []string
	}{
		"nothing at all":            {func(a *setup.Answers) { *a = setup.Answers{} }, []string{"site", "room", "devices"}},
		"a name of a person":        {func(a *setup.Answers) { a.Room = "Room of Mrs. X" }, []string{"room"}},
		"no such driver":            {func(a *setup.Answers) { a.Devices[0].Driver, a.Devices[1].SameArm = "nonni", false }, []string{"devices[0].driver"}},
		"no such variant":           {func(a *setup.Answers) { a.Devices[0].Variant = "df9" }, []string{"devices[0].driver"}},
		"one port twice":            {func(a *setup.Answers) { a.Devices[1].Port = a.Devices[0].Port }, []string{"devices[1].port"}},
		"one name twice":            {func(a *setup.Answers) { a.Devices[1].Name = "oximeter" }, []string{"devices[1].name"}},
		"an oximeter started":       {func(a *setup.Answers) { a.Devices[0].Agent = true }, []string{"devices[0].agent"}},
		"the arm of nobody":         {func(a *setup.Answers) { a.Devices = a.Devices[1:] }, []string{"devices[0].same_arm"}},
		"built-in limits confirmed": {func(a *setup.Answers) { a.Profile = "" }, []string{"profile"}},
		"confirmed by a full name":  {func(a *setup.Answers) { a.ApprovedBy = "Anna Karenina" }, []string{"approved_by"}},
		"confirmed by nobody":       {func(a *setup.Answers) { a.ApprovedBy = "" }, []string{"approved_by"}},
		"confirmed in the future":   {func(a *setup.Answers) { a.ApprovedAt = "2026-11-29" }, []string{"approved_at"}},
		"a page for everybody":      {func(a *setup.Answers) { a.Page = "0.0.0.0:8080" }, []string{"page"}},
		"a port that is none":       {func(a *setup.Answers) { a.Page = "127.0.0.1:99999" }, []string{"page"}},
		"a server for everybody":    {func(a *setup.Answers) { a.NATS = "nats.clinic:4222" }, []string{"nats"}},
		"one port for two servers":  {func(a *setup.Answers) { a.Page, a.NATS = "127.0.0.1:9", "127.0.0.1:9" }, []string{"page"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := answers()
			c.change(&a)
			_, err := a.Files("bedside.yaml", today)
			var bad setup.Problems
			require.ErrorAs(t, err, &bad)
			var fields []string
			for _, p := range bad {
				fields = append(fields, p.Field)
			}
			assert.Equal(t, c.fields, fields, "%v", bad)
		})
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	a := answers()
	files, err := a.Files("bedside.yaml", today)
	require.NoError(t, err)

	dir := t.TempDir()
	path := filepath.Join(dir, "bedside.yaml")
	require.NoError(t, os.WriteFile(path, []byte("site: other\n"), 0o600))
	require.ErrorIs(t, setup.Write(path, files), setup.ErrThere)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "site: other\n", string(text))
	_, err = os.Stat(filepath.Join(dir, setup.ProfileFile))
	require.ErrorIs(t, err, os.ErrNotExist, "all or nothing")

	// A profile of somebody keeps the configuration from being written, too.
	dir = t.TempDir()
	path = filepath.Join(dir, "bedside.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(dir, setup.ProfileFile), []byte("id: ours\n"), 0o600))
	require.ErrorIs(t, setup.Write(path, files), setup.ErrThere)
	missing, err := setup.Missing(path)
	require.NoError(t, err)
	assert.True(t, missing)
}

// The package brings a file of comments. It says nothing yet, and what replaces it is for the same readers.
func TestAFileOfCommentsIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bedside.yaml")
	require.NoError(t, os.WriteFile(path, []byte("# A room.\n\n#site: clinic\n"), 0o640))
	missing, err := setup.Missing(path)
	require.NoError(t, err)
	require.True(t, missing)
	a := answers()
	files, err := a.Files(path, today)
	require.NoError(t, err)
	require.NoError(t, setup.Write(path, files))
	_, err = config.Load(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	missing, err = setup.Missing(path)
	require.NoError(t, err)
	assert.False(t, missing)
}

func TestWhatDoesNotFitTheComputer(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, taken.Close()) })
	busy := taken.Addr().String()
	good := setup.Answers{Data: filepath.Join(folder, "not", "yet"), Page: "127.0.0.1:0", NATS: "127.0.0.1:0"}
	for name, c := range map[string]struct {
		change func(*setup.Answers)
		want   string
	}{
		"all of it":                 {func(*setup.Answers) {}, ""},
		"a folder below a file":     {func(a *setup.Answers) { a.Data = filepath.Join(file, "x") }, "data unwritable"},
		"a file for a folder":       {func(a *setup.Answers) { a.Data = file }, "data unwritable"},
		"a page where another is":   {func(a *setup.Answers) { a.Page = busy }, "page taken"},
		"a server where another is": {func(a *setup.Answers) { a.NATS = busy }, "nats taken"},
		"another one's server":      {func(a *setup.Answers) { a.NATS, a.Credential = busy, file }, ""},
		"an address of nobody":      {func(a *setup.Answers) { a.Page = "192.0.2.1:0" }, "page address"},
		"no credential":             {func(a *setup.Answers) { a.Credential = filepath.Join(folder, "gone") }, "credential unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			a := good
			c.change(&a)
			got := ""
			for _, p := range a.Fits(t.Context(), "") {
				got += p.Field + " " + p.Code
				assert.NotContains(t, p.Text, "open /", "the call is not what a person wrote")
			}
			assert.Equal(t, c.want, got)
			assert.NoDirExists(t, filepath.Join(folder, "not"), "nothing is left behind")
		})
	}
	own := good
	own.Page = busy
	assert.Empty(t, own.Fits(t.Context(), busy), "where the page that asks listens itself")
}
