// Package cmd_test holds the rules of the house as tests: who may import whom, what pure code must not touch, and how
// large a file may grow. A failure says why the rule is there; where a rule is wrong, change it here and say why.
package cmd_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	root   = ".." // the tests run in cmd
	module = "bedside"

	maxLines     = 400 // of a file
	maxTestLines = 600 // of a test file: a table may be long
)

// rule says what the non-test files of some packages may import beside the standard library. The first rule that
// matches a package counts. A pattern is a path below the module; "/..." means it and everything below.
type rule struct {
	packages string
	ours     []string // packages of ours
	others   []string // packages of other modules, with all below them
	why      string
}

func rules() []rule {
	return []rule{
		{
			packages: "devices", ours: nil,
			why: "devices is the vocabulary that everything else rests on; it stands on the standard library alone",
		},
		{
			packages: "devices/catalog", ours: []string{"devices/..."},
			why: "the catalog is the one list of drivers",
		},
		{
			packages: "devices/devicetest", ours: []string{"devices", "devices/capture", "devices/devicetest/brevity"},
			others: []string{"github.com/stretchr/testify", "pgregory.net/rapid"},
			why:    "the conformance suite judges every driver alike, so it knows none of them",
		},
		{
			packages: "devices/...", ours: []string{"devices", "devices/internal/..."},
			why: "a driver knows the vocabulary and its own document: no other driver, no simulator, no alerts, no agent",
		},
		{
			packages: "alerts/document", others: []string{"go.yaml.in/yaml/v4"},
			why: "the file format is behind this one door, and what a file is about is the reader's business",
		},
		{
			packages: "alerts/transcripttest", others: []string{"github.com/stretchr/testify"},
			why: "what plays a transcript knows no machine, and each of them may be told about in one",
		},
		{
			packages: "alerts/...", ours: []string{"alerts/...", "devices"},
			why: "alerts judge readings whatever device they came from",
		},
		{
			packages: "simulators/pty", ours: []string{"simulators"},
			others: []string{"github.com/creack/pty", "golang.org/x/sys/unix"},
			why:    "only here do simulators meet the operating system",
		},
		{
			packages: "simulators/scenario", ours: []string{"simulators/...", "devices", "alerts/..."},
			why: "a scenario says which alerts it expects, in the words of alerts; it judges none and knows no driver",
		},
		{
			packages: "simulators/simulatortest", ours: []string{"simulators/...", "devices"}, others: []string{"github.com/stretchr/testify"},
			why: "tests let drivers talk to simulators through it; what it says of a session is for the suites to judge",
		},
		{
			packages: "simulators/...", ours: []string{"simulators/...", "devices"},
			why: "a simulator is a second reading of the vendor's document: one that borrows from the driver proves nothing",
		},
		{
			packages: "agent/wire", ours: []string{"alerts", "alerts/sessions", "devices"},
			why: "what travels is made from the vocabulary, and read by programs that have no agent",
		},
		{
			packages: "agent/recipients", ours: []string{"agent/wire", "alerts", "alerts/sessions"},
			why: "who hears a room is judged from what stations say and what the room publishes: no bus, no monitor, no clock",
		},
		{
			packages: "agent/sound", ours: []string{"alerts"},
			why: "which alert sounds and how is judged from alerts alone: who plays it is a matter of the shell",
		},
		{
			packages: "agent/speaker", ours: []string{"agent/alive", "agent/sound"},
			why: "the speaker plays what it is told, and knows no room",
		},
		{
			packages: "agent/whatif", ours: []string{"agent/wire", "alerts", "alerts/profiles", "alerts/sessions", "devices"},
			why: "what other limits would have done is judged from what travelled alone: no record, no monitor, no clock",
		},
		{
			packages: "agent/trend", ours: []string{"agent/wire", "alerts", "alerts/sessions"},
			why: "the course of the last hours is folded from what travelled alone, live or out of the record: no record file, no clock",
		},
		{packages: "agent/console/assets/words", why: "the words of the pages lie among their files, and know nothing of who says them"},
		{
			packages: "agent/told", ours: []string{"agent/console/assets/words"},
			why: "what the agent said is said anew from the catalogues alone: no page, no record, no clock",
		},
		{
			packages: "agent/station/board", ours: []string{"agent/wire", "devices"},
			why: "what a station knows of its rooms is judged from what travelled alone: no connection, no clock",
		},
		{
			packages: "agent/station/duty", ours: []string{"agent/wire"},
			why: "the rules of duty are the same wherever it is stored",
		},
		{
			packages: "agent/report", ours: []string{"agent/told", "agent/wire", "alerts", "alerts/profiles", "alerts/sessions", "devices"},
			others: []string{"codeberg.org/go-pdf/fpdf", "golang.org/x/image"},
			why:    "a report is made from what travelled and what was recorded: no record file, no monitor, no clock",
		},
		{
			packages: "agent/station",
			ours: []string{
				"agent/access", "agent/alive", "agent/authority", "agent/broker", "agent/bus", "agent/config", "agent/console", "agent/metrics",
				"agent/doctor", "agent/notify", "agent/pace", "agent/record", "agent/stages", "agent/station/...", "agent/system", "agent/wire", "alerts",
			},
			others: []string{"github.com/nats-io/nats.go"},
			why:    "a station is put together here, and speaks with its rooms by requests and with other stations by buckets; the agent's rooms are not its own",
		},
		{packages: "agent/pace", why: "a clock needs nothing of ours"},
		{packages: "agent/machine", why: "the computer is asked in one place, by the agent and by the doctor"},
		{packages: "agent/alive/alivetest", ours: []string{"agent/alive"}, why: "a test watches as the agent does"},
		{packages: "agent/alive", why: "whether a loop moves is asked of it in its own words: the watch knows no room of the agent"},
		{
			packages: "agent/tap", ours: []string{"devices", "devices/capture"},
			why: "raw bytes are kept whatever they mean: no driver, no link, no monitor",
		},
		{
			packages: "agent/serialport", ours: []string{"devices"},
			others: []string{"go.bug.st/serial", "golang.org/x/sys/unix"},
			why:    "the quirks of the serial library end here",
		},
		{
			packages: "agent/credential", ours: []string{"agent/wire"},
			others: []string{"github.com/nats-io/nats.go", "github.com/nats-io/nkeys"},
			why:    "a credential is read in one place, by everybody who connects",
		},
		{
			packages: "agent/authority", ours: []string{"agent/broker", "agent/credential", "agent/wire"},
			why: "the authority writes files; it knows the names that the server gives to things, and starts nothing",
		},
		{
			packages: "agent/broker", ours: []string{"agent/machine", "agent/wire"},
			others: []string{"github.com/nats-io/nats.go", "github.com/nats-io/nats-server/v2", "github.com/nats-io/nkeys"},
			why:    "the NATS server is behind this one door, for a room and for a site; who may do what there is decided by agent/authority",
		},
		{
			packages: "agent/bus", ours: []string{"agent/alive", "agent/broker", "agent/credential", "agent/wire", "agent/pace"},
			others: []string{"github.com/nats-io/nats.go"},
			why:    "the agent's side of NATS is behind this one door",
		},
		{
			packages: "agent/metrics", ours: []string{"alerts", "devices"},
			others: []string{"github.com/prometheus/client_golang"},
			why:    "every name and label is declared here, so that the sets stay closed",
		},
		{
			packages: "agent/record", ours: []string{"agent/alive", "agent/wire", "agent/pace"}, others: []string{"modernc.org/sqlite"},
			why: "the record is behind this one door",
		},
		{packages: "agent/logtest", why: "a log that tests read says nothing of who writes it"},
		{
			packages: "agent/access", ours: []string{"agent/qrcode", "agent/ways", "agent/wire"}, others: []string{"golang.org/x/crypto/argon2", "modernc.org/sqlite"},
			why: "who may do what is decided without knowing who serves the page; its small file is SQLite, because the command line " +
				"and a running agent write it side by side",
		},
		{
			packages: "agent/config", ours: []string{"agent/wire", "alerts/...", "devices", "devices/catalog"},
			why: "the configuration is checked against the lists of drivers and conditions; it starts nothing",
		},
		{
			packages: "agent/notify", ours: []string{"agent/config", "agent/wire", "alerts"}, others: []string{"github.com/wneessen/go-mail"},
			why: "what leaves the building goes through this one door, so that it can be seen that no person and no value does",
		},
		{
			packages: "agent/search", ours: []string{"agent/link", "agent/pace", "devices", "devices/detect"},
			why: "the search opens ports; who understands what is heard there is judged by pure code, over a list it is given",
		},
		{
			packages: "agent/scan",
			ours:     []string{"agent/link", "agent/pace", "agent/search", "agent/serialport", "devices", "devices/catalog", "devices/detect"},
			why:      "what is connected is looked for on the ports and judged by pure code; nothing is started by it",
		},
		{
			packages: "agent/setup", ours: []string{"agent/access", "agent/config", "agent/machine", "agent/wire", "alerts/profiles", "devices/catalog"},
			why: "answers become a configuration that the reader of configurations has accepted; it knows no page and no terminal",
		},
		{
			packages: "agent/system", ours: []string{"agent/doctor", "agent/record", "agent/scan", "agent/wire"},
			why: "what is told of a computer is gathered here, for a room and for a station; who may know it is decided at the door",
		},
		{packages: "agent/ways", why: "what is a way in is asked of the table alone, by the page and by who guards it"},
		{packages: "agent/qrcode", others: []string{"rsc.io/qr"}, why: "a code is drawn for whoever asks; the library is behind this one door"},
		{
			packages: "agent/doctor",
			ours: []string{
				"agent/config", "agent/credential", "agent/link", "agent/machine", "agent/pace", "agent/search", "agent/serialport", "agent/speaker", "devices",
				"devices/catalog", "devices/detect",
			},
			why: "the doctor looks at the machine, not at the agent's rooms: it must work where the agent does not start",
		},
		{
			packages: "agent", ours: []string{"agent/...", "alerts/...", "devices", "devices/capture", "devices/catalog", "devices/detect"},
			others: []string{"golang.org/x/sync/errgroup"},
			why:    "the agent composes its rooms; drivers come from the catalog, and simulators are not part of it",
		},
		{
			packages: "agent/console",
			ours: []string{
				"agent/alive", "agent/machine", "agent/monitor", "agent/pace", "agent/recipients", "agent/record", "agent/qrcode", "agent/report", "agent/scan", "agent/setup", "agent/system", "agent/ways", "agent/whatif", "agent/wire", "alerts/...", "devices",
			},
			why: "the page reads recorded sessions and has them reported and judged again, beside what every room of the agent may know",
		},
		{
			packages: "agent/...",
			ours: []string{
				"agent/alive", "agent/link", "agent/monitor", "agent/pace", "agent/recipients", "agent/serialport", "agent/sound", "agent/wire", "alerts/...", "devices",
			},
			why: "a room of the agent knows its neighbours on the way of the data, not the house: agent puts them together",
		},
		{
			packages: "cmd/bedside/rehearsal",
			ours: []string{
				"agent/link", "agent/monitor", "agent/pace", "agent/wire", "alerts/...", "devices", "devices/catalog",
				"simulators", "simulators/catalog", "simulators/fault", "simulators/scenario",
			},
			why: "drivers, simulators and alerts meet here alone, beside the command that plays scenarios; the bench has no drivers",
		},
		{
			packages: "cmd/bedside/bench", ours: []string{"alerts/...", "devices", "simulators", "simulators/crowd", "simulators/patient"},
			others: []string{"golang.org/x/sync/errgroup"},
			why:    "the bench judges what judges, and must know what was simulated to do so; it plays sessions beside each other, so it is no pure room",
		},
		{
			packages: "cmd/bedside/chaos",
			ours: []string{
				"agent/broker", "agent/record", "agent/wire", "cmd/bedside/child", "simulators", "simulators/catalog", "simulators/pty",
			},
			others: []string{"github.com/nats-io/nats.go"},
			why:    "who proves that nothing gets lost must not hear through what could lose it: its witness has a connection of its own",
		},
		{
			packages: "cmd/bedside/site", ours: []string{"agent/broker", "agent/wire", "alerts", "alerts/sessions", "devices"},
			others: []string{"github.com/nats-io/nats.go"},
			why:    "a thousand rooms of load are clients of the contract, not agents: they know what travels and nothing behind it",
		},
		{packages: "cmd/bedside/child", why: "a process is killed and measured whatever program it is"},
		{
			packages: "cmd/bedside", ours: []string{"agent/...", "alerts/...", "cmd/bedside/bench", "cmd/bedside/chaos", "cmd/bedside/child", "cmd/bedside/rehearsal", "cmd/bedside/site", "devices/...", "simulators/..."},
			others: []string{"github.com/coreos/go-systemd/v22/daemon", "github.com/spf13/cobra", "golang.org/x/sync/errgroup", "golang.org/x/sys/unix"},
			why:    "commands start what others do",
		},
		{
			packages: "cmd/release", ours: []string{"agent/serialport"}, others: []string{"github.com/goreleaser/nfpm/v2"},
			why: "a release is made from the program that was built, not from its parts; the udev rules have one source",
		},
		{packages: "cmd/...", why: "there is one program"},
	}
}

