package simulatortest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/simulators"
)

// Press presses the button of a cuff that takes no orders once and returns what it sends within two minutes. By then all air
// must be out.
func Press(t *testing.T, d interface {
	simulators.Device
	Inflated() bool
}, from time.Time, truth simulators.Vitals,
) string {
	t.Helper()
	var said strings.Builder
	truth.CuffPress = true
	for now := from; now.Before(from.Add(2 * time.Minute)); {
		tx, wake := d.Step(now, truth, []byte("nobody listens"))
		said.Write(tx)
		truth.CuffPress = false
		if wake.IsZero() {
			break
		}
		require.True(t, wake.After(now))
		now = wake
	}
	assert.False(t, d.Inflated(), "all air is out")
	return said.String()
}
