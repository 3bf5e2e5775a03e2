package console_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// catalogue returns the messages of a language, by area and name.
func catalogue(t *testing.T, language string) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("assets", "words", language+".json"))
	require.NoError(t, err)
	var out map[string]map[string]string
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// Every word of the contract that a page may show has a message in every language.
func TestWordsOfTheContractHaveMessages(t *testing.T) {
	words := map[string][]string{
		"question": sessions.Questions(), "phase": list(t, "phases"), "symptom": list(t, "symptoms"), "route": list(t, "routes"),
		"call": list(t, "calls"), "tick": list(t, "ticks"), "role": access.Roles(), "gate": {sessions.GatePredose, sessions.GateDischarge},
		"devices": {"connected", "silent", "lost"}, "class": {string(sessions.Transient), string(sessions.Sustained), string(sessions.Persistent)},
		"refusal": codes(t),
	}
	for r := devices.Reason(1); r.String() != "unknown"; r++ {
		words["reason"] = append(words["reason"], r.String())
	}
	for s := devices.Status(1); len(s.Names()) > 0; s <<= 1 {
		words["reason"] = append(words["reason"], s.Names()...)
	}
	for c := devices.CuffClass(1); c.String() != "unknown"; c++ {
		words["cuff"] = append(words["cuff"], c.String())
	}
	for _, k := range devices.FaultKinds() {
		words["fault"] = append(words["fault"], k.String())
	}
	for _, p := range []alerts.Priority{alerts.Information, alerts.Low, alerts.Medium, alerts.High} {
		words["priority"] = append(words["priority"], p.String())
	}
	for _, language := range []string{"en", "de"} {
		messages := catalogue(t, language)
		for area, names := range words {
			require.NotEmpty(t, names, area)
			for _, name := range names {
				assert.NotEmpty(t, messages[area][name], "%s.json: %s.%s", language, area, name)
			}
		}
	}
}

// codes returns the machine words of every refusal: the constants and literals of the packages that refuse.
func codes(t *testing.T) []string {
	t.Helper()
	form := regexp.MustCompile(`(?m)^\s*(?:code|Code)(?:[A-Z]\w*)\s*= "([a-z_]+)"|(?:Code: |refusal\()"([a-z_]+)"|^\s*(?:Taken|Free)\s*= "([a-z_]+)"`)
	var list []string
	for _, folder := range []string{"../monitor", "../access", "../station", "../station/duty", ".", "../../alerts/sessions"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, m := range form.FindAllStringSubmatch(string(text), -1) {
				list = append(list, m[1]+m[2]+m[3])
			}
		}
	}
	require.Greater(t, len(unique(list)), 20)
	return unique(list)
}
