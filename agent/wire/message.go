package wire

import "time"

// Class decides how a message is kept and in which order it is sent again.
type Class uint8

// The classes. Alerts and session events share the stream BEDSIDE_ALERTS, readings have BEDSIDE_READINGS, the rest is
// published and forgotten.
const (
	ClassAlert   Class = iota + 1 // alert, session, receipt: recorded, stored by the broker, sent first
	ClassReading                  // recorded, stored by the broker
	ClassPassing                  // wave and status: neither recorded nor stored
)

// Stream returns the stream that stores the class, or "" if none does.
func (c Class) Stream() string {
	switch c {
	case ClassAlert:
		return StreamAlerts
	case ClassReading:
		return StreamReadings
	default:
		return ""
	}
}

// Message is an encoded payload on its way out. Payload must not be changed once it is handed on.
type Message struct {
	ID      string // Nats-Msg-Id
	Seq     uint64
	Class   Class
	Subject string
	At      time.Time
	Payload []byte
}
