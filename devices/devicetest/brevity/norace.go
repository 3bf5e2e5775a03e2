//go:build !race

package brevity

const raceDetector = false
