package notify

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"bedside/agent/config"
	"bedside/agent/wire"
	"bedside/alerts"
)

// ErrNoChannel says that there is no channel of that name.
var ErrNoChannel = errors.New("notify: there is no such channel")

// Options are what a [Notifier] needs. The callbacks may be nil. They are called from several goroutines, those of Send
// and Test among them, for one channel in order, and hold up their channel: they return soon, and do not call Test.
type Options struct {
	Site     string           // of test messages
	Channels []config.Channel // as the configuration accepts them
	// OnState is told when a channel begins to fail, with a sentence for the person who looks after the network, and when it
	// works again.
	OnState func(channel string, failing bool, why string)
	// OnDead is told of every notice that a channel took and gives up.
	OnDead func(n Notice, channel, why string)
	// OnDelivered is told of every notice that the server of a channel took.
	OnDelivered func(n Notice, channel string)
	Log         *slog.Logger // nil for none
}

// Notifier sends notices through channels. It is safe for concurrent use.
type Notifier struct {
	site  string
	lanes []*lane
}

// New returns a notifier for channels. A file that cannot be read is no error here: the channel fails, and the rest works.
func New(o Options) (*Notifier, error) {
	return build(o, func(c *config.Channel) (sender, error) {
		switch c.Kind {
		case config.Ntfy:
			return newNtfy(c)
		case config.Webhook:
			return newWebhook(c)
		case config.Alertmanager:
			return newAlertmanager(c)
		case config.Mail:
			return newMailer(c)
		default:
			return nil, fmt.Errorf("there is no kind %q", c.Kind)
		}
	})
}

func build(o Options, open func(*config.Channel) (sender, error)) (*Notifier, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{site: o.Site}
	for i := range o.Channels {
		c := o.Channels[i]
		to, err := open(&c)
		if err != nil {
			return nil, fmt.Errorf("notify: channel %s: %w", c.Name, err)
		}
		n.lanes = append(n.lanes, &lane{
			channel: c, to: to, o: &o, wake: make(chan struct{}, 1),
			chance: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		})
	}
	return n, nil
}

// Run sends until ctx ends, and returns within 2 s then. What waits is given up with a reason; the station, which knows what
// is still active, tells it anew when it starts again. It is called once.
func (n *Notifier) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, l := range n.lanes {
		all.Go(func() { l.run(ctx) })
	}
	<-ctx.Done() // without a channel, too: a part that ends by itself ends the station
	all.Wait()
}

// Send gives a notice to every channel that it is for, and does not wait for any of them. Each of them says by OnDelivered or
// OnDead, once, what became of it; a full queue says so before Send returns. Notices that are sent before Run wait for it.
func (n *Notifier) Send(notice Notice) {
	for _, l := range n.lanes {
		if l.takes(&notice) {
			l.put(notice)
		}
	}
}

// Takers returns the names of the channels that a notice is for; none means that it reaches nobody but screens.
func (n *Notifier) Takers(notice Notice) []string {
	var names []string
	for _, l := range n.lanes {
		if l.takes(&notice) {
			names = append(names, l.channel.Name)
		}
	}
	return names
}

// States returns the state of every channel, in the order of the configuration.
func (n *Notifier) States() []wire.ChannelState {
	states := make([]wire.ChannelState, len(n.lanes))
	for i, l := range n.lanes {
		states[i] = l.state()
	}
	return states
}

// Test sends a message that says that it is a test through one channel, now, beside what waits, and counts for its state.
// The error is [ErrNoChannel], a *[Failure], or that of ctx.
func (n *Notifier) Test(ctx context.Context, channel string) error {
	for _, l := range n.lanes {
		if l.channel.Name == channel {
			return l.test(ctx, &Notice{
				ID: crand.Text(), Site: n.site, Priority: alerts.Low, Kind: Technical, Occurrence: "test", At: time.Now(), test: true,
			})
		}
	}
	return fmt.Errorf("%w: %s", ErrNoChannel, channel)
}
