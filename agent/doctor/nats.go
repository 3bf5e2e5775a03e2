package doctor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// answerWithin is how long a server may take to answer, our choice: a clinic's network answers in milliseconds.
const answerWithin = 3 * time.Second

// lookAtNATS checks that the agent's own server and page can listen, or that the site's server is there.
func (e *examination) lookAtNATS(ctx context.Context) {
	if e.conf.NATS.Embedded() {
		e.lookAtListener(ctx, areaNATS, "the agent's own server", e.conf.NATS.Listen, "nats.listen")
	}
	for _, u := range e.conf.NATS.URLs {
		e.lookAtServer(ctx, u)
	}
	e.lookAtListener(ctx, areaPage, "the room page", e.conf.Console.Listen, "console.listen")
}

// lookAtListener tries to listen where the agent will.
func (e *examination) lookAtListener(ctx context.Context, area, what, address, key string) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		err = l.Close()
	}
	switch {
	case err == nil:
		e.report.good(area, "%s can listen on %s", what, address)
	case errors.Is(err, syscall.EADDRINUSE) && len(e.agents) > 0:
		e.report.good(area, "%s is in use, and an agent runs: %s", address, e.agents[0])
	case errors.Is(err, syscall.EADDRINUSE):
		e.report.add(area, Problem, fmt.Sprintf("another program listens on %s", address),
			fmt.Sprintf("%s cannot, and the agent does not start", what),
			fmt.Sprintf("stop that program (sudo ss -ltnp names it), or choose another %s in the configuration", key))
	default:
		e.report.add(area, Problem, fmt.Sprintf("%s cannot listen on %s: %v", what, address, err),
			"the agent does not start", fmt.Sprintf("correct %s in the configuration", key))
	}
}

// greeting is what a NATS server says first: INFO and a JSON object.
type greeting struct {
	Name      string `json:"server_name"`
	Version   string `json:"version"`
	JetStream bool   `json:"jetstream"`
	TLS       bool   `json:"tls_required"`
}

// lookAtServer reads the greeting of the site's server. It does not sign in.
func (e *examination) lookAtServer(ctx context.Context, address string) {
	g, err := greet(ctx, address)
	const why = "nurses elsewhere see nothing, and the agent keeps everything until the server is back"
	switch {
	case err != nil:
		e.report.add(areaNATS, Problem, fmt.Sprintf("%s: %v", address, err), why,
			"check the address, the network and the firewall; a NATS server usually listens on port 4222")
	case !g.JetStream:
		e.report.add(areaNATS, Problem, fmt.Sprintf("%s: NATS %s %s answers, without JetStream", address, g.Version, g.Name),
			"it would not keep what the agent sends", "turn on JetStream in the server's configuration")
	case strings.HasPrefix(address, "tls://") && !g.TLS:
		e.report.add(areaNATS, Problem, fmt.Sprintf("%s: NATS %s %s answers, without TLS", address, g.Version, g.Name),
			"the agent would not connect: it was told to use TLS", "turn on TLS in the server's configuration")
	default:
		e.report.good(areaNATS, "%s: NATS %s %s answers, with JetStream", address, g.Version, g.Name)
	}
}

func greet(ctx context.Context, address string) (greeting, error) {
	var g greeting
	u, err := url.Parse(address)
	if err != nil {
		return g, errors.New("not an address") // what was parsed may hold a password
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "4222")
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return g, fmt.Errorf("nobody answers: %w", err)
	}
	line, err := firstLine(conn)
	if err := errors.Join(err, conn.Close()); err != nil {
		return g, fmt.Errorf("something listens, but does not speak NATS: %w", err)
	}
	text, ok := strings.CutPrefix(line, "INFO ")
	if !ok || json.Unmarshal([]byte(text), &g) != nil {
		return g, errors.New("something listens, but does not speak NATS")
	}
	return g, nil
}

func firstLine(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
		return "", err
	}
	line, err := bufio.NewReaderSize(conn, 1<<16).ReadSlice('\n')
	return string(line), err
}
