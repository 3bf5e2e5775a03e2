package and_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/and"
)

func Example() {
	session, err := and.Driver().NewSession(devices.Settings{Variant: "2400"})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	out := session.Step(now, nil)
	fmt.Printf("to the monitor: % X\n", out.Tx)

	// It refuses: it has measured nothing yet. It is asked twice, and then it is ready.
	for range 2 {
		now = now.Add(100 * time.Millisecond)
		out = session.Step(now, []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x15})
	}
	fmt.Println("cuff", out.Cuff[0].Phase)

	_, err = session.(devices.Commander).Command(now, devices.CuffStart)
	fmt.Println(err)
	// Output:
	// to the monitor: 16 16 01 30 30 02 52 42 03 10
	// cuff idle
	// cuff may only be started by staff: configure start: agent to allow it
}
