package cmd_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryThreatHasItsTest looks for each test that the table of threats names: an answer that nobody tries is a hope.
func TestEveryThreatHasItsTest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "agent", "DESIGN.md"))
	require.NoError(t, err)
	_, threats, ok := strings.Cut(string(text), "## Threats and answers")
	require.True(t, ok)
	threats, _, _ = strings.Cut(threats, "\n## ")
	tests := map[string]bool{}
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(source, -1) {
			tests[string(m[1])] = true
		}
		return err
	})
	require.NoError(t, err)
	for row := range strings.Lines(threats) {
		if !strings.HasPrefix(row, "| ") || strings.HasPrefix(row, "| Threat") {
			continue
		}
		named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)").FindAllStringSubmatch(row, -1)
		assert.NotEmpty(t, named, "no test is named: %s", row)
		for _, m := range named {
			assert.True(t, tests[m[1]], "there is no test %s: %s", m[1], row)
		}
	}
}
