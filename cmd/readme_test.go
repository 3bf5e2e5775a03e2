package cmd_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/metrics"
	"bedside/agent/wire"
	"bedside/cmd/bedside/rehearsal"
	"bedside/devices/catalog"
	"bedside/devices/devicetest/brevity"
	"bedside/simulators/scenario"
)

// readme returns README.md.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	return string(text)
}

// TestReadmeListsEveryDriver expects a table row for each driver: its name in code, how it was tried, what it covers.
func TestReadmeListsEveryDriver(t *testing.T) {
	text := readme(t)
	for _, d := range catalog.All() {
		found := false
		for line := range strings.Lines(text) {
			found = found || strings.HasPrefix(line, "|") && strings.Contains(line, "`"+d.Name+"`") &&
				strings.Contains(line, d.Proof.String()) && strings.Contains(line, d.Covered)
		}
		assert.True(t, found, "the device table has no row with `%s`, %q and %q", d.Name, d.Proof, d.Covered)
	}
}

// TestReadmeListsEveryKey expects the rows of config.Reference as they are.
func TestReadmeListsEveryKey(t *testing.T) {
	text := readme(t)
	for row := range strings.Lines(config.Reference()) {
		assert.True(t, strings.Contains(text, row), "the configuration table lacks this row of config.Reference: %s", row)
	}
}

// TestReadmeListsEveryKeyOfAStation compares the table of a station's keys with config.StationReference.
func TestReadmeListsEveryKeyOfAStation(t *testing.T) {
	between(t, "station keys", config.StationReference())
}

// between compares what stands between two marks of the README with what should stand there, and with -update puts it there.
func between(t *testing.T, mark, want string) {
	t.Helper()
	begin, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->"
	head, rest, ok := strings.Cut(readme(t), begin)
	require.True(t, ok)
	got, tail, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *updateReadme {
		require.NoError(t, os.WriteFile(filepath.Join(root, "README.md"), []byte(head+begin+want+end+tail), 0o644))
		return
	}
	assert.Equal(t, want, got)
}

// TestReadmeListsEveryMetric expects every name, and no name that is not there.
func TestReadmeListsEveryMetric(t *testing.T) {
	text := readme(t)
	known := map[string]bool{}
	for _, n := range append(metrics.Names(), metrics.StationNames()...) {
		known[n.Name] = true
		found := strings.Contains(text, "`"+n.Name+"`") || strings.Contains(text, "`"+n.Name+"{")
		assert.True(t, found, "the metrics table lacks `%s`", n.Name)
	}
	for _, name := range regexp.MustCompile("`(bedside_[a-z_]+)").FindAllStringSubmatch(text, -1) {
		assert.True(t, known[name[1]], "the README has %s, neither agent nor station has", name[1])
	}
}

// TestReadmeConfigurationsAreValid reads every YAML block that is a whole configuration.
func TestReadmeConfigurationsAreValid(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```yaml[^\n]*\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	read := 0
	for _, b := range blocks {
		if strings.Contains(b[1], "site:") {
			var err error
			if strings.Contains(b[1], "\nstation:") {
				_, err = config.ParseStation("README.md", []byte(b[1]))
			} else {
				_, err = config.Parse("README.md", []byte(b[1]))
			}
			require.NoError(t, err)
			read++
		}
	}
	assert.Positive(t, read, "the README shows no configuration")
}

// TestReadmeChannelsAreValid reads the YAML blocks with channels as part of a station's file.
func TestReadmeChannelsAreValid(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```yaml\n(channels:.*?)```").FindAllStringSubmatch(readme(t), -1)
	require.NotEmpty(t, blocks, "the README shows no channels")
	for _, b := range blocks {
		_, err := config.ParseStation("README.md", []byte("site: clinic\nstation: desk\n"+b[1]))
		require.NoError(t, err)
	}
}

// TestReadmeListsEveryScenarioKey expects the rows of scenario.Reference as they are.
func TestReadmeListsEveryScenarioKey(t *testing.T) {
	text := readme(t)
	for row := range strings.Lines(scenario.Reference()) {
		assert.True(t, strings.Contains(text, row), "the scenario table lacks this row of scenario.Reference: %s", row)
	}
}

// TestReadmeScenariosAreAsTheyExpect plays the scenarios that the README shows, under each profile that they speak of.
func TestReadmeScenariosAreAsTheyExpect(t *testing.T) {
	if brevity.Asked() {
		t.Skip("hours of virtual time")
	}
	blocks := regexp.MustCompile("(?s)```yaml[^\n]*\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	played := 0
	for _, b := range blocks {
		if !strings.Contains(b[1], "teaches:") {
			continue
		}
		s, err := scenario.Parse("README.md", []byte(b[1]))
		require.NoError(t, err)
		for _, id := range s.Plays() {
			u := s.Under(id)
			result, err := rehearsal.Play(u, s.Seed)
			require.NoError(t, err)
			assert.True(t, rehearsal.Judge(u, result).OK(), "%s %s", s.Name, id)
		}
		played++
	}
	assert.Equal(t, 2, played, "the README shows two whole scenarios, one of them with a session")
}

// TestReadmeLinksLead follows the links to files of the project.
func TestReadmeLinksLead(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(readme(t), -1) {
		_, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1])))
		assert.NoError(t, err, "a link of the README leads nowhere")
	}
}

// TestReadmeShowsWhatTravels compares the examples of a reading and an alert with the payloads that the contract's own
// test keeps.
func TestReadmeShowsWhatTravels(t *testing.T) {
	shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	require.Len(t, shown, 2)
	for i, name := range []string{"reading", "alert"} {
		want, err := os.ReadFile(filepath.Join(root, "agent", "wire", "testdata", name+".json"))
		require.NoError(t, err)
		assert.JSONEq(t, string(want), shown[i][1])
	}
}

var updateReadme = flag.Bool("update", false, "rewrite tables; read the difference before committing it")

// TestReadmeListsEveryVerb compares the table of commands with what the agent answers.
func TestReadmeListsEveryVerb(t *testing.T) {
	var b strings.Builder
	b.WriteString("| Verb | Needs | May have | What |\n|---|---|---|---|\n")
	for _, v := range wire.Verbs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", v.Name, inCode(v.Needs), inCode(v.May), v.Meaning)
	}
	between(t, "verbs", b.String())
}

func inCode(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "`" + strings.Join(words, "` `") + "`"
}
