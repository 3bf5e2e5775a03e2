package cuff_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

func TestSwingTurnsAfterTenMillimetres(t *testing.T) {
	var w cuff.Swing
	assert.False(t, w.Seen)
	for _, step := range []struct {
		mmHg int
		want devices.CuffPhase
	}{
		{0, devices.CuffInflating},
		{160, devices.CuffInflating},
		{151, devices.CuffInflating},
		{150, devices.CuffDeflating},
		{120, devices.CuffDeflating},
		{129, devices.CuffDeflating},
		{130, devices.CuffInflating},
		{181, devices.CuffInflating},
		{170, devices.CuffDeflating},
	} {
		assert.Equal(t, step.want, w.Add(step.mmHg), "%d mmHg", step.mmHg)
	}
	assert.True(t, w.Seen)
	assert.Equal(t, 170, w.Held, "181 was seen once")
}
