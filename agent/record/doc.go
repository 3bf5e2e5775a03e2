// Package record keeps what happened in one room: every event in the order in which it was decided, what the broker has
// confirmed of it, and the state of the engine. It is the truth after a crash, the outbox of the bus, and the source of
// reports.
//
// It is one SQLite file in write-ahead mode with full sync. Store takes events into memory without ever waiting, one
// goroutine (Store.Run) writes them in groups, and readers have connections of their own. A failing disk stops neither
// the taking nor the outbox: events wait in a bounded memory, the failure is told, and writing goes on by itself when the
// disk works again. DESIGN.md has the reasons and the limits.
//
// All methods of Store are safe for concurrent use, except that Run is called once and Close after it has returned.
package record
