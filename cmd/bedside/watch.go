package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/bus"
	"bedside/agent/wire"
)

const (
	usualNATS   = "nats://127.0.0.1:4222" // where an agent and the demo listen unless told otherwise
	redrawEvery = 500 * time.Millisecond
	// watchQueue is how many messages may wait to be drawn. NATS itself cuts a listener that is further behind.
	watchQueue = 256
)

// watchOptions are the flags of bedside watch.
type watchOptions struct {
	url, credentials, site, room string
	asJSON                       bool
}

func newWatch() *cobra.Command {
	var o watchOptions
	c := &cobra.Command{
		Use:   "watch",
		Short: "Show live values and alerts in the terminal",
		Long: "Shows what agents publish over NATS: live on a terminal, one line per event otherwise, one JSON object per\n" +
			"message with --json. Stop with Ctrl+C.\n\n" + notADevice,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, token := range []string{o.site, o.room} {
				if token != "*" && !wire.ValidToken(token) {
					return usageError{fmt.Errorf("%q names no site or room: use lower-case letters, digits and dashes", token)}
				}
			}
			if err := checkURL(o.url); err != nil {
				return err
			}
			return watch(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&o.url, "nats", usualNATS, "`URL` of the NATS server")
	c.Flags().StringVar(&o.credentials, "credentials", "", "NATS credentials `FILE`")
	c.Flags().StringVar(&o.site, "site", "*", "only this `SITE`")
	c.Flags().StringVar(&o.room, "room", "*", "only this `ROOM`")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print one JSON object per message")
	return c
}

// checkURL refuses what can be no NATS server: it would be waited for in vain.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "nats" && u.Scheme != "tls" {
		return usageError{fmt.Errorf("--nats %q is no address of a NATS server; write it like %s", address, usualNATS)}
	}
	return nil
}

type heard struct {
	subject string
	payload []byte
}

func watch(ctx context.Context, o watchOptions, stdout, stderr io.Writer) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	messages := make(chan heard, watchQueue)
	states := make(chan string, 1)
	go func() {
		ended <- bus.Listen(ctx, bus.ListenOptions{
			URLs: []string{o.url}, CredentialsFile: o.credentials,
			Subject: wire.Prefix + "." + o.site + "." + o.room + ".>",
			OnState: func(connected bool, why string) {
				text := ""
				if !connected {
					text = "NATS server " + o.url + " not reached: " + why + ". Waiting for it; is the agent running?"
				}
				select { // only the newest state counts
				case <-states:
				default:
				}
				select {
				case states <- text:
				default:
				}
			},
		}, func(subject string, payload []byte) {
			select {
			case messages <- heard{subject, append([]byte(nil), payload...)}:
			case <-ctx.Done():
			}
		})
	}()
	show := newShow(o, stdout, stderr)
	if err := show.begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, show.end()) }()
	redraw := time.NewTicker(redrawEvery)
	defer redraw.Stop()
	for {
		var err error
		select {
		case err := <-ended: // after the end of ctx, nil
			return err
		case m := <-messages:
			err = show.message(time.Now(), m)
		case trouble := <-states:
			if ctx.Err() == nil { // at the end the connection is closed by us
				err = show.state(trouble)
			}
		case now := <-redraw.C:
			err = show.redraw(now)
		}
		if err != nil {
			return err
		}
	}
}

// show writes what is heard in one of three ways: a picture that is drawn anew, lines, or JSON.
type show struct {
	view           *view
	stdout, stderr io.Writer
	asJSON, live   bool
	color          bool
	trouble        string
}

func newShow(o watchOptions, stdout, stderr io.Writer) *show {
	s := &show{view: newView(time.Local), stdout: stdout, stderr: stderr, asJSON: o.asJSON}
	if f, ok := stdout.(*os.File); ok && !o.asJSON {
		info, err := f.Stat()
		s.live = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	}
	s.color = s.live && os.Getenv("NO_COLOR") == ""
	return s
}

func (s *show) message(now time.Time, m heard) error {
	if s.asJSON {
		if !json.Valid(m.payload) {
			_, err := fmt.Fprintf(s.stderr, "bedside: %s carries no JSON\n", m.subject)
			return err
		}
		return writeJSON(s.stdout, struct {
			Subject string          `json:"subject"`
			Payload json.RawMessage `json:"payload"`
		}{m.subject, m.payload})
	}
	line, err := s.view.take(now, m.subject, m.payload)
	if err != nil { // somebody else's message must not end the watch
		_, err = fmt.Fprintf(s.stderr, "bedside: %s: %v\n", m.subject, err)
		return err
	}
	if line == "" || s.live {
		return nil
	}
	_, err = fmt.Fprintln(s.stdout, line)
	return err
}

// state notes that the server was lost or found, and says so once: it is tried again many times.
func (s *show) state(trouble string) error {
	if trouble == s.trouble {
		return nil
	}
	s.trouble = trouble
	if s.live {
		return nil
	}
	if trouble == "" {
		trouble = "NATS server reached"
	}
	_, err := fmt.Fprintf(s.stderr, "bedside: %s\n", trouble)
	return err
}

// The picture has a screen of its own, without a cursor: at the end no old value stays behind in the terminal.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	footer      = "Not a medical device: look at the monitor and the person too. Ctrl+C ends."
)

func (s *show) begin() error { return s.control(enterScreen) }
func (s *show) end() error   { return s.control(leaveScreen) }

func (s *show) control(sequence string) error {
	if !s.live {
		return nil
	}
	_, err := io.WriteString(s.stdout, sequence)
	return err
}

// redraw writes over the picture line by line: clearing all of it first would flicker.
func (s *show) redraw(now time.Time) error {
	if !s.live {
		return nil
	}
	text := s.view.render(now, s.color) + footer
	if s.trouble != "" {
		text = paint(s.color, "30;43", "!!  "+clean(s.trouble)) + "\n\n" + text
	}
	_, err := fmt.Fprintf(s.stdout, "\x1b[H%s\x1b[K\x1b[J", strings.ReplaceAll(text, "\n", "\x1b[K\r\n"))
	return err
}
