package link_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/alive/alivetest"
	"bedside/agent/link"
	"bedside/devices"
)

// A link that waits lives: for a device that may be quiet for ever, for one that is silent, for a port that is not there,
// that cannot be opened, and for a driver that panics.
func TestALinkThatWaitsLives(t *testing.T) {
	tests := map[string]func(b *bench, o *link.Options){
		"quiet device":  func(_ *bench, o *link.Options) { o.Driver.MaxSilence = 0 },
		"silent device": func(*bench, *link.Options) {},
		"no port": func(b *bench, o *link.Options) {
			b.openErr, o.Present = fs.ErrNotExist, func() bool { return false }
		},
		"port in use": func(b *bench, _ *link.Options) { b.openErr = errors.New("in use") },
		"driver panics": func(b *bench, _ *link.Options) {
			b.prepare = func(s *session) { s.wakeIn = time.Second; s.broken = true }
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := alivetest.New(t)
				defer w.Stop()
				b := &bench{}
				run(t, b, func(o *link.Options) {
					change(b, o)
					o.Life = w.Loop("line")
				})
				b.wait(20 * time.Minute)
				assert.Empty(t, w.Late())
				b.end()
			})
		})
	}
}

// A driver that never comes back is noticed by nobody but the watch.
func TestADriverThatHangsIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := alivetest.New(t)
		defer w.Stop()
		hung := make(chan struct{})
		b := run(t, &bench{}, func(o *link.Options) {
			o.Life = w.Loop("line")
			o.Driver.NewSession = func(devices.Settings) (devices.Session, error) { return hanging{hung}, nil }
		})
		b.far().say("f")
		b.wait(10 * time.Second)
		assert.Empty(t, w.Late(), "a turn may take five seconds, and five more on a busy computer")
		b.wait(2 * time.Second)
		assert.Equal(t, []string{"line"}, w.Late())
		close(hung)
		b.end()
	})
}

// hanging is a session that waits at the first byte.
type hanging struct{ until chan struct{} }

func (h hanging) Step(_ time.Time, rx []byte) devices.Output {
	if len(rx) > 0 {
		<-h.until
	}
	return devices.Output{}
}
