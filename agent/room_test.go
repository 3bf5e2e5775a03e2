package agent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"bedside/agent"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/nonin"
	"bedside/simulators/pty"
	"bedside/simulators/suntech"
)

// patience bounds every wait for something that comes in a second or two; only a failing test waits that long.
const patience = 30 * time.Second

// person is the truth that a test's devices measure. It may be changed at any time.
type person struct {
	mu sync.Mutex
	v  simulators.Vitals
}

func newPerson() *person {
	return &person{v: simulators.Vitals{
		PulseRate: 72, SpO2: 97, PerfusionIndex: 3, Systolic: 120, Diastolic: 78, Mean: 92, Pleth: 0.5,
	}}
}

func (p *person) set(change func(*simulators.Vitals)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.v)
}

func (p *person) truth(now time.Time) simulators.Vitals {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.v
	v.Pleth = float64(now.UnixMilli()%800) / 800
	return v
}

// plug puts a device on a pseudo-terminal under dir and lets it live until the test ends.
func plug(t *testing.T, dir, name string, device simulators.Device, who *person, clock pace.Clock) *pty.Port {
	t.Helper()
	port, err := pty.Open(pty.Options{
		Link: filepath.Join(dir, name), Device: device, Truth: who.truth, Now: clock.Now, Real: clock.Real,
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- port.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, port.Close())
	})
	return port
}

func oximeter() simulators.Device { return nonin.New(nonin.Options{Format: 2, Seed: 1}) }

func cuff() simulators.Device { return suntech.New(suntech.Options{Seed: 1}) }

// configure returns the configuration that a clinic would write, with holds of zero so that no test waits for them.
func configure(t *testing.T, dir, nats string) *config.Config {
	t.Helper()
	c, err := config.Parse("bedside.yaml", []byte(configText(dir, nats)))
	require.NoError(t, err)
	return c
}

func configText(dir, nats string) string {
	return fmt.Sprintf(`
site: clinic
room: room-1
devices:
  - {name: oximeter, driver: nonin, port: %[1]s/oximeter}
  - {name: cuff, driver: suntech, port: %[1]s/cuff, start: agent}
nats: %[2]s
console: {listen: "127.0.0.1:0"}
record: {path: %[1]s/record.db}
limits:
  hr_xhigh: {hold: 0s, clear_hold: 0s}
  serial_lost: {hold: 0s}
`, dir, nats)
}

func embedded(dir string) string { return fmt.Sprintf(`{listen: "127.0.0.1:0", store: %s/nats}`, dir) }

func external(url string) string { return fmt.Sprintf(`{url: %q}`, url) }

// run starts an agent and stops it when the test ends, or when stop is called.
func run(t *testing.T, c *config.Config, clock pace.Clock) (r agent.Running, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan agent.Running, 1), make(chan error, 1)
	go func() {
		done <- agent.Run(ctx, agent.Options{
			Config: c, Clock: clock, Version: "test", Log: slog.New(slog.DiscardHandler), Ready: func(r agent.Running) { ready <- r },
		})
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(stop)
	select {
	case r = <-ready:
	case err := <-done:
		require.NoError(t, err)
		t.Fatal("agent ended at once")
	}
	return r, stop
}

// hub is a NATS server that a test can kill and start again with the same store.
type hub struct {
	t    *testing.T
	dir  string
	port int
	srv  *server.Server
}

func startHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, dir: t.TempDir(), port: server.RANDOM_PORT}
	h.start()
	t.Cleanup(h.kill)
	return h
}

func (h *hub) start() {
	h.t.Helper()
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: h.port, JetStream: true, StoreDir: h.dir, NoSigs: true, NoLog: true,
	})
	require.NoError(h.t, err)
	srv.Start()
	require.True(h.t, srv.ReadyForConnections(patience))
	h.srv = srv
	h.port = srv.Addr().(*net.TCPAddr).Port
}

