package agent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/access"
	"bedside/agent/speaker"
	"bedside/agent/tap"
)

// A service manager and a nurse who restarts an agent wait no longer, whatever hangs.
func TestAStopTakesLessThanFiveSeconds(t *testing.T) {
	var sum time.Duration
	for _, s := range (&agent{access: &access.Access{}, speaker: &speaker.Speaker{}, recorder: &tap.Recorder{}}).stages() {
		assert.Positive(t, s.Wait, s.Name)
		sum += s.Wait
	}
	assert.Less(t, sum, 5*time.Second)
}
