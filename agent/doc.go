// Package agent puts one room together: links to the devices, the monitor, the record, the bus and the room page. It
// starts them in the order in which they need each other, and stops them in reverse, in bounded time.
package agent
