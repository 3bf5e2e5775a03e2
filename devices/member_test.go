package devices_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
)

func TestALineHasAMemberForEachPart(t *testing.T) {
	sensor, arm := []devices.Vital{devices.SpO2}, []devices.Vital{devices.Systolic}
	d := devices.Driver{Name: "board", Kind: devices.Oximeter, Vitals: append(sensor, arm...), Rate: 1, Starts: true}
	one := d.Members("bed")
	require.Len(t, one, 1)
	assert.Equal(t, "bed", one[0].Name)

	d.Parts = []devices.Part{{Kind: devices.Oximeter, Vitals: sensor, Rate: 1}, {Kind: devices.Cuff, Vitals: arm, Starts: true}}
	two := d.Members("bed")
	require.Len(t, two, 2)
	assert.Equal(t, "bed-oximeter", two[0].Name)
	assert.Equal(t, sensor, two[0].Driver.Vitals)
	assert.False(t, two[0].Driver.Starts)
	assert.Equal(t, "bed-cuff", two[1].Name)
	assert.Equal(t, devices.Cuff, two[1].Driver.Kind)
	assert.True(t, two[1].Driver.Starts)
	assert.Empty(t, two[1].Driver.Parts)
	assert.Equal(t, "board", two[1].Driver.Name)
}
