package answers_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/simulators/internal/answers"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestNoAnswerOvertakesTheOneBeforeIt(t *testing.T) {
	var q answers.Queue
	assert.Zero(t, q.Wake(time.Time{}))
	q.Add(start.Add(30*time.Millisecond), 10*time.Millisecond, []byte("first"))
	q.Add(start.Add(20*time.Millisecond), 5*time.Millisecond, []byte("second"))
	assert.Equal(t, start.Add(40*time.Millisecond), q.Wake(time.Time{}))
	assert.Equal(t, start, q.Wake(start), "something else is sooner")
	assert.Empty(t, q.Due(start.Add(39*time.Millisecond), nil))
	assert.Equal(t, "a first", string(q.Due(start.Add(44*time.Millisecond), []byte("a "))))
	assert.Equal(t, start.Add(45*time.Millisecond), q.Wake(start.Add(time.Hour)))
	assert.Equal(t, "second", string(q.Due(start.Add(45*time.Millisecond), nil)))
	assert.Equal(t, start.Add(time.Hour), q.Wake(start.Add(time.Hour)))
}

func TestASwallowedAnswerNeverLeaves(t *testing.T) {
	var q answers.Queue
	for _, frame := range []string{"a", "b", "c"} {
		q.Add(start, 0, []byte(frame))
	}
	q.Swallow(func(frame []byte) bool { return string(frame) == "b" })
	assert.Equal(t, "ac", string(q.Due(start, nil)))
}
