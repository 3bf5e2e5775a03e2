package nonin_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/nonin"
)

// A session is given what arrives, whenever it arrives. The reading of a packet comes with the first frame of the next.
func Example() {
	session, err := nonin.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	instrument := &oximeter{format: 2}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, rate := range []int{72, 73, 74} {
		for _, frame := range instrument.packet(numbers{rate: rate, sat: 98}) {
			now = now.Add(time.Second / 75)
			for _, r := range session.Step(now, frame).Readings {
				rate, _ := r.Value(devices.PulseRate)
				sat, _ := r.Value(devices.SpO2)
				fmt.Printf("%s pulse rate %d, SpO2 %d\n", r.At.Format("05.000"), rate, sat)
			}
		}
	}
	// Output:
	// 05.346 pulse rate 72, SpO2 98
	// 05.679 pulse rate 73, SpO2 98
}
