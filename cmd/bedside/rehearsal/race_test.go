//go:build race

package rehearsal_test

// raceDetector says that the tests run several times slower.
const raceDetector = true
