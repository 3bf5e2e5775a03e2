package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/bus"
	"bedside/agent/sound"
	"bedside/agent/wire"
	"bedside/alerts"
)

const (
	lookEvery = time.Second / 2  // at the room, while a test alarm goes on; our choice
	tryAtMost = 30 * time.Second // that it may go on: it lasts 20 s; our choice
	beatTime  = 7 * time.Second  // every station has said its status by then: one every 5 s, and a channel takes a moment
)

// unreachedError is an agent that cannot be asked: exit code 3.
type unreachedError struct{ error }

func alarmsTest(o *roomOptions) *cobra.Command {
	var priority, out string
	c := &cobra.Command{
		Use: "test --priority high|medium|low", Short: "Fire a test alarm through all channels, or write its sound to a file", Args: noArguments,
		Long: "Lets the room raise a test alarm for 20 s, which goes to its speaker and pages, to the screens of the stations and to the\n" +
			"channels that ring in pockets, and says what each of them did. It is marked as a test everywhere and counted nowhere.\n" +
			"It is refused while a session runs: it would sound in the room. That something was played does not prove that it was\n" +
			"heard: listen.\n\n" +
			"With --out nothing is fired and no room is asked: the sound is written as a WAV file.\n\n" +
			"Exit codes: 0 everything that is there was reached, 1 refused or not everything, 2 wrong usage, 3 the agent is not reached.",
		Example: "  bedside alarms test --priority high --by AK\n  bedside alarms test --priority medium --out burst.wav",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, ok := alerts.ParsePriority(priority)
			if _, sounds := sound.BurstOf(p); !ok || !sounds {
				return usageError{errors.New("--priority must be high, medium or low")}
			}
			if out != "" {
				file := sound.WAV(sound.Render(p, false, sound.Rate), sound.Loudest)
				if err := os.WriteFile(out, file, 0o644); err != nil { //nolint:gosec // a sound for everybody
					return fmt.Errorf("%s cannot be written: %w", out, err)
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: one burst of priority %s\n", out, p)
				return err
			}
			return o.tryAlarm(cmd, p)
		},
	}
	c.Flags().StringVar(&priority, "priority", "", "high, medium or low; `PRIORITY` of the test alarm")
	c.Flags().StringVar(&out, "out", "", "write the sound to this WAV `FILE` instead")
	return c
}

