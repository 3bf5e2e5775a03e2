package devicetest

import "testing"

// Brief reports whether a test that repeats hours of virtual time has to make do with fewer of them: it was asked to be
// short, or runs under the race detector, which makes it ten times slower and has nothing to find in a pure session.
func Brief() bool { return raceDetector || testing.Short() }
