// Package console serves the pages and the HTTP side of the public contract, for two sites on one shell. [Console] is the room's:
// the page, the state, server-sent events, commands, metrics and health. [Station] is the nurses': the board of all rooms,
// orders to each of them, duty, and what was really seen on a screen.
//
// A lost event heals within a second, because every second carries what is different from the last one, and a new reader gets
// the full picture. A reader that does not keep up is cut and comes back by itself. Without the Guard of a [Door] there is no
// sign-in, and it must listen on loopback only.
package console
