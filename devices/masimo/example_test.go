package masimo_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/masimo"
)

// A session is given what arrives, whenever it arrives. The first value comes with the second line that agrees.
func Example() {
	session, err := masimo.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, numbers := range []string{
		"SPO2=098% BPM=072 PI=02.50% ALARM=0000 EXC=000800",
		"SPO2=098% BPM=073 PI=02.51% ALARM=0000 EXC=000800",
		"SPO2=098% BPM=073 PI=02.49% ALARM=0000 EXC=000820", // the sensor is off the patient
	} {
		now = now.Add(time.Second)
		line := now.Format("01/02/06 15:04:05 ") + numbers + "\r\n"
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
	// 07 SpO2 98
	// 08 SpO2 absent: finger_out
}
