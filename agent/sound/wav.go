package sound

import (
	"encoding/binary"
	"math"
)

// Rate is how many samples a second what is played has.
const Rate = 48000

// Volumes are the steps of the volume, as shares of full scale: 1 to 3, and none of them silent. The choice is ours: about 5 dB
// from one to the next.
func Volumes() [Loudest]float64 { return [...]float64{0.3, 0.6, 1} }

// Loudest is the last of the [Volumes].
const Loudest = 3

// WAV returns samples of [Rate] as a file of 16 bits a sample, at a volume of 1 to 3; another one counts as the nearest.
func WAV(samples []float32, volume int) []byte {
	const header, bytes = 44, 2
	steps := Volumes()
	gain := steps[max(1, min(volume, len(steps)))-1]
	size := uint32(len(samples) * bytes) //nolint:gosec // seconds of sound
	out := make([]byte, 0, header+len(samples)*bytes)
	out = append(out, "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, header-8+size)
	out = append(out, "WAVEfmt "...)
	out = binary.LittleEndian.AppendUint32(out, 16) // of the description
	out = binary.LittleEndian.AppendUint16(out, 1)  // PCM
	out = binary.LittleEndian.AppendUint16(out, 1)  // channel
	out = binary.LittleEndian.AppendUint32(out, Rate)
	out = binary.LittleEndian.AppendUint32(out, Rate*bytes)
	out = binary.LittleEndian.AppendUint16(out, bytes)
	out = binary.LittleEndian.AppendUint16(out, bytes*8)
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, size)
	for _, x := range samples {
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(math.Round(float64(x)*gain*math.MaxInt16)))) //nolint:gosec // within -1 to 1
	}
	return out
}
