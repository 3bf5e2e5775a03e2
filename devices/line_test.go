package devices_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
)

func TestALineIsPrintedAsPeopleWriteIt(t *testing.T) {
	for want, line := range map[string]devices.Line{
		"9600 8N1":  {Baud: 9600, DataBits: 8, StopBits: 1},
		"19200 8O1": {Baud: 19200, DataBits: 8, Parity: devices.OddParity, StopBits: 1},
		"1200 7E2":  {Baud: 1200, DataBits: 7, Parity: devices.EvenParity, StopBits: 2},
		"1200 7?2":  {Baud: 1200, DataBits: 7, Parity: 9, StopBits: 2},
	} {
		assert.Equal(t, want, line.String())
	}
}