// pure lists what has no clock, no goroutine and no outside.
func pure(pkg string) bool {
	return within(pkg, []string{"devices/...", "alerts/...", "simulators/...", "agent/recipients", "agent/sound", "agent/wire", "agent/report", "agent/told", "agent/trend", "agent/whatif", "agent/station/board", "agent/station/duty"}) &&
		pkg != "simulators/pty" && // pseudo-terminals
		pkg != "devices/devicetest" && pkg != "alerts/transcripttest" // tests that read captures and transcripts
}

const whyPure = "pure code gets bytes, values and the moment as arguments, so that a whole shift can be replayed in a " +
	"test, bit for bit; clocks, goroutines, locks, logs, files and sockets belong into agent"

func within(pkg string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		stem, below := strings.CutSuffix(p, "/...")
		return pkg == stem || below && strings.HasPrefix(pkg, stem+"/")
	})
}

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	Dir, ImportPath, Name string
	Imports               []string // of its non-test files
	GoFiles               []string
}

func (p *goPackage) path() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// packages lists every package of the module. The list is made once for all tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	list, err := listed()
	require.NoError(t, err)
	require.NotEmpty(t, list)
	return list
}

var listed = sync.OnceValues(func() ([]goPackage, error) {
	cmd := exec.Command("go", "list", "-json=Dir,ImportPath,Name,Imports,GoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return nil, fmt.Errorf("go list: %w: %s", err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var list []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
})

func TestWhoMayImportWhom(t *testing.T) {
	for _, p := range packages(t) {
		i := slices.IndexFunc(rules(), func(r rule) bool { return within(p.path(), []string{r.packages}) })
		if !assert.GreaterOrEqual(t, i, 0, "no rule for %s: every room has its place in the design", p.path()) {
			continue
		}
		r := rules()[i]
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			switch {
			case isOurs:
				assert.True(t, within(ours, r.ours), "%s imports %s: %s", p.path(), ours, r.why)
			case strings.Contains(strings.Split(imported, "/")[0], "."):
				allowed := slices.ContainsFunc(r.others, func(o string) bool { return within(imported, []string{o + "/..."}) })
				assert.True(t, allowed, "%s imports %s: a library has one door, so that it can be replaced; %s", p.path(), imported, r.why)
			}
		}
	}
}

