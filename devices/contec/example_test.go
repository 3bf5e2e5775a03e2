package contec_test

import (
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/contec"
)

// A session says what to write, and is given what arrives. The captured packet of a calm pulse is repeated here.
func Example() {
	session, err := contec.Driver().NewSession(devices.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	fmt.Printf("ask   % X\n", session.Step(now, nil).Tx)
	fmt.Printf("start % X\n", session.Step(now, []byte{0x0E, 0x80, 0x81}).Tx)
	packet := []byte{0x01, 0xE0, 0x85, 0xB3, 0x96, 0xC1, 0xE1, 0xFF, 0xFF}
	for range 30 {
		now = now.Add(time.Second / 60)
		for _, r := range session.Step(now, packet).Readings {
			rate, _ := r.Value(devices.PulseRate)
			sat, _ := r.Value(devices.SpO2)
			fmt.Printf("%s pulse rate %d, SpO2 %d\n", r.At.Format("05.000"), rate, sat)
		}
	}
	// Output:
	// ask   7D 81 AC 80 80 80 80 80 80
	// start 7D 81 A1 80 80 80 80 80 80
	// 05.116 pulse rate 65, SpO2 97
	// 05.449 pulse rate 65, SpO2 97
}
