package cmd_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	drivers "bedside/devices/catalog"
	"bedside/devices/devicetest/brevity"
	simulated "bedside/simulators/catalog"
)

// families returns the directories of the drivers and of the simulated devices, as their catalogs import them.
func families(t *testing.T) []string {
	t.Helper()
	var rooms []string
	for _, p := range packages(t) {
		for _, list := range []string{"devices", "simulators"} {
			if p.path() != list+"/catalog" {
				continue
			}
			for _, imported := range p.Imports {
				if room, ok := strings.CutPrefix(imported, module+"/"+list+"/"); ok {
					rooms = append(rooms, list+"/"+room)
				}
			}
		}
	}
	require.NotEmpty(t, rooms)
	return rooms
}

// twins returns the directories of families that no catalog lists yet: a driver and a simulator of the same name.
func twins(t *testing.T) []string {
	t.Helper()
	var paths, rooms []string
	for _, p := range packages(t) {
		paths = append(paths, p.path())
	}
	for _, p := range paths {
		if family, ok := strings.CutPrefix(p, "devices/"); ok && family != "catalog" && slices.Contains(paths, "simulators/"+family) {
			rooms = append(rooms, p, "simulators/"+family)
		}
	}
	return rooms
}

// driverNames returns every word that names a family: of drivers, of simulated devices, and of packages. The others are
// such that mean something else as well: they count only where nothing else is meant.
func driverNames(t *testing.T) (names, ordinary []string) {
	t.Helper()
	for _, d := range drivers.All() {
		names = append(names, d.Name)
	}
	for _, e := range simulated.All() {
		names = append(names, e.Name)
	}
	for _, room := range families(t) {
		names = append(names, path.Base(room))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	both := func(name string) bool { return name == "and" } // a maker's name, and the conjunction
	for _, n := range names {
		if both(n) {
			ordinary = append(ordinary, n)
		}
	}
	return slices.DeleteFunc(names, both), ordinary
}

// A new driver is a directory, its twin among the simulators, a line in each catalog and a row in the README. So nothing
// else may know a driver by its name. Prose may: a comment or a DESIGN.md that gives an example needs no change with the
// next driver, and a test may choose any driver it likes.
func TestOnlyItsOwnFilesKnowADriver(t *testing.T) {
	if brevity.Asked() {
		t.Skip("reads every file of the project")
	}
	own := []string{"README.md", "devices/catalog/catalog.go", "simulators/catalog/catalog.go"}
	exceptions := map[string]string{ // file or directory: why it may name a driver
		"cmd/bedside/chaos/parts.go":    "a run that breaks things chooses two devices, and reads back by itself what they sent",
		"cmd/release/data/bedside.yaml": "an example configuration shows devices, as the README does; whoever installs it writes their own",
		"simulators/scenario/load.go":   "a story whose file names no devices takes place with these two",
		"simulators/scenario/fields.go": "the reference of the story files says which two",
		"simulators/scenario/stories/":  "a story chooses the devices that show it best, as a test does",
	}
	rooms := append(families(t), twins(t)...)
	names, ordinary := driverNames(t)
	word := regexp.MustCompile(`(?i)\b(` + strings.Join(names, "|") + `)\b`)
	used := map[string]bool{}
	walk(t, func(name string, text []byte) {
		prose := strings.HasSuffix(name, ".md") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/")
		inRoom := slices.ContainsFunc(rooms, func(room string) bool { return strings.HasPrefix(name, room+"/") })
		if slices.Contains(own, name) || inRoom || prose || bytes.IndexByte(text, 0) >= 0 {
			return
		}
		var found []string
		if strings.HasSuffix(name, ".go") {
			found = knownTo(t, name, text, rooms, word, ordinary)
		} else {
			found = word.FindAllString(string(text), -1)
		}
		for exception := range exceptions {
			if name == exception || strings.HasSuffix(exception, "/") && strings.HasPrefix(name, exception) {
				used[exception] = used[exception] || len(found) > 0
				return
			}
		}
		assert.Empty(t, found, "%s knows a driver by its name: the next driver would have to change it; put what it needs to "+
			"know into devices.Driver, or say here why not", name)
	})
	for name, why := range exceptions {
		assert.True(t, used[name], "%s is an exception (%s) and names no driver any more: take it off the list", name, why)
	}
}

// knownTo returns where the program of a Go file, as opposed to its comments, knows a driver: an import, a name, a text.
func knownTo(t *testing.T, name string, text []byte, rooms []string, word *regexp.Regexp, ordinary []string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	require.NoError(t, err)
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			if slices.Contains(rooms, strings.TrimPrefix(strings.Trim(n.Path.Value, `"`), module+"/")) {
				found = append(found, "import "+n.Path.Value)
			}
			return false
		case *ast.BasicLit:
			if value, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil &&
				(word.MatchString(value) || slices.Contains(ordinary, value)) {
				found = append(found, n.Value)
			}
		case *ast.Ident:
			if word.MatchString(n.Name) {
				found = append(found, n.Name)
			}
		}
		return true
	})
	return found
}

// The test above must see what it is for.
func TestADriverKnownElsewhereIsFound(t *testing.T) {
	word := regexp.MustCompile(`(?i)\b(kettle)\b`)
	for text, want := range map[string]int{
		"package x\nimport _ \"bedside/devices/kettle\"":         1,
		"package x\nconst usual = \"kettle\"":                    1,
		"package x\nvar list = \"a pot, a Kettle or none\"":      1,
		"package x\nfunc f(a, b bool) string { return \"and\" }": 1,
		"package x\nvar kettle = 1":                              1,
		"package x\n// A kettle, for example.\nvar y = 1":        0,
		"package x\nvar list = \"a pot and a pan\"":              0,
	} {
		assert.Len(t, knownTo(t, "x.go", []byte(text), []string{"devices/kettle"}, word, []string{"and"}), want, text)
	}
}

// Every driver has the files that a reader looks for: its document, its conversation, captures, and a suite that plays
// them; every simulated device has its document.
func TestEveryDriverHasItsFiles(t *testing.T) {
	have := map[string]string{}
	walk(t, func(name string, text []byte) { have[name] = string(text) })
	under := func(dir string, fits func(name, text string) bool) bool {
		for name, text := range have {
			if strings.HasPrefix(name, dir+"/") && fits(name, text) {
				return true
			}
		}
		return false
	}
	for _, room := range families(t) {
		family := path.Base(room)
		assert.Contains(t, have, room+"/doc.go", "the wire format has its place")
		assert.Contains(t, have, room+"/"+family+".go")
		if !strings.HasPrefix(room, "devices/") {
			continue
		}
		assert.True(t, under(room+"/testdata", func(name, _ string) bool { return strings.HasSuffix(name, "/in.hex") }),
			"%s has no capture", room)
		tested := func(call string) bool {
			return under(room, func(name, text string) bool {
				return strings.HasSuffix(name, "_test.go") && strings.Contains(text, call)
			})
		}
		assert.True(t, tested("devicetest.Run("), "%s does not run the conformance suite", room)
		assert.True(t, tested("devicetest.Fuzz("), "%s does not fuzz its session", room)
		assert.True(t, tested("func Example"), "%s has no example", room)
		assert.True(t, tested("func Benchmark"), "%s has no benchmark", room)
	}
}
