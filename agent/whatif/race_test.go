//go:build race

package whatif_test

// raceDetector says that the tests run several times slower.
const raceDetector = true