// TestDriversAndSimulatorsDoNotMeet is part of the rules above; it stands here by itself because a mistake in the table
// must not open this door.
func TestDriversAndSimulatorsDoNotMeet(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			simulator := within(p.path(), []string{"simulators/..."})
			driver := strings.HasPrefix(imported, module+"/devices/")
			assert.False(t, simulator && driver, "%s imports %s: two independent readings check each other", p.path(), imported)
			driver = within(p.path(), []string{"devices/...", "alerts/..."})
			simulator = within(strings.TrimPrefix(imported, module+"/"), []string{"simulators/..."})
			assert.False(t, simulator && driver, "%s imports %s: what judges must not know what is simulated", p.path(), imported)
		}
	}
}

func TestPurePackagesImportNoOutside(t *testing.T) {
	outside := []string{"os/...", "net/...", "log/...", "sync/...", "syscall", "context", "io/fs", "path/filepath", "database/sql/..."}
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			assert.False(t, pure(p.path()) && within(imported, outside), "%s imports %s: %s", p.path(), imported, whyPure)
		}
	}
}

// source is a parsed file.
type source struct {
	pkg  goPackage
	name string // path below the module
	file *ast.File
	set  *token.FileSet
}

func (s *source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.set.Position(n.Pos()).Line)
}

