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

	"bedside/agent/credential"
)

// answerWithin is how long a server may take to answer, our choice: a clinic's network answers in milliseconds.
const answerWithin = 3 * time.Second

// lookAtNATS checks that the agent's own server and page can listen, or that the site's server is there.
func (e *examination) lookAtNATS(ctx context.Context) {
	if e.conf.NATS.Embedded() {
		e.lookAtListener(ctx, areaNATS, "the agent's own server", e.conf.NATS.Listen, "nats.listen")
	}
	servers := e.conf.NATS.URLs
	cred := e.lookAtCredential()
	if cred != nil && len(servers) == 0 {
		servers = cred.Servers
	}
	well := len(servers) > 0
	for _, u := range servers {
		well = e.lookAtServer(ctx, u) && well
	}
	if cred != nil && well {
		e.signIn(cred, servers)
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

// lookAtCredential reads the credential, if there is one, and returns it if it can be the agent's.
func (e *examination) lookAtCredential() *credential.Credential {
	file := e.conf.NATS.CredentialsFile
	if file == "" {
		return nil
	}
	const why = "the agent does not start"
	c, err := credential.Read(file)
	switch {
	case err != nil:
		e.report.add(areaNATS, Problem, strings.TrimPrefix(err.Error(), "credential: "), why,
			"make one with bedside station add-room at the station, and let the agent's user read it")
		return nil
	case c.Kind == credential.Room && (c.Site != e.conf.Site || c.Name != e.conf.Room):
		e.report.add(areaNATS, Problem, fmt.Sprintf("%s is the credential of room %s at %s", file, c.Name, c.Site), why,
			"use this room's own credential, or correct site and room in the configuration")
		return nil
	}
	return c
}

// signIn tries the credential as the agent will.
func (e *examination) signIn(c *credential.Credential, servers []string) {
	if err := c.Try(servers, answerWithin); err != nil {
		e.report.add(areaNATS, Problem, "the server does not let this room in: "+strings.TrimPrefix(err.Error(), "credential: "),
			"nurses elsewhere see nothing, and the agent keeps everything until it is let in",
			"make a new credential with bedside station add-room at the station, and carry it here; check this computer's clock")
		return
	}
	e.report.good(areaNATS, "the server lets this room in with its credential")
}

// greeting is what a NATS server says first: INFO and a JSON object.
type greeting struct {
	Name      string `json:"server_name"`
	Version   string `json:"version"`
	JetStream bool   `json:"jetstream"`
	TLS       bool   `json:"tls_required"`
}

// lookAtServer reads the greeting of the site's server, and reports whether it is fit. It does not sign in.
func (e *examination) lookAtServer(ctx context.Context, address string) bool {
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
		return true
	}
	return false
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
