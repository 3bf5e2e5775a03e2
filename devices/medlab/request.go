package medlab

import "time"

// request is what the host can be waiting for. The session has no way to write anything but these.
type request uint8

const (
	askNothing   request = iota
	hear                 // nothing is written: live packets or the end marker may come
	askResult            // return result/status: answered by a result
	setInflation         // initial inflation: no answer is documented, and none is awaited
	start                // moves air: answered by live packets
	abort                // releases air: answered by the end marker
)

// frames holds the bytes of each request (cuffs.md section 8). No carriage return follows them: of two known drivers one
// sends it, and both work.
var frames = [...]string{
	askResult: "\x0218;;DF\x03",
	start:     "\x0201;;D7\x03",
	abort:     "X",
}

// inflations holds the bytes of setInflation, by mmHg (cuffs.md section 8).
func inflations(mmHg int) string {
	switch mmHg {
	case 100:
		return "\x0219;;E0\x03"
	case 120:
		return "\x0220;;D8\x03"
	case 140:
		return "\x0221;;D9\x03"
	case 160:
		return "\x0222;;DA\x03"
	case 180:
		return "\x0223;;DB\x03"
	}
	return ""
}

// Timing between host and module. Except for settle all are our choice: the documents name none.
const (
	frameGap   = 100 * time.Millisecond // between two writes of the host; eight bytes take 17 ms at 4800 baud
	replyTime  = 700 * time.Millisecond // 40 bytes take 83 ms
	setTime    = 300 * time.Millisecond // after an initial inflation, which nothing acknowledges
	startTime  = 3 * time.Second        // from a start to the first live packet
	hearTime   = 3 * time.Second        // between two live packets
	listenTime = time.Second            // before the first question of a conversation
	endTime    = 2 * time.Second        // from an abort to the end marker: the air has to leave the cuff
	settle     = time.Second            // from the end marker to the question for the result; cuffs.md section 8
)

// wait returns how long the outcome of r may take.
func (r request) wait() time.Duration {
	switch r {
	case setInflation:
		return setTime
	case start:
		return startTime
	case abort:
		return endTime
	default:
		return replyTime
	}
}
