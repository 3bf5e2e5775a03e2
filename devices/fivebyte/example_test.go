package fivebyte_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/fivebyte"
)

// A session is given what arrives. Eight frames show that this is the protocol, six more that they agree, and the start of
// the next that the last was whole.
func Example() {
	session, err := fivebyte.Driver().NewSession(devices.Settings{Variant: "contec-19200"})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for range 40 {
		now = now.Add(time.Second / 60)
		for _, r := range session.Step(now, []byte{0x85, 0x32, 0x06, 0x48, 0x62}).Readings {
			rate, _ := r.Value(devices.PulseRate)
			sat, _ := r.Value(devices.SpO2)
			fmt.Printf("%s pulse rate %d, SpO2 %d\n", r.At.Format("05.000"), rate, sat)
		}
	}
	// Output:
	// 05.233 pulse rate 72, SpO2 98
	// 05.566 pulse rate 72, SpO2 98
}