// sources parses the non-test files of every package.
func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	set := token.NewFileSet()
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			require.NoError(t, err)
			list = append(list, source{pkg: p, name: path.Join(p.path(), name), file: file, set: set})
		}
	}
	return list
}

// calls reports every use of a name of an imported package, such as time.Now, also as a value.
func (s *source) calls(pkg string, names []string, report func(use string, at ast.Node)) {
	local := ""
	for _, i := range s.file.Imports {
		if strings.Trim(i.Path.Value, `"`) == pkg {
			local = path.Base(strings.TrimSuffix(pkg, "/v2"))
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if use, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := use.X.(*ast.Ident); ok && local != "" && x.Name == local && slices.Contains(names, use.Sel.Name) {
				report(pkg+"."+use.Sel.Name, n)
			}
		}
		return true
	})
}

func TestPurePackagesHaveNoClockAndNoGoroutine(t *testing.T) {
	clock := []string{
		"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation",
	}
	dice := []string{
		"Int", "IntN", "Int64", "Int64N", "Int32", "Int32N", "N", "Uint32", "Uint64", "UintN", "Float64", "Float32",
		"NormFloat64", "ExpFloat64", "Perm", "Shuffle",
	}
	for _, s := range sources(t) {
		if !pure(s.pkg.path()) {
			continue
		}
		s.calls("time", clock, func(use string, at ast.Node) { t.Errorf("%s: %s: %s", s.at(at), use, whyPure) })
		s.calls("math/rand/v2", dice, func(use string, at ast.Node) {
			t.Errorf("%s: %s: chance without a seed cannot be replayed; use a rand.Rand", s.at(at), use)
		})
		ast.Inspect(s.file, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s: go statement: %s", s.at(n), whyPure)
			}
			return true
		})
	}
}

