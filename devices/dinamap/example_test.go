package dinamap_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/dinamap"
)

func Example() {
	session, err := dinamap.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	out := session.Step(now, nil)
	fmt.Printf("to the monitor: %q\n", out.Tx)

	// The last result, 12 s old. It is asked for twice, and it is not new.
	now = now.Add(30 * time.Millisecond)
	out = session.Step(now, []byte(" NA1000012120080093%]\r"))
	now = out.Wake
	fmt.Printf("to the monitor: %q\n", session.Step(now, nil).Tx)
	now = now.Add(30 * time.Millisecond)
	out = session.Step(now, []byte(" NA1000012120080093%]\r"))
	fmt.Println(len(out.Readings), "readings, cuff", out.Cuff[0].Phase)

	_, err = session.(devices.Commander).Command(now, devices.CuffStart)
	fmt.Println(err)
	// Output:
	// to the monitor: " NA!2\r"
	// to the monitor: " NA!2\r"
	// 0 readings, cuff idle
	// cuff may only be started by staff: configure start: agent to allow it
}
