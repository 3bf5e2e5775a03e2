package site

import (
	"fmt"
	"strings"
)

// Result is what a size of site took.
type Result struct {
	Rooms       int     `json:"rooms"`
	Seconds     float64 `json:"seconds"`
	Messages    float64 `json:"messages_per_second"` // stored ones
	StatusBytes int64   `json:"status_bytes"`
	Connect     float64 `json:"connect_s"` // until all rooms were connected

	ServerCPU float64 `json:"server_cpu"` // cores
	ServerMiB float64 `json:"server_mib"`
	StationOn bool    `json:"station"`
	StationCPU,
	StationMiB float64
	LoadCPU float64 `json:"load_cpu"` // of the rooms' own process

	Witness Spread `json:"witness"` // from the decision to a listener
	Screen  Spread `json:"screen"`  // to a screen of the station

	OutageS  float64 `json:"outage_s"`
	Waiting  int     `json:"waiting"` // messages, when the server was back
	HalfS    float64 `json:"half_s"`  // until half of them were stored
	AllS     float64 `json:"all_s"`   // until all were
	Lost     int     `json:"lost"`
	Failures int64   `json:"failures"`
	LoadAvg  float64 `json:"load_average"` // of the computer, before
}

// Report is the result of all sizes.
type Report struct {
	Results []Result `json:"results"`
	Notes   []string `json:"notes,omitempty"`
}

// String is the report for people.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, "rooms   msg/s  server CPU    MiB  station CPU    MiB  load CPU  witness p50/p99 ms  screen p50/p99 ms  outage: waiting, half, all back")
	for i := range r.Results {
		x := &r.Results[i]
		station, screen := "       -       -", "              -"
		if x.StationOn {
			station = fmt.Sprintf("%7.1f %% %6.0f", 100*x.StationCPU, x.StationMiB)
			screen = fmt.Sprintf("%7.1f / %5.1f", x.Screen.P50, x.Screen.P99)
		}
		fmt.Fprintf(&b, "%5d  %6.0f    %6.1f %% %6.0f    %s  %6.1f %%      %6.1f / %6.1f    %s  %4.0f s: %6d, %.1f s, %.1f s\n",
			x.Rooms, x.Messages, 100*x.ServerCPU, x.ServerMiB, station, 100*x.LoadCPU, x.Witness.P50, x.Witness.P99, screen,
			x.OutageS, x.Waiting, x.HalfS, x.AllS)
		if x.Lost > 0 || x.Failures > 0 {
			fmt.Fprintf(&b, "       lost: %d messages, failures: %d\n", x.Lost, x.Failures)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintln(&b, n)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
