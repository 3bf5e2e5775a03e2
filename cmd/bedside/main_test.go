package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoInterruptsIsToldSoInWords(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, told bytes.Buffer
	assert.Equal(t, exitFailed, run(ctx, []string{"doctor"}, &out, &told))
	assert.Equal(t, "bedside: interrupted before the end\n", told.String())
}
