package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices/catalog"
	"bedside/devices/devicetest"
)

func TestEveryDriverIsDescribedAndHasItsOwnName(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range catalog.All() {
		t.Run(d.Name, func(t *testing.T) {
			devicetest.CheckDriver(t, d)
			assert.False(t, seen[d.Name], "listed twice")
			assert.NotEqual(t, "auto", d.Name, "taken: the configuration word for finding the driver")
			seen[d.Name] = true
		})
	}
}

func TestFind(t *testing.T) {
	for _, want := range catalog.All() {
		got, ok := catalog.Find(want.Name)
		require.True(t, ok)
		assert.Equal(t, want.Title, got.Title)
	}
	_, ok := catalog.Find("no-such-device")
	assert.False(t, ok)
}

func TestAllBelongsToTheCaller(t *testing.T) {
	catalog.All()[0].Name = "spoilt"
	_, ok := catalog.Find("spoilt")
	assert.False(t, ok)
}
