package simulators

import "time"

// Line is what lies between a device and a host in one direction: a cable that may lose, change or delay bytes. A nil
// Line is a perfect cable. It is not safe for concurrent use.
type Line interface {
	// Step is given the bytes that enter the line and the moment, and returns those that leave it now, and when it wants
	// to be called again at the latest because it holds bytes or changes its state; zero means no need. The bytes
	// returned are overwritten by the next call; bytes given are not kept.
	Step(now time.Time, in []byte) (out []byte, wake time.Time)
}
