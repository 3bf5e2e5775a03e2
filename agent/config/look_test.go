package config_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
)

// Each colour that a configuration may name is one that the pages have for each vital, and it can be read in each theme.
func TestColoursCanBeRead(t *testing.T) {
	base, err := os.ReadFile("../console/assets/base/app.css")
	require.NoError(t, err)
	themes, err := os.ReadFile("../console/assets/base/theme.css")
	require.NoError(t, err)
	palettes := map[string]map[string]string{"dark": colourTokens(t, string(base), `:root`)}
	for _, theme := range []string{"light", "night"} {
		palettes[theme] = colourTokens(t, string(themes), fmt.Sprintf(`html\[data-theme="%s"\]`, theme))
	}
	words := regexp.MustCompile("console.colours` \\| [^|]*?: ((?:`[a-z]+`, )+)").FindStringSubmatch(config.Reference())
	require.Len(t, words, 2)
	names := regexp.MustCompile("[a-z]+").FindAllString(words[1], -1)
	require.Len(t, names, 5)
	for _, name := range names {
		for vital, variable := range map[string]string{"pulse-rate": "pr", "spo2": "spo2", "blood-pressure": "nbp"} {
			assert.Contains(t, string(themes), fmt.Sprintf(`html[data-site-colour-%s="%s"] { --%s: var(--%s); }`, vital, name, variable, name))
		}
		for theme, tokens := range palettes {
			for _, behind := range []string{"bg", "panel"} {
				assert.GreaterOrEqual(t, contrast(t, tokens[name], tokens[behind]), 4.5, "%s on %s, %s (WCAG 2.2, 1.4.3)", name, behind, theme)
			}
		}
	}
}

// colourTokens returns the variables of a rule that are colours.
func colourTokens(t *testing.T, css, selector string) map[string]string {
	t.Helper()
	rule := regexp.MustCompile(`(?m)^` + selector + ` \{([^}]*)\}`).FindStringSubmatch(css)
	require.Len(t, rule, 2, selector)
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(rule[1], -1) {
		hex := m[2]
		if len(hex) == 3 {
			hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
		}
		tokens[m[1]] = hex
	}
	return tokens
}

// contrast is that of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	lighter, darker := luminance(t, a), luminance(t, b)
	if lighter < darker {
		lighter, darker = darker, lighter
	}
	return (lighter + 0.05) / (darker + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	require.Len(t, hex, 6)
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
