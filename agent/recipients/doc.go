// Package recipients knows who hears a room: the stations whose word is fresh, the screens that they have on, who has duty,
// which alerts no screen has shown yet, and whether the way to the nurse was tried. It is fed with what stations say and
// what the room publishes, and says what follows: faults for the alerts engine, receipts and events for the record.
//
// Silence is what it is there for. A station that is not heard for ten seconds is gone; ten seconds without a screen that
// can be seen and heard are an alert while a session runs; so are ten seconds in which no screen has shown an alert of high
// priority (alarms.md section 8). A room to which no station belongs keeps the same books and raises nothing.
package recipients
