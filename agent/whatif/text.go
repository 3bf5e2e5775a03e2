package whatif

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// priorities returns the words of the priorities, the most urgent first.
func priorities() []string {
	var list []string
	for p := alerts.High; ; p-- {
		list = append(list, p.String())
		if p == alerts.Information {
			return list
		}
	}
}

// page writes lines; the first failure is kept.
type page struct {
	out    io.Writer
	failed error
}

func (p *page) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p.out, format+"\n", args...); err != nil && p.failed == nil {
		p.failed = err
	}
}

// table writes lines with columns.
func (p *page) table(write func(*page)) {
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	inner := &page{out: t}
	write(inner)
	if err := t.Flush(); inner.failed == nil {
		inner.failed = err
	}
	if p.failed == nil {
		p.failed = inner.failed
	}
}

// Write writes the comparison for people. Times count from the beginning of the session.
func (c *Comparison) Write(out io.Writer) error {
	p := &page{out: out}
	length := clock(c.To.Sub(c.From))
	if !c.Ended {
		length += ", and not ended in this record"
	}
	mode := ""
	if c.Mode != "live" {
		mode = ", " + string(c.Mode) + " data"
	}
	p.line("Session %s of %s at %s%s: %s, %s", c.Session, c.Room, c.Site, mode, c.From.Format("2006-01-02 15:04:05 MST"), length)
	approval := ""
	if c.Other.Approved == "" {
		approval = ", which no clinician has approved"
	}
	p.line("Recorded with %s; judged again with %s%s.", known(c.Recorded.Profile), c.Other.Profile, approval)
	p.line("")
	c.writeAlerts(p)
	p.line("")
	c.writeCounts(p)
	p.line("")
	c.writeEpisodes(p)
	c.writeRest(p)
	return p.failed
}

func known(word string) string {
	if word == "" {
		return "a profile that the record does not name"
	}
	return word
}

func (c *Comparison) writeAlerts(p *page) {
	if len(c.Alerts) == 0 {
		p.line("No alert about the person on either side.")
		return
	}
	p.table(func(t *page) {
		t.line("ALERT\tRECORDED\tWITH %s\tDIFFERENCE", c.Other.Profile)
		for i := range c.Alerts {
			x := &c.Alerts[i]
			t.line("%s\t%s\t%s\t%s", x.Any().name(), c.occurrence(x.Recorded), c.occurrence(x.Other), x.words())
		}
	})
}

// occurrence says when an alert was there, and how urgent: "0:41:10 medium, high, for 4m10s".
func (c *Comparison) occurrence(o *Occurrence) string {
	if o == nil {
		return "-"
	}
	from, priority, length := clock(o.Raised.Sub(c.From)), o.First, "to the end"
	if o.Before {
		from = "before"
	}
	if o.Priority != o.First {
		priority += ", then " + o.Priority
	}
	if !o.Until.IsZero() {
		length = "for " + o.Until.Sub(o.Raised).Round(time.Second).String()
	}
	return from + " " + priority + ", " + length
}

// name says what an occurrence is about: of a report, what was reported.
func (o *Occurrence) name() string {
	if o.report == "" {
		return o.Title
	}
	what, _, _ := strings.Cut(o.report, ". ")
	return what
}

func (p *Pair) words() string {
	apart := time.Duration(p.Delay * float64(time.Second)).Abs().Round(time.Second).String()
	var words string
	switch p.Verdict {
	case Earlier:
		words = apart + " earlier"
	case Later:
		words = apart + " later"
	case OnlyRecorded:
		return "not raised"
	case OnlyOther:
		return "only there"
	default:
		words = "same moment"
	}
	switch a, b := wire.Rank(p.Recorded.Priority), wire.Rank(p.Other.Priority); {
	case b > a:
		words += ", more urgent"
	case b < a:
		words += ", less urgent"
	}
	return words
}

func (c *Comparison) writeCounts(p *page) {
	p.table(func(t *page) {
		t.line("ALERTS (PER HOUR)\tRECORDED\tWITH %s", c.Other.Profile)
		for _, w := range priorities() {
			if c.Recorded.Alerts[w]+c.Other.Alerts[w] > 0 {
				t.line("%s\t%s\t%s", w, c.Recorded.count(w), c.Other.count(w))
			}
		}
	})
}

func (j *Judge) count(priority string) string {
	return fmt.Sprintf("%d (%.1f)", j.Alerts[priority], j.PerHour[priority])
}

func (c *Comparison) writeEpisodes(p *page) {
	if len(c.Episodes) == 0 {
		p.line("No elevation over the baseline on either side.")
		return
	}
	p.table(func(t *page) {
		t.line("ELEVATION\tRECORDED\tWITH %s", c.Other.Profile)
		for _, r := range c.Episodes {
			e := r.Recorded
			if e == nil {
				e = r.Other
			}
			other := c.episode(r.Other)
			if r.Verdict == Same {
				other = "the same"
			}
			t.line("%s\t%s\t%s", strings.ReplaceAll(e.Vital, "_", " "), c.episode(r.Recorded), other)
		}
	})
}

func (c *Comparison) episode(e *sessions.Episode) string {
	if e == nil {
		return "-"
	}
	text := fmt.Sprintf("%s %s, %d at %s (%+d)", clock(e.Since.Sub(c.From)), e.Class, e.Peak, clock(e.PeakAt.Sub(c.From)), e.Rise)
	if e.Over.IsZero() || e.Unfinished {
		return text + ", not over"
	}
	return text + ", over at " + clock(e.Over.Sub(c.From))
}

// writeRest says what the tables do not: readings that are missing, and what was not judged.
func (c *Comparison) writeRest(p *page) {
	p.line("")
	word := c.Other.Profile
	switch n := len(c.Asked); n {
	case 0:
		p.line("%s would have asked for no cuff reading beyond those that were taken.", word)
	default:
		p.line("Cuff readings that %s would have asked for beyond those that were taken: at least %d, due at", word, n)
		p.line("  %s.", strings.Join(c.asks(), " "))
		p.line("What they would have shown is not known, so rules about pressure saw only those that were taken.")
	}
	for _, n := range c.Notes {
		p.line("At %s %s.", clock(n.At.Sub(c.From)), n.Text)
	}
	if c.AcknowledgedAlone > 0 {
		p.line("Acknowledged alerts that %s had not raised then: %d.", word, c.AcknowledgedAlone)
	}
	if len(c.Carried) > 0 {
		var ids []string
		counts := map[string]int{}
		for i := range c.Carried {
			id := c.Carried[i].Condition
			if counts[id]++; counts[id] == 1 {
				ids = append(ids, id)
			}
		}
		for i, id := range ids {
			ids[i] = fmt.Sprintf("%s %d", id, counts[id])
		}
		p.line("Not judged again, because the record has the alerts and not their causes: %s.", strings.Join(ids, ", "))
	}
	p.line("Staff acted on the recorded alerts. What they would have done with others, nobody knows.")
}

func (c *Comparison) asks() []string {
	list := make([]string, len(c.Asked))
	for i, a := range c.Asked {
		list[i] = clock(a.At.Sub(c.From))
	}
	return list
}

// clock writes a time since the beginning of the session: "1:04:10".
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
