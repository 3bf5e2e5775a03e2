package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/devices"
)

// A device that is not known yet has a name and nothing else; what is found is what it is called from then on.
func TestADeviceBecomesKnown(t *testing.T) {
	unknown := func(o *monitor.Options) {
		o.Devices[0].Driver = devices.Driver{Name: "auto"}
	}
	bubble(t, unknown, func(r *room) {
		r.deliver("oximeter", link.Update{StateChanged: true, State: link.Lost, Why: "looking for the device"})
		d := r.device("oximeter")
		assert.Equal(t, []string{"auto", "unknown", "Device"}, []string{d.Driver, d.Kind, d.Title})
		assert.Equal(t, "looking for the device", d.Why)
		pass(time.Minute)
		require.NotEmpty(t, r.alerts())
		assert.Contains(t, r.alerts()[0].Text, "oximeter", "an alert calls it by its name, not by a kind that nobody knows")

		r.Found(context.Background(), "oximeter", oximeter("").Driver)
		r.Found(context.Background(), "nobody", oximeter("").Driver)
		r.deliver("oximeter", link.Update{StateChanged: true, State: link.Connected})
		r.read("oximeter", clip(72, 97))
		d = r.device("oximeter")
		assert.Equal(t, []string{"clip", "oximeter", "Pulse oximeter"}, []string{d.Driver, d.Kind, d.Title})
		assert.Equal(t, "clip", r.readings()[0].Driver)
	})
}
