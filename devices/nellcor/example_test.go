package nellcor_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/nellcor"
)

// A session is given what arrives, whenever it arrives. The first value comes with the second line that agrees.
func Example() {
	session, err := nellcor.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, numbers := range []string{
		"98      72      25",
		"98      73      25",
		"---     ---     ---    SO", // the sensor is off the patient
	} {
		now = now.Add(2 * time.Second)
		line := now.Format("02-Jan-06 15:04:05   ") + numbers + "\r\n"
		for _, r := range session.Step(now, []byte(line)).Readings {
			if sat, ok := r.Value(devices.SpO2); ok {
				fmt.Println(r.At.Format("05"), "SpO2", sat)
			} else {
				why, _ := r.Absent(devices.SpO2)
				fmt.Println(r.At.Format("05"), "SpO2 absent:", why)
			}
		}
	}
	// Output:
	// 09 SpO2 98
	// 11 SpO2 absent: finger_out
}
