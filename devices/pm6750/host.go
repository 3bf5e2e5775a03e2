package pm6750

import "time"

// request is a frame to the board. These are all there are: the session has no way to send anything else.
type request uint8

const (
	askNothing   request = iota
	enableParams         // SpO2 and pulse rate, once a second
	enableWave           // SpO2 wave
	setTarget            // initial cuff pressure, adult; forgotten by the board with each start
	startCuff            // moves air
	stopCuff             // releases air
)

// Types of packets and commands (oximeters.md section 6, cuffs.md section 9a).
const (
	typeNIBP   = 0x03 // from the board
	typeSpO2   = 0x04 // from the board
	typeWave   = 0xFE // both ways
	cmdNIBP    = 0x02
	cmdParams  = 0x03
	cmdTarget  = 0x0A
	targetStep = 2 // mmHg
)

// hostGap is the least time between two frames to the board: oximeters.md section 6 asks for it over Bluetooth, which a
// serial port may stand for.
const hostGap = 50 * time.Millisecond

// bytes appends the frame of r to tx. The target in mmHg matters to setTarget only.
func (r request) bytes(tx []byte, target int) []byte {
	var command, value byte
	switch r {
	case enableParams:
		command, value = cmdParams, 1
	case enableWave:
		command, value = typeWave, 1
	case setTarget:
		command, value = cmdTarget, byte(target/targetStep)
	case startCuff:
		command, value = cmdNIBP, 1
	case stopCuff:
		command, value = cmdNIBP, 0
	default:
		return tx
	}
	const n = 4
	return append(tx, head1, head2, n, command, value, ^(n + command + value))
}
