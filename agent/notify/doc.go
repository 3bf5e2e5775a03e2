// Package notify tells people who do not look at a screen that a room needs them: by ntfy on a phone, a signed webhook,
// Alertmanager, or mail. It comes beside the station's page, which alone alarms; nothing here is waited for by an alert.
//
// What leaves the building is little. A text carries site, room, priority, and the kind of an alert in general words:
// "Room 2: high priority alert, open the station". Programs get the same and an opaque key, so that they can tell one alert
// from another. A [Notice] has more, because the station's record wants it; the rest is never sent, and whatever is sent is
// either a word of a closed list, a token, a moment or a hash, so that no free text can get out by mistake.
//
// [Notifier] has a queue and a goroutine for each channel, so that a slow one delays no other:
//
//   - order is kept; what cannot be delivered is tried again after 1 s, 2 s, 5 s and so on up to 5 min, each give or take a
//     fifth, or when the server says so (Retry-After);
//   - what is refused for good (most 4xx of HTTP, 5xx of SMTP) is given up at once, everything else when it is too old to
//     be of use: high after 10 min, medium after 30 min, low after 2 h;
//   - a queue holds 256 notices; the oldest of the lowest priority gives way;
//   - at the end, what waits is given up: the station says so in its record, and raises again what is still active.
//
// Every notice that a channel took ends as delivered or as a dead letter, once. Delivery is at least once: an answer may be
// lost. A channel whose second try in a row fails, or that is refused for good, is failing until something gets through.
package notify
