// Package transcripttest plays transcripts: files that tell in prose what happens, and what came of it. All machines that
// take inputs and moments are tested with them, because a clinician can read them.
//
// A line that begins with + and a duration lets that time pass and then does what its other words say. Indented lines are what
// came of it, and are written by go test -update; all other lines are prose. It is the one package under alerts that reads
// files, because golden files are; nothing but tests imports it.
package transcripttest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// update makes [Run] write the transcripts instead of comparing them.
var update = flag.Bool("update", false, "rewrite what is in testdata; read the diff")

// Update reports whether golden files are to be rewritten.
func Update() bool { return *update }

// Player is what a transcript is about. Out is where it writes what comes of each line, indented.
type Player interface {
	Out() *bytes.Buffer
	// Pass lets time go by as the shell does.
	Pass(d time.Duration)
	// Do carries out the words of a line behind its duration, if there are any.
	Do(words []string)
}

// Prose is a player that also looks at the lines that begin with no +.
type Prose interface {
	Prose(words []string)
}

// Run plays each of testdata/*.txt with a new player and compares what came of it with the file, or rewrites the file.
func Run(t *testing.T, player func(t *testing.T) Player) {
	t.Helper()
	each(t, func(t *testing.T, file, script string) {
		got := Play(t, player(t), script)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			return
		}
		assert.Equal(t, script, got)
	})
}

// Again is Run with players that must come to the same by another way; it never rewrites a file.
func Again(t *testing.T, player func(t *testing.T) Player) {
	t.Helper()
	each(t, func(t *testing.T, _, script string) { assert.Equal(t, script, Play(t, player(t), script)) })
}

func each(t *testing.T, one func(t *testing.T, file, script string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			script, err := os.ReadFile(file)
			require.NoError(t, err)
			one(t, file, string(script))
		})
	}
}

// Play plays one transcript and returns it with what came of it.
func Play(t *testing.T, p Player, script string) string {
	t.Helper()
	prose, listens := p.(Prose)
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(p.Out(), line)
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "+"):
			d, err := time.ParseDuration(words[0][1:])
			require.NoError(t, err, line)
			p.Pass(d)
			if len(words) > 1 {
				p.Do(words[1:])
			}
		case listens:
			prose.Prose(words)
		}
	}
	return p.Out().String()
}
