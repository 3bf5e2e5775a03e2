package terumo_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/terumo"
)

// A session is given what arrives after each measurement, here what others published of a real one.
func Example() {
	session, err := terumo.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	out := session.Step(now, []byte("\x02R1,000000000,210427,153000,128,097,082,084,0000,0000,00000,000\x03\xE6"))
	for _, r := range out.Readings {
		systolic, _ := r.Value(devices.Systolic)
		diastolic, _ := r.Value(devices.Diastolic)
		mean, _ := r.Value(devices.Mean)
		fmt.Printf("%d over %d, mean %d: %v\n", systolic, diastolic, mean, out.Cuff[0].Phase)
	}
	// Output:
	// 128 over 82, mean 97: done
}
