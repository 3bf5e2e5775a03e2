// Package console serves the room's page and the HTTP side of the public contract: the page, the state, server-sent
// events, commands, metrics and health.
//
// A lost event heals within a second, because every second carries the full picture. A reader that does not keep up is
// cut and comes back by itself. It listens on loopback only: there is no sign-in yet.
package console
