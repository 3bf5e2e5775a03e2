// Package pty puts simulated devices on pseudo-terminals, so that the agent opens them like any serial port, under a
// name that stays the same when the cable is pulled and comes back.
//
// A [Port] behaves as a UART does: bytes that nobody reads within a second are lost, never queued for a reader who
// comes later, and a slow reader never stops the device. Settings such as baud rate are accepted and mean nothing.
//
// This package is a shell: it owns files and waits. What the devices say and when is decided in the pure packages
// beside it. It works on Linux.
package pty