func (h *hub) kill() {
	h.srv.Shutdown()
	h.srv.WaitForShutdown()
}

func (h *hub) url() string { return fmt.Sprintf("nats://127.0.0.1:%d", h.port) }

// ear hears everything on a NATS server and keeps it.
type ear struct {
	t    *testing.T
	nc   *nats.Conn
	mu   sync.Mutex
	all  []heard
	more chan struct{}
}

type heard struct {
	subject string
	id      string
	body    map[string]any
}

func listen(t *testing.T, url string) *ear {
	t.Helper()
	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond), nats.RetryOnFailedConnect(true))
	require.NoError(t, err)
	e := &ear{t: t, nc: nc, more: make(chan struct{}, 1)}
	_, err = nc.Subscribe("bedside.v1.>", e.take)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return e
}

func (e *ear) take(m *nats.Msg) {
	h := heard{subject: m.Subject, id: m.Header.Get(nats.MsgIdHdr)}
	if json.Unmarshal(m.Data, &h.body) != nil || strings.Contains(m.Subject, ".command.") {
		return
	}
	e.mu.Lock()
	e.all = append(e.all, h)
	e.mu.Unlock()
	select {
	case e.more <- struct{}{}:
	default:
	}
}

func (e *ear) snapshot() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]heard(nil), e.all...)
}

// wait returns the first message, not before the from-th, that is on the subject and fits, and the index after it.
func (e *ear) wait(from int, what, subject string, fits func(body map[string]any) bool) (heard, int) {
	e.t.Helper()
	limit := time.After(patience)
	for {
		all := e.snapshot()
		for i := from; i < len(all); i++ {
			if strings.HasSuffix(all[i].subject, subject) && fits(all[i].body) {
				return all[i], i + 1
			}
		}
		select {
		case <-e.more:
		case <-limit:
			e.t.Fatalf("never heard: %s (%d messages)", what, len(all))
		}
	}
}

// alert waits for a change of a condition.
func (e *ear) alert(from int, condition, event string) (heard, int) {
	e.t.Helper()
	return e.wait(from, condition+" "+event, ".alert."+condition, func(b map[string]any) bool { return b["event"] == event })
}

// value digs a vital's value out of a reading, NaN-free: absent is (0, false).
func value(body map[string]any, vital string) (float64, bool) {
	values, _ := body["values"].(map[string]any)
	number, _ := values[vital].(map[string]any)
	v, ok := number["value"].(float64)
	return v, ok
}

func (e *ear) ask(verb, request string) wire.Reply {
	e.t.Helper()
	m, err := e.nc.Request("bedside.v1.clinic.room-1.command."+verb, []byte(request), patience)
	require.NoError(e.t, err)
	var r wire.Reply
	require.NoError(e.t, json.Unmarshal(m.Data, &r))
	return r
}

// startCuff starts a measurement. An agent is ready before its cuff has answered, and until then that is why it refuses.
func (e *ear) startCuff() {
	e.t.Helper()
	var reply wire.Reply
	require.Eventually(e.t, func() bool {
		reply = e.ask("cuff-start", `{"by":"AK"}`)
		return !strings.Contains(reply.Text, devices.ErrNotReady.Error())
	}, patience, 20*time.Millisecond)
	require.True(e.t, reply.OK, reply.Text)
}

// TestMain lets the test binary be the agent of a test that ends or kills it.
func TestMain(m *testing.M) {
	if file := os.Getenv("BEDSIDE_TEST_AGENT"); file != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM) // as the program does
		c, err := config.Load(file)
		speed := 1.0
		if text := os.Getenv("BEDSIDE_TEST_SPEED"); err == nil && text != "" {
			speed, err = strconv.ParseFloat(text, 64)
		}
		if err == nil {
			err = agent.Run(ctx, agent.Options{
				Config: c, Clock: pace.New(speed), Version: "test", Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
			})
		}
		stop()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