func TestOnlyMainEndsTheProgram(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init(): nothing happens before main; lists are written out, so that they can be read", s.at(d))
			}
		}
		if s.pkg.Name == "main" {
			continue
		}
		why := "a room returns its error: only main knows whether others must still be stopped in order"
		report := func(use string, at ast.Node) { t.Errorf("%s: %s: %s", s.at(at), use, why) }
		s.calls("os", []string{"Exit"}, report)
		s.calls("log", []string{"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"}, report)
	}
}

func TestOnePackageComment(t *testing.T) {
	comments := map[string][]string{}
	for _, s := range sources(t) {
		if s.file.Doc != nil {
			comments[s.pkg.path()] = append(comments[s.pkg.path()], s.name)
		}
	}
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 {
			assert.Len(t, comments[p.path()], 1,
				"%s: exactly one file has the package comment: go doc joins several in an order that nobody chose", p.path())
		}
	}
}

// walk calls visit for every file that belongs to the project, with its path below the root.
func walk(t *testing.T, visit func(name string, text []byte)) {
	t.Helper()
	ignored := ignoredAtTop(t)
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if name == ".git" || slices.Contains(ignored, name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(name), text)
		return nil
	})
	require.NoError(t, err)
}

// ignoredAtTop returns the names at the top level that .gitignore leaves out, such as the built program.
func ignoredAtTop(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	require.NoError(t, err)
	var names []string
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "/"); ok {
			names = append(names, strings.TrimSuffix(name, "/"))
		}
	}
	return names
}

func TestFileSizes(t *testing.T) {
	exceptions := map[string]string{} // file: the reason why it stays whole
	walk(t, func(name string, text []byte) {
		if !strings.HasSuffix(name, ".go") || exceptions[name] != "" {
			return
		}
		limit := maxLines
		if strings.HasSuffix(name, "_test.go") {
			limit = maxTestLines
		}
		lines := strings.Count(string(text), "\n")
		assert.LessOrEqual(t, lines, limit, "%s: a file is read in one sitting; split it by what changes for another reason", name)
	})
}

func TestTopLevel(t *testing.T) {
	want := []string{"LICENSE", "README.md", "agent", "alerts", "cmd", "devices", "go.mod", "go.sum", "simulators"}
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	ignored := ignoredAtTop(t)
	var got []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(ignored, e.Name()) {
			got = append(got, e.Name())
		}
	}
	assert.Equal(t, want, got, "the top level is the map of the house: a newcomer reads it first")
}

// TestNoPackageHosts looks for addresses of registries and mirrors: where packages come from is the builder's choice.
func TestNoPackageHosts(t *testing.T) {
	host := regexp.MustCompile(`https?://([a-zA-Z0-9.-]+)`)
	registries := []string{
		"proxy", "sum", "registry", "npmjs", "pypi", "pythonhosted", "crates", "rubygems", "deb", "archive", "mirror", "mirrors",
		"artifactory", "nexus",
	}
	walk(t, func(name string, text []byte) {
		for _, m := range host.FindAllStringSubmatch(string(text), -1) {
			for label := range strings.SplitSeq(strings.ToLower(m[1]), ".") {
				assert.NotContains(t, registries, label, "%s: %s is the address of a package host", name, m[0])
			}
		}
	})
}
