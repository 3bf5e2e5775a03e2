// Package machine tells what the computer knows of itself: whether its clock follows a time server, how much room its disks have, and
// which folders can be written. It says how much room is little, and decides nothing else. It is safe for concurrent use.
package machine
