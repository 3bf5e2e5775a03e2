package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// The label names. Each has a closed set of values.
const (
	labelDevice    = "device"
	labelDriver    = "driver"
	labelKind      = "kind"
	labelPriority  = "priority"
	labelCondition = "condition"
	labelVersion   = "version"
	labelGo        = "goversion"
)

// name is one metric of the public contract.
type name struct {
	name   string
	help   string
	labels []string
}

func (n name) desc() *prometheus.Desc { return prometheus.NewDesc(n.name, n.help, n.labels, nil) }

// catalog has all metrics of our own. The registry has those of the Go runtime and of the process beside them.
type catalog struct {
	build                                                                   name
	deviceUp, lastReading, frames, faults, deviceReconnects                 name
	alertsActive, alerts, latency                                           name
	recorded, writeFailures, recordLost, outbox                             name
	captureFailing, captureLost                                             name
	natsConnected, natsReconnects                                           name
	published, acknowledged, resent, refilled, refused, dropped, natsErrors name
	clients                                                                 name
	soundFailing, soundPages, soundBursts, soundFailures                    name
}

func newCatalog() catalog {
	return catalog{
		build: name{"bedside_build_info", "Version of the agent; always 1.", []string{labelVersion, labelGo}},

		deviceUp: name{
			"bedside_device_up", "Whether the device is connected and can be heard (1) or not (0).", []string{labelDevice},
		},
		lastReading: name{
			"bedside_device_last_reading_timestamp_seconds", "Wall-clock time of the last reading with a value, 0 before the first.",
			[]string{labelDevice},
		},
		frames: name{"bedside_frames_total", "Frames that passed their check.", []string{labelDevice, labelDriver}},
		faults: name{
			"bedside_faults_total", "What was wrong on the line, by kind; none of it became a value.",
			[]string{labelDevice, labelDriver, labelKind},
		},
		deviceReconnects: name{
			"bedside_device_reconnects_total", "How often the port was opened again after it was lost.", []string{labelDevice},
		},

		alertsActive: name{"bedside_alerts_active", "Alerts that are active or latched.", []string{labelPriority}},
		alerts: name{
			"bedside_alerts_total", "Alerts that were raised, by the priority they had then.", []string{labelCondition, labelPriority},
		},
		latency: name{"bedside_alert_latency_seconds", "Time from the decision to the publication of an alert event.", nil},

		recorded:      name{"bedside_events_recorded_total", "Events handed to the record.", nil},
		writeFailures: name{"bedside_record_write_failures_total", "Failures to write the record; monitoring goes on in memory.", nil},
		recordLost:    name{"bedside_record_lost_events_total", "Events that will never be in the record.", nil},
		outbox:        name{"bedside_nats_outbox_messages", "Messages that the broker has not acknowledged.", nil},

		captureFailing: name{"bedside_capture_failing", "Whether raw bytes should be kept and cannot be written (1) or not (0).", nil},
		captureLost:    name{"bedside_capture_lost_bytes_total", "Raw bytes that should be kept and never reached the disk.", nil},

		natsConnected:  name{"bedside_nats_connected", "Whether the broker is connected (1) or not (0).", nil},
		natsReconnects: name{"bedside_nats_reconnects_total", "Connections to the broker after the first.", nil},
		published:      name{"bedside_nats_messages_published_total", "Messages handed to the connection, repetitions included.", nil},
		acknowledged:   name{"bedside_nats_messages_acknowledged_total", "Messages that the broker said it stored.", nil},
		resent:         name{"bedside_nats_messages_resent_total", "Messages sent again because their acknowledgement did not come.", nil},
		refilled:       name{"bedside_nats_messages_refilled_total", "Acknowledged messages that the broker had lost and was sent again.", nil},
		refused:        name{"bedside_nats_messages_refused_total", "Messages that the broker will never take.", nil},
		dropped:        name{"bedside_nats_messages_dropped_total", "Waves and statuses that could not leave; they are not kept.", nil},
		natsErrors:     name{"bedside_nats_errors_total", "Rounds of sending that failed, and errors of the client.", nil},

		clients: name{"bedside_console_clients", "Pages that are open.", nil},

		soundFailing:  name{"bedside_room_sound_failing", "Whether the speaker of the room should work and does not (1) or not (0).", nil},
		soundPages:    name{"bedside_room_sound_pages", "Pages of the room that can be heard.", nil},
		soundBursts:   name{"bedside_room_sound_bursts_total", "Bursts that the speaker of the room has played.", nil},
		soundFailures: name{"bedside_room_sound_failures_total", "Attempts to use the speaker of the room that failed.", nil},
	}
}

// all lists the names above in the order of the README.
func (n *catalog) all() []name {
	return []name{
		n.build, n.deviceUp, n.lastReading, n.frames, n.faults, n.deviceReconnects, n.alertsActive, n.alerts, n.latency,
		n.recorded, n.writeFailures, n.recordLost, n.outbox, n.natsConnected, n.natsReconnects, n.published, n.acknowledged,
		n.resent, n.refilled, n.refused, n.dropped, n.natsErrors, n.captureFailing, n.captureLost, n.clients,
		n.soundFailing, n.soundPages, n.soundBursts, n.soundFailures,
	}
}

// Name describes one metric.
type Name struct {
	Name   string
	Help   string
	Labels []string
}

// Names lists every metric of our own, so that documents can be compared with it. Each call returns a new slice.
func Names() []Name {
	c := newCatalog()
	var list []Name
	for _, n := range c.all() {
		list = append(list, Name{Name: n.name, Help: n.help, Labels: slices.Clone(n.labels)})
	}
	return list
}
