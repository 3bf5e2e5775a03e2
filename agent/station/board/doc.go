// Package board is what a station knows of its rooms: it makes tiles out of what the rooms say, and alerts of its own out
// of what they do not say.
//
// Rooms appear by their heartbeats; one that is heard and falls silent before the first of them appears as silent. A heartbeat
// is the full truth; alerts and readings that come after it are laid over it, whatever the order in which they arrive, and what
// was sent before it changes nothing any more. A room that is silent keeps its last known alerts, and shows no value.
//
// The package is pure: it gets payloads and the moment as arguments. A Board is not safe for concurrent use.
package board
