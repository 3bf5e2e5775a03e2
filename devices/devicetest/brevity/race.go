//go:build race

package brevity

const raceDetector = true
