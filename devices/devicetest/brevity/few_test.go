package brevity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"bedside/devices/devicetest/brevity"
)

// A property is tried a few times where brevity is asked for, and as often as ever where it is not.
func TestFewAreTried(t *testing.T) {
	tried := 0
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		rapid.Int().Draw(rt, "any")
		tried++
	}))
	want := 20
	if !brevity.Asked() {
		want = 100
	}
	assert.Equal(t, want, tried)
}
