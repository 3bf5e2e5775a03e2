package chaos

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Violation is something that must not happen.
type Violation struct {
	Room  string `json:"room"`
	Check string `json:"check"`
	Text  string `json:"text"`
}

// Figures are what was measured.
type Figures struct {
	Alerts      int `json:"alerts"`      // recorded
	Readings    int `json:"readings"`    // recorded
	CuffResults int `json:"cuff"`        // recorded exactly as they were sent
	Crossings   int `json:"crossings"`   // true ones that had to be told
	AlertsCut   int `json:"alerts_cut"`  // heard, and killed before they were recorded
	ReadingsCut int `json:"reading_cut"` // the same
	Repeated    int `json:"repeated"`    // heard live more than once, told apart by id
	Overtaken   int `json:"overtaken"`   // alerts of an outage that a live one overtook

	Outages          int   `json:"outages"`
	Bridged          int   `json:"bridged"` // messages that arrived after the end of their outage
	LongestOutageMS  int64 `json:"longest_outage_ms"`
	LongestCatchUpMS int64 `json:"longest_catch_up_ms"`
	Announceable     int   `json:"announceable"` // outages long enough to be told in the room
	LongestNoticeMS  int64 `json:"longest_notice_ms"`
	Silences         int   `json:"silences"`           // of heartbeats
	SilencesTold     int   `json:"silences_told"`      // by the station
	LongestSilenceMS int64 `json:"longest_silence_ms"` // from the last heartbeat to the station's word

	AlertP50MS float64 `json:"alert_p50_ms"` // from the decision to the witness, while nothing was broken
	AlertP99MS float64 `json:"alert_p99_ms"`
	AlertMaxMS float64 `json:"alert_max_ms"`

	Shown       int     `json:"shown"` // alerts on the station's screen while nothing was broken
	ScreenP50MS float64 `json:"screen_p50_ms"`
	ScreenP99MS float64 `json:"screen_p99_ms"`

	latencies, screens []time.Duration
}

// Report is the result of a run.
type Report struct {
	Seed     uint64         `json:"seed"`
	Rooms    int            `json:"rooms"`
	Seconds  float64        `json:"seconds"`
	Kills    map[string]int `json:"kills"` // by kind of part; all were survived if there is no violation
	Deeds    map[string]int `json:"deeds"`
	Skipped  []string       `json:"skipped,omitempty"`
	Evidence string         `json:"evidence,omitempty"` // folder; only of a run with violations
	Figures
	Violations []Violation `json:"violations"`
}

// OK reports whether nothing happened that must not.
func (r *Report) OK() bool { return len(r.Violations) == 0 }

func (r *Report) measure(v *verdict) {
	r.Figures, r.Violations = v.Figures, v.violations
	r.AlertP50MS, r.AlertP99MS, r.AlertMaxMS = spread(v.latencies)
	r.ScreenP50MS, r.ScreenP99MS, _ = spread(v.screens)
	slices.SortStableFunc(r.Violations, func(a, b Violation) int { return cmp.Compare(a.Check, b.Check) })
}

// spread returns median, 99th percentile and maximum in milliseconds.
func spread(all []time.Duration) (p50, p99, most float64) {
	n := len(all)
	if n == 0 {
		return 0, 0, 0
	}
	slices.Sort(all)
	ms := func(i int) float64 { return float64(all[i].Microseconds()) / 1000 }
	return ms(n / 2), ms(n * 99 / 100), ms(n - 1)
}

// mostShown bounds how many violations of a kind are printed; the report in JSON has all.
const mostShown = 5

// String is the report for people.
func (r *Report) String() string {
	var b strings.Builder
	line := func(form string, args ...any) { fmt.Fprintf(&b, form+"\n", args...) }
	kills := 0
	var parts []string
	for _, part := range []string{"agent", "nats", "station", "device"} {
		kills += r.Kills[part]
		parts = append(parts, fmt.Sprintf("%s %d", part, r.Kills[part]))
	}
	line("seed %d, %d rooms, %.0f s: %d kills (%s), %d outages up to %.1f s", r.Seed, r.Rooms, r.Seconds, kills,
		strings.Join(parts, ", "), r.Outages, float64(r.LongestOutageMS)/1000)
	line("recorded: %d alerts, %d readings, %d results of cuffs; %d true crossings told", r.Alerts, r.Readings, r.CuffResults, r.Crossings)
	line("bridged: %d messages of outages, the last %.1f s after its end; %d overtaken by a live alert, %d heard twice and told apart",
		r.Bridged, float64(r.LongestCatchUpMS)/1000, r.Overtaken, r.Repeated)
	line("cut off by a kill before the record had them: %d alerts, %d readings", r.AlertsCut, r.ReadingsCut)
	line("told in the room: %d outages, the last after %.1f s; told by the station: %d of %d silences, the last after %.1f s",
		r.Announceable, float64(r.LongestNoticeMS)/1000, r.SilencesTold, r.Silences, float64(r.LongestSilenceMS)/1000)
	line("alerts while nothing was broken: p50 %.1f ms, p99 %.1f ms, longest %.1f ms", r.AlertP50MS, r.AlertP99MS, r.AlertMaxMS)
	line("on the station's screen: %d of them, p50 %.1f ms, p99 %.1f ms", r.Shown, r.ScreenP50MS, r.ScreenP99MS)
	for _, s := range r.Skipped {
		line("skipped: %s", s)
	}
	shown := map[string]int{}
	for _, x := range r.Violations {
		if shown[x.Check]++; shown[x.Check] <= mostShown {
			line("VIOLATION %s, %s: %s", x.Room, x.Check, x.Text)
		}
	}
	for check, n := range shown {
		if n > mostShown {
			line("and %d more of %q", n-mostShown, check)
		}
	}
	if r.OK() {
		line("nothing lost, nothing twice, nothing out of order, nothing silent")
	} else {
		line("%d violations; evidence: %s", len(r.Violations), r.Evidence)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
