package medlab_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/medlab"
)

func Example() {
	session, err := medlab.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

	out := session.Step(now, nil)
	fmt.Printf("listens for %v\n", out.Wake.Sub(now))

	now = out.Wake
	fmt.Printf("to the module: %q\n", session.Step(now, nil).Tx)

	now = now.Add(100 * time.Millisecond)
	out = session.Step(now, []byte("\x02S1;A0;C01;M00;P120080093;R072;T0025;\x03\r"))
	fmt.Printf("cuff %v, %d readings: nobody knows what that result is of\n", out.Cuff[0].Phase, len(out.Readings))

	_, err = session.(devices.Commander).Command(now, devices.CuffStart)
	fmt.Println(err)
	// Output:
	// listens for 1s
	// to the module: "\x0218;;DF\x03"
	// cuff idle, 0 readings: nobody knows what that result is of
	// cuff may only be started by staff: configure start: agent to allow it
}
