// Package cuff holds what every driver of a cuff needs that the agent can start, whatever its frames look like: when air
// may be moved, and by when it must be out again.
package cuff
