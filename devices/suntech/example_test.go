package suntech_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/suntech"
)

func Example() {
	session, err := suntech.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

	out := session.Step(now, nil)
	fmt.Printf("to the module: % X\n", out.Tx)

	now = now.Add(20 * time.Millisecond)
	out = session.Step(now, []byte{0x3E, 0x04, 0x4B, 0x73}) // K
	fmt.Printf("call again in %v\n", out.Wake.Sub(now))

	now = out.Wake
	fmt.Printf("to the module: % X\n", session.Step(now, nil).Tx)

	_, err = session.(devices.Commander).Command(now, devices.CuffStart)
	fmt.Println(err)
	// Output:
	// to the module: 3A 00 C6
	// call again in 80ms
	// to the module: 3A 79 02 40 0B
	// cuff may only be started by staff: configure start: agent to allow it
}
