package bus

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A server that is away for a night is tried some ten thousand times. Each reason is told once, and told again after another one.
func TestTheSameReasonIsToldOnce(t *testing.T) {
	var told []state
	tell := onlyNews(func(connected bool, why string) { told = append(told, state{connected, why}) })
	for _, s := range []state{{false, "refused"}, {false, "refused"}, {false, "no answer"}, {false, "refused"}, {true, ""}, {true, ""}, {false, "refused"}} {
		tell(s.connected, s.why)
	}
	assert.Equal(t, []state{{false, "refused"}, {false, "no answer"}, {false, "refused"}, {true, ""}, {false, "refused"}}, told)
}
