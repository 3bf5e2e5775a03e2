package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"bedside/agent/config"
)

// Readers who say no language have the site's, else the terminal's: of the variables the first that is set.
func TestLanguageOf(t *testing.T) {
	german := config.Default()
	german.Console.Language = "de"
	for _, c := range []struct {
		conf *config.Config
		env  map[string]string
		want string
	}{
		{nil, nil, "en"},
		{nil, map[string]string{"LANG": "de_DE.UTF-8"}, "de"},
		{nil, map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "C.UTF-8"}, "en"},
		{nil, map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "C.UTF-8", "LC_ALL": "de"}, "de"},
		{nil, map[string]string{"LANG": "fr_FR.UTF-8"}, "en"},
		{nil, map[string]string{"LANG": "den_XX"}, "en"},
		{german, map[string]string{"LC_ALL": "en_GB.UTF-8"}, "de"},
		{config.Default(), map[string]string{"LANG": "DE"}, "de"},
	} {
		assert.Equal(t, c.want, languageOf(c.conf, func(name string) string { return c.env[name] }), "%v", c.env)
	}
}
