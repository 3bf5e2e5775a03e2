package link_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/devices"
)

// witness is a port that notes what it is told and what is written through it.
type witness struct {
	link.Port
	told *[]string
}

func (w witness) Begun(_ time.Time, s devices.Settings) {
	*w.told = append(*w.told, fmt.Sprintf("begun %v", s.AllowStart))
}

func (w witness) Woken(time.Time) { *w.told = append(*w.told, "woken") }

func (w witness) Ordered(_ time.Time, c devices.Command) {
	*w.told = append(*w.told, "ordered "+c.String())
}

func (w witness) Write(b []byte) (int, error) {
	*w.told = append(*w.told, "write "+string(b))
	return w.Port.Write(b)
}

// A port that wants to know is told of each conversation and of each order that was taken, before its bytes.
func TestAWitnessIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		b := run(t, &bench{}, func(o *link.Options) {
			open := o.Open
			o.Settings.AllowStart = true
			o.Open = func(ctx context.Context, line devices.Line) (link.Port, error) {
				p, err := open(ctx, line)
				return witness{p, &told}, err
			}
		})
		b.far().say("r")
		require.NoError(t, b.link.Command(t.Context(), devices.CuffStart))
		b.prepare = func(s *session) { s.refusal = devices.ErrCuffBusy }
		b.far().unplug()
		b.wait(time.Second)
		b.far().say("r")
		require.ErrorIs(t, b.link.Command(t.Context(), devices.CuffStart), devices.ErrCuffBusy)
		b.sessions[len(b.sessions)-1].wakeIn = 300 * time.Millisecond
		b.far().say("r")
		b.wait(700 * time.Millisecond)
		assert.Equal(t, []string{"begun true", "ordered cuff-start", "write S", "begun true", "woken", "woken"}, told)
	})
}
