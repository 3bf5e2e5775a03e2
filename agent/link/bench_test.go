package link_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"bedside/agent/link"
	"bedside/devices"
)

// stream is a port on which a packet comes as 25 reads of one frame each, the last with a reading and a wave. It costs
// nothing itself, so that what is measured is the link.
type stream struct{ frame int }

func (s *stream) Read(b []byte) (int, error) {
	s.frame = (s.frame + 1) % 25
	if s.frame == 0 {
		return copy(b, "rw"), nil
	}
	return copy(b, "f"), nil
}

func (*stream) Write(b []byte) (int, error)     { return len(b), nil }
func (*stream) SetReadDeadline(time.Time) error { return nil }
func (*stream) Close() error                    { return nil }

// BenchmarkPacket is what the link adds to a packet of 25 frames: reading, stepping, copying, delivering.
func BenchmarkPacket(b *testing.B) {
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	delivered, more := make(chan struct{}), make(chan struct{})
	l, err := link.New(link.Options{
		Name: "oximeter",
		Driver: devices.Driver{MaxSilence: maxSilence, NewSession: func(devices.Settings) (devices.Session, error) {
			return &session{}, nil
		}},
		Open: func(context.Context, devices.Line) (link.Port, error) { return &stream{}, nil },
		Deliver: func(u link.Update) {
			if len(u.Readings) == 0 {
				return
			}
			select {
			case delivered <- struct{}{}:
				<-more
			case <-ctx.Done():
			}
		},
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	b.ReportAllocs()
	for b.Loop() {
		<-delivered
		more <- struct{}{}
	}
	stop()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
