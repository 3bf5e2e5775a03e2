package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryCommandHasItsManualPage(t *testing.T) {
	dir := t.TempDir()
	require.Equal(t, exitDone, run(t.Context(), []string{"man", dir}, io.Discard, io.Discard))
	count := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" {
			return
		}
		page, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		require.NoError(t, err)
		assert.Contains(t, string(page), c.Short)
		count++
		for _, below := range c.Commands() {
			look(below)
		}
	}
	look(newRoot())
	assert.Greater(t, count, 30)
}
