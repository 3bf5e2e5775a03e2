package alerts_test

import (
	"fmt"
	"time"

	"bedside/alerts"
	"bedside/devices"
)

func Example() {
	engine, err := alerts.New(builtIn(), alerts.Device{Name: "oximeter", Title: "Pulse oximeter"})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for range 20 {
		events := engine.Step(now, alerts.Observed{Device: "oximeter", Reading: &devices.Reading{
			At: now, Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: 86}},
		}})
		for _, ev := range events {
			fmt.Println(now.Format("15:04:05"), ev.Change, ev.Alert.Occurrence, ev.Alert.Priority, ev.Alert.Text)
		}
		now = now.Add(time.Second)
	}
	engine.Step(now, alerts.Acknowledge{Occurrence: "spo2_low-1", By: "AK"})
	fmt.Println(engine.Active()[0].AcknowledgedBy)
	// Output:
	// 09:00:15 raised spo2_low-1 medium SpO2 86, limit 90
	// AK
}
