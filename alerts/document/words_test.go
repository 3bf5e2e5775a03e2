package document_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts/document"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "0s": 0, "0d": 0,
		"30d": 720 * time.Hour, "1d12h": 36 * time.Hour,
	} {
		got, err := document.ParseDuration(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"30", "0", "", "s", "-1d", "1.5d", "d", "1d0", "1d1", "99999999d", "5 m", "1w", "1dd", "1e9"} {
		_, err := document.ParseDuration(text)
		require.Error(t, err, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(3650*24*time.Hour)).Draw(t, "d")).Truncate(time.Millisecond)
		back, err := document.ParseDuration(document.PrintDuration(d))
		if err != nil || back != d {
			t.Fatalf("%v printed as %q reads as %v, %v", d, document.PrintDuration(d), back, err)
		}
	})
}

func TestSlips(t *testing.T) {
	for pair, want := range map[[2]string]int{
		{"room", "room"}: 0, {"rooom", "room"}: 1, {"orom", "room"}: 1, {"Room", "room"}: 0, {"site", "room"}: 4, {"", "abc"}: 3,
	} {
		assert.Equal(t, want, document.Slips(pair[0], pair[1]), fmt.Sprint(pair))
	}
}