// reached is what one way did.
type reached struct {
	Way  string `json:"way"` // speaker, page, station, channel
	Name string `json:"name,omitempty"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// tryAlarm fires a test alarm, waits until it is over, and says what came of it.
func (o *roomOptions) tryAlarm(cmd *cobra.Command, p alerts.Priority) error {
	room, err := o.find(cmd.Context())
	if errors.As(err, new(usageError)) {
		return err
	} else if err != nil {
		return unreachedError{err}
	}
	o.site, o.room = room.Site, room.Room
	ctx, stop := context.WithCancel(cmd.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	ears := stationsOf(ctx, &group, o.server(), room.Site)

	reply, err := o.order(cmd.Context(), wire.VerbAlarmTest, wire.Request{Priority: p.String()})
	switch {
	case errors.As(err, new(usageError)):
		return err
	case err != nil:
		return unreachedError{err}
	case !reply.OK:
		return fmt.Errorf("refused: %s", reply.Text)
	}
	cmd.PrintErrf("test alarm of priority %s in %s/%s; it lasts 20 s\n", p, room.Site, room.Room)
	begun := time.Now()
	s, err := o.follow(cmd, func(s *wire.Status) bool {
		if len(s.Recipients.Stations) > 0 && time.Since(begun) < beatTime {
			return false // how the channels did is told with a station's next heartbeat
		}
		return !slices.ContainsFunc(waysOf(s, ears(), p), func(r reached) bool { return !r.OK })
	})
	if err != nil {
		return unreachedError{err}
	}
	return tell(cmd, o.asJSON, waysOf(&s, ears(), p))
}

// follow looks at the room until everything was reached or the test is over, and returns the last look at which the alarm still stood,
// with what was known of the test then.
func (o *roomOptions) follow(cmd *cobra.Command, enough func(*wire.Status) bool) (wire.Status, error) {
	var during wire.Status
	for end := time.Now().Add(tryAtMost); ; {
		s, _, err := o.status(cmd)
		if err != nil {
			return s, err
		}
		test := (*wire.AlarmTest)(nil)
		if s.Recipients != nil {
			test = s.Recipients.Test
		}
		if test == nil {
			return s, errors.New("the room says nothing of the test")
		}
		if during.Recipients == nil || !test.Over {
			during = s
		}
		if done := test.Over || time.Now().After(end); done || enough(&s) {
			during.Recipients.Test, during.Sound = test, s.Sound
			return during, nil
		}
		select {
		case <-cmd.Context().Done():
			return s, cmd.Context().Err()
		case <-time.After(lookEvery):
		}
	}
}

// stationsOf listens to the heartbeats of a site's stations, and returns what asks for the last one of each.
func stationsOf(ctx context.Context, group *sync.WaitGroup, server bus.AskOptions, site string) func() []wire.StationStatus {
	var mu sync.Mutex
	last := map[string]wire.StationStatus{}
	group.Go(func() {
		// A room without stations is no failure, and neither is one whose credential may not listen to them.
		//nolint:errcheck // what is not heard is said to be not heard
		bus.Listen(ctx, bus.ListenOptions{
			URLs: server.URLs, CredentialsFile: server.CredentialsFile, Subject: wire.Station{Site: site, Station: "*"}.Status(),
			OnState: func(bool, string) {},
		}, func(_ string, payload []byte) {
			var s wire.StationStatus
			if json.Unmarshal(payload, &s) == nil {
				mu.Lock()
				defer mu.Unlock()
				last[s.Station] = s
			}
		})
	})
	return func() []wire.StationStatus {
		mu.Lock()
		defer mu.Unlock()
		var list []wire.StationStatus
		for _, s := range last {
			list = append(list, s)
		}
		slices.SortFunc(list, func(a, b wire.StationStatus) int { return strings.Compare(a.Station, b.Station) })
		return list
	}
}

// waysOf says of each way what it did. A way that is not there is no failure; the last line is one if there is none at all.
func waysOf(s *wire.Status, stations []wire.StationStatus, p alerts.Priority) []reached {
	var list []reached
	add := func(way, name string, ok bool, format string, args ...any) {
		list = append(list, reached{way, name, ok, fmt.Sprintf(format, args...)})
	}
	test := s.Recipients.Test
	if r := s.Sound; r != nil {
		switch {
		case r.Speaker == wire.SpeakerOff:
		case r.Heard == test.Occurrence && r.Speaker == wire.SpeakerReady:
			add("speaker", "", true, "the speaker of the room has played it")
		case r.Why != "":
			add("speaker", "", false, "the speaker of the room has NOT played it: %s", r.Why)
		default:
			add("speaker", "", false, "the speaker of the room has NOT played it")
		}
		if r.Pages > 0 {
			add("page", "", true, "pages in the room that can be heard: %d", r.Pages)
		}
	}
	for _, w := range s.Recipients.Stations {
		i := slices.IndexFunc(test.Shown, func(x wire.Painted) bool { return x.Station == w.Station })
		switch {
		case i < 0:
			add("station", w.Station, false, "%s has NOT shown it; screens that are on: %d", w.Station, w.Screens)
		case w.Sound == 0:
			add("station", w.Station, false, "%s has shown it after %.1f s, and NO screen there can be heard", w.Station, float64(test.Shown[i].AfterMS)/1000)
		default:
			add("station", w.Station, true, "%s has shown it after %.1f s; screens that can be heard: %d", w.Station, float64(test.Shown[i].AfterMS)/1000, w.Sound)
		}
	}
	for _, st := range stations {
		for i := range st.Channels {
			c := &st.Channels[i]
			switch {
			case p == alerts.Low:
			case c.State == "failing":
				add("channel", c.Name, false, "channel %s of %s is NOT delivering: %s", c.Name, st.Station, c.Why)
			case c.Last != nil && !c.Last.Before(test.At.Time):
				add("channel", c.Name, true, "channel %s of %s has taken it", c.Name, st.Station)
			default:
				add("channel", c.Name, true, "channel %s of %s was not asked: it is for others, or for another priority", c.Name, st.Station)
			}
		}
	}
	if !slices.ContainsFunc(list, func(r reached) bool { return r.OK && r.Way != "channel" }) {
		add("room", "", false, "nobody could hear it: no speaker, no page with sound and no station's screen")
	}
	return list
}

// tell prints what was reached. What was not is exit code 1.
func tell(cmd *cobra.Command, asJSON bool, list []reached) error {
	missed := 0
	for _, r := range list {
		if !r.OK {
			missed++
		}
	}
	if asJSON {
		if err := writeJSON(cmd.OutOrStdout(), map[string]any{"ok": missed == 0, "ways": list}); err != nil {
			return err
		}
	} else {
		for _, r := range list {
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), cleanLines(r.Text)); err != nil {
				return err
			}
		}
	}
	if missed > 0 {
		return fmt.Errorf("not everything was reached: %d of %d", missed, len(list))
	}
	return nil
}
