package config_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/devices"
)

// board is a driver with two devices on one line.
func board() devices.Driver {
	return devices.Driver{
		Name: "board", Kind: devices.Oximeter, Starts: true,
		Parts: []devices.Part{{Kind: devices.Oximeter}, {Kind: devices.Cuff, Starts: true}},
		NewSession: func(s devices.Settings) (devices.Session, error) {
			if s.InitialPressure%2 != 0 {
				return nil, errors.New("board: initial pressure must be even")
			}
			return nil, nil
		},
	}
}

// A driver with parts makes two devices: each may be named, neither may be called as another is, and what belongs to a cuff
// belongs to its cuff.
func TestPartsAreDevicesOfTheirOwn(t *testing.T) {
	const head = "site: clinic\nroom: room-1\ndevices:\n"
	const monitor = "  - {name: monitor, driver: board, port: /dev/ttyUSB0"
	tests := []struct{ name, devices, want string }{
		{"its own oximeter", monitor + ", start: agent, initial_pressure: 160, same_arm_as: monitor-oximeter}", ""},
		{
			"another cuff blanks its oximeter",
			monitor + "}\n  - {name: cuff, driver: suntech, port: /dev/ttyUSB1, same_arm_as: monitor-oximeter}", "",
		},
		{
			"its cuff blanks another oximeter",
			monitor + ", same_arm_as: clip}\n  - {name: clip, driver: nonin, port: /dev/ttyUSB1}", "",
		},
		{"itself", monitor + ", same_arm_as: monitor}", `4:69: no device is called "monitor"; there is only monitor-oximeter`},
		{"its own cuff", monitor + ", same_arm_as: monitor-cuff}", "4:69: same_arm_as is written at a cuff"},
		{"a pressure that it refuses", monitor + ", initial_pressure: 161}", "4:74: driver board refuses this: board: initial pressure must be even"},
		{
			"somebody is called so already",
			"  - {name: monitor-cuff, driver: suntech, port: /dev/ttyUSB1}\n" + monitor + "}",
			"5:12: this makes a second device monitor-cuff, the first is in line 4",
		},
		{
			"somebody is called so later",
			monitor + "}\n  - {name: monitor-oximeter, driver: nonin, port: /dev/ttyUSB1}",
			"5:12: this makes a second device monitor-oximeter, the first is in line 4",
		},
		{
			"two alike are one mistake", monitor + "}\n  - {name: monitor, driver: board, port: /dev/ttyUSB1}",
			"5:12: the device name monitor is used twice; the first is in line 4",
		},
		{
			"too long", "  - {name: a-name-of-many-letters-that-leaves-no-room-for-what-it-is, driver: board, port: /dev/ttyUSB0}",
			"4:12: driver board makes",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := config.ParseWith("room.yaml", []byte(head+tt.devices+"\n"), append(drivers(), board()), conditions())
			if tt.want == "" {
				require.NoError(t, err)
				assert.NotEmpty(t, c.Devices)
				return
			}
			var all config.Errors
			require.ErrorAs(t, err, &all)
			require.Len(t, all, 1, "%v", err)
			assert.Contains(t, all[0].Error(), "room.yaml:"+tt.want)
		})
	}
}

func TestNamesAreThoseOfTheRoom(t *testing.T) {
	c, err := config.Parse("x.yaml", []byte("site: a\nroom: b\ndevices:\n  - {name: bed, driver: pm6750, port: /dev/a}\n"+
		"  - {name: finger, driver: auto, port: /dev/b}\n  - {name: arm, driver: suntech, port: /dev/c}\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"bed-oximeter", "bed-cuff", "finger", "arm"}, c.Names())
}
