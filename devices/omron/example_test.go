package omron_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/omron"
)

// A session is given what arrives after each measurement, here what others published of a real one.
func Example() {
	session, err := omron.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	out := session.Step(now, []byte("bp,99999999999999999999,2023/04/27,15:06,140,098,077,068,3\r\n"))
	for _, r := range out.Readings {
		systolic, _ := r.Value(devices.Systolic)
		diastolic, _ := r.Value(devices.Diastolic)
		mean, _ := r.Value(devices.Mean)
		fmt.Printf("%d over %d, mean %d: %v\n", systolic, diastolic, mean, out.Cuff[0].Phase)
	}
	// Output:
	// 140 over 77, mean 98: done
}
