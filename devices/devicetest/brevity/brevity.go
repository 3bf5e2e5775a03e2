// Package brevity tells tests that repeat hours of virtual time when to make do with fewer of them.
package brevity

import "testing"

// Asked reports whether the tests were asked to be short, or run under the race detector, which makes them ten times slower
// and has nothing to find where there is one goroutine. The gate runs such tests at full length as well, without the detector.
func Asked() bool { return raceDetector || testing.Short() }
