//go:build !race

package whatif_test

const raceDetector = false
