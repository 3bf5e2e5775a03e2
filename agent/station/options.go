package station

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"bedside/agent/alive"
	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/agent/pace"
	"bedside/agent/wire"
)

// Options say what to run.
type Options struct {
	Config  *config.Station
	Version string
	Log     *slog.Logger

	// Notifier carries calls to people who look at no screen; nil: the channels of Config.
	Notifier Notifier

	Clock pace.Clock    // real time, but in tests
	Ready func(Running) // called once when every part runs; may be nil

	Notify   alive.Notify  // the service manager, which is told that all loops move; nil: there is none
	Watchdog time.Duration // within which it must hear; zero: it does not watch
}

// Running says where a running station can be reached.
type Running struct {
	Console string // http://host:port
	NATS    string // URL for other programs; empty for a server of somebody else, or one that listens nowhere
	Station *Station
}

// Notifier carries notices to people's pockets. Send must not block; what cannot be delivered the notifier tells by its own
// ways.
type Notifier interface {
	Run(ctx context.Context)
	Send(n notify.Notice)
	States() []wire.ChannelState
}

// How often a station says and asks things.
const (
	tickEvery    = 500 * time.Millisecond // our choice: silence is told within that
	leaseEvery   = 3 * time.Second        // alarms.md section 8
	leaseApart   = 250 * time.Millisecond // our choice: nobody waits longer than that for a lease at once
	beatEvery    = 5 * time.Second        // as a room's heartbeat
	batchEvery   = 200 * time.Millisecond // receipts are gathered for that long; our choice
	overranEvery = time.Minute            // an overrun is logged no more often; our choice
	saveEvery    = 30 * time.Second       // how often the list of rooms is kept for the next run; our choice

	screenLives  = 10 * time.Second // without a sign, alarms.md section 8
	peerLives    = 15 * time.Second // three heartbeats
	orderWait    = 5 * time.Second  // for a room's answer; as long as a room takes at most
	receiptWait  = 3 * time.Second
	receiptTries = time.Minute // how long a receipt is worth repeating; our choice: the ladder has called everyone by then
	bucketWait   = 2 * time.Second
	claimWait    = time.Second
)

// Bounds of queues, our choice.
const (
	urgentQueue  = 8192  // heartbeats, alerts and events that may wait for us
	readingQueue = 16384 // readings likewise: some eight seconds of a thousand rooms
	noticeQueue  = 4096
	mostScreens  = 1024
	mostPeers    = 64
	mostShown    = 1024 // receipts of one room that wait
	shownAtOnce  = 64   // of them in one request
	askAtOnce    = 8    // requests under way
)

var errNotConnected = errors.New("station: the message server is not reached")

// validate says what is missing.
func (o *Options) validate() error {
	if o.Config == nil || o.Log == nil {
		return errors.New("station: Config and Log are required")
	}
	if !wire.ValidToken(o.Config.Site) || !wire.ValidToken(o.Config.Station) {
		return errors.New("station: site and station are words of lower-case letters, digits and dashes")
	}
	return nil
}
