package suntech

import "time"

// request is a frame of the host. These are all there are: the session has no way to send anything else.
type request uint8

const (
	askNothing   request = iota
	askModule            // get module data: answered K
	askVersion           // return string: answered by the version text
	askAdvantage         // self-test of an Advantage: answered by a code
	askAPlus             // self-test of an A+: answered by a code
	askPressure          // get cuff pressure: answered by mmHg
	askResult            // get BP data: answered by the result of the last measurement
	setInflation         // set initial inflation: answer not documented, K or O accepted
	startAdult           // moves air: answered O, and K when the measurement has ended
	abort                // releases air: answered A, and K when done
)

// frames holds the bytes of each request (cuffs.md section 1), check byte included. The two data bytes and the check
// byte of setInflation are filled in when it is sent.
var frames = [...][]byte{
	askModule:    {hostHead, 0x00, 0xC6},
	askVersion:   {hostHead, 0x79, 0x02, 0x40, 0x0B},
	askAdvantage: {hostHead, 0x79, 0x10, 0x03, 0x3A},
	askAPlus:     {hostHead, 0x79, 0x11, 0x00, 0x3C},
	askPressure:  {hostHead, 0x79, 0x05, 0x00, 0x48},
	askResult:    {hostHead, 0x79, 0x03, 0x00, 0x4A},
	setInflation: {hostHead, 0x17},
	startAdult:   {hostHead, 0x20, 0xA6},
	abort:        {hostHead, 0x79, 0x01, 0x00, 0x4C},
}

// Timing between host and module.
const (
	frameGap  = 100 * time.Millisecond // least time between two host frames; cuffs.md section 1
	quietGap  = 500 * time.Millisecond // after an abort, and on both sides of setInflation; cuffs.md section 1
	replyTime = 500 * time.Millisecond // our choice: 67 bytes take 70 ms at 9600 baud, an answer begins within 20 ms
	testTime  = 2 * time.Second        // our choice: a self-test may have to measure first
	endTime   = 3 * time.Second        // our choice: from A to K after an abort the air has to leave the cuff
)

// wait returns how long the module has to answer r.
func (r request) wait() time.Duration {
	if r == askAdvantage || r == askAPlus {
		return testTime
	}
	return replyTime
}

// gap returns how long the host must be silent after r.
func (r request) gap() time.Duration {
	if r == abort || r == setInflation {
		return quietGap
	}
	return frameGap
}

// bytes appends the frame of r to tx. The inflation target in mmHg matters to setInflation only.
func (r request) bytes(tx []byte, inflation int) []byte {
	start := len(tx)
	tx = append(tx, frames[r]...)
	if r == setInflation {
		tx = append(tx, byte(inflation), byte(inflation>>8))
		tx = append(tx, -sum(tx[start:]))
	}
	return tx
}

// The letters of an acknowledgement (cuffs.md section 1).
const (
	ackBegun      = 'O' // command received, execution begins
	ackDone       = 'K' // command executed, or measurement finished
	ackAborted    = 'A' // abort accepted
	ackBusy       = 'B'
	ackError      = 'E'
	ackUndefined  = 'N' // undefined command
	ackUnreadable = 'D' // unrecognisable frame
	ackSleeping   = 'S'
	ackLate       = 'T' // frame timeout
)
