package pm6750_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/pm6750"
)

func Example() {
	session, err := pm6750.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

	out := session.Step(now, nil)
	fmt.Printf("to the board: % X\n", out.Tx)

	now = now.Add(100 * time.Millisecond)
	out = session.Step(now, []byte{
		0x55, 0xAA, 0x06, 0x04, 0x00, 0x62, 0x48, 0x4B, // 98 %, 72 /min
		0x55, 0xAA, 0x04, 0xFE, 0x28, 0xD5, // a sample of the wave, which proves it
	})
	for _, r := range out.Readings {
		rate, _ := r.Value(devices.PulseRate)
		sat, _ := r.Value(devices.SpO2)
		fmt.Printf("%v: %d /min, %d %%\n", r.Of, rate, sat)
	}

	_, err = session.(devices.Commander).Command(now, devices.CuffStart)
	fmt.Println(err)
	// Output:
	// to the board: 55 AA 04 03 01 F7
	// oximeter: 72 /min, 98 %
	// cuff may only be started by staff: configure start: agent to allow it
}
