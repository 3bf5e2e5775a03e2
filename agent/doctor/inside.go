package doctor

import (
	"context"

	"bedside/agent/config"
)

// Inside says what a running agent can see of its own computer without being in its own way: it opens no port, listens nowhere and
// asks no device. conf is what the agent runs with; of a station, it has the places of the disk alone, and ports is false.
func Inside(ctx context.Context, o Options, conf *config.Config, ports bool) Report {
	o.fill()
	e := &examination{o: o, conf: conf, given: true}
	if ports {
		e.lookAtPorts()
	}
	e.lookAtClock()
	e.lookAtDisk()
	if conf.NATS.CredentialsFile != "" && ports {
		e.lookAtCredential()
	}
	if ports && !conf.Sound.Aplay {
		e.lookAtSound(ctx)
	}
	return e.report
}
