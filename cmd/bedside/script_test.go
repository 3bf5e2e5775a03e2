package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"bedside/devices/devicetest/brevity"
)

// patience bounds what a script waits for; nothing is as slow unless it is broken.
const patience = 60 * time.Second

// raceless has each process that was built with the race detector end at once. It would wait a second, which several hundred
// commands cannot afford; a race is reported where it happens, and the program has stopped all that it started before it ends.
const raceless = "atexit_sleep_ms=20"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bedside": main})
}

// The scripts are what a person types and sees, with the real program as a process of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Values[processes{}] = make(map[string]*process)
			e.Setenv("GORACE", raceless)
			recorded, err := filepath.Abs("../../agent/report/testdata/K-0412.session.gz") // an evening with alerts and a restart
			e.Setenv("RECORDED", recorded)
			return err
		},
		Condition: func(cond string) (bool, error) {
			if cond != "brief" {
				return false, fmt.Errorf("no condition is called %q", cond)
			}
			return brevity.Asked(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart, "await": cmdAwait, "interrupt": cmdInterrupt,
			"get": cmdGet, "take-port": cmdTakePort, "free-port": cmdFreePort, "expand": cmdExpand,
			"await-size": cmdAwaitSize, "await-get": cmdAwaitGet, "serve": cmdServe,
		},
	})
}

// processes is the key of the running processes of a script.
type processes struct{}

type process struct {
	cmd            *exec.Cmd
	stdout, stderr *output
	ended          chan error
}

// output is what a process has written so far.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{}, 1)} }

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// tail is the end of what was written, enough to see what went wrong.
func (o *output) tail() string {
	text := o.String()
	return text[max(0, len(text)-2000):]
}

func processOf(ts *testscript.TestScript, name string) *process {
	p := ts.Value(processes{}).(map[string]*process)[name]
	if p == nil {
		ts.Fatalf("no process is called %q", name)
	}
	return p
}

// cmdStart is "start NAME PROGRAM ARGS...".
func cmdStart(ts *testscript.TestScript, _ bool, args []string) {
	p := &process{cmd: exec.Command(args[1], args[2:]...), stdout: newOutput(), stderr: newOutput(), ended: make(chan error, 1)}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	ts.Check(p.cmd.Start())
	ts.Value(processes{}).(map[string]*process)[args[0]] = p
	go func() { p.ended <- p.cmd.Wait() }()
	ts.Defer(func() {
		if p.cmd.Process.Kill() != nil { // it has ended
			return
		}
		if err := <-p.ended; err != nil {
			ts.Logf("%s at the end of the script: %v", args[0], err)
		}
	})
}

// cmdAwait is "await NAME stdout|stderr REGEXP [VARIABLE...]": it waits until the process has said so, and puts the groups
// into variables.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	p, want := processOf(ts, args[0]), regexp.MustCompile("(?m)"+args[2])
	out := map[string]*output{"stdout": p.stdout, "stderr": p.stderr}[args[1]]
	late := time.After(patience)
	for {
		if found := want.FindStringSubmatch(out.String()); found != nil {
			for i, name := range args[3:] {
				ts.Setenv(name, found[i+1])
			}
			return
		}
		select {
		case <-out.changed:
		case err := <-p.ended:
			p.ended <- err
			if !want.MatchString(out.String()) {
				ts.Fatalf("%s ended (%v) and never said %q; it said\n%s\nand on stderr\n%s", args[0], err, want, p.stdout.tail(), p.stderr.tail())
			}
		case <-late:
			ts.Fatalf("%s did not say %q; it said\n%s\nand on stderr\n%s", args[0], want, p.stdout.tail(), p.stderr.tail())
		}
	}
}

// cmdInterrupt is "interrupt NAME": Ctrl+C, after which the process must end in time, with 0.
func cmdInterrupt(ts *testscript.TestScript, _ bool, args []string) {
	p := processOf(ts, args[0])
	ts.Check(p.cmd.Process.Signal(syscall.SIGINT))
	select {
	case err := <-p.ended:
		if err != nil {
			ts.Fatalf("%s: %v; stderr:\n%s", args[0], err, p.stderr)
		}
	case <-time.After(patience):
		ts.Fatalf("%s has not ended %s after it was interrupted", args[0], patience)
	}
}

// cmdGet is "get URL REGEXP".
func cmdGet(ts *testscript.TestScript, _ bool, args []string) {
	response, err := http.Get(args[0]) //nolint:noctx // the page of a process that the script ends
	ts.Check(err)
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(response.Body.Close())
	if response.StatusCode != http.StatusOK || !regexp.MustCompile(args[1]).Match(body) {
		ts.Fatalf("%s: %s, without %q:\n%s", args[0], response.Status, args[1], body)
	}
}

// cmdTakePort is "take-port VARIABLE": somebody else listens on that host:port until the script ends.
func cmdTakePort(ts *testscript.TestScript, _ bool, args []string) {
	l := listenAnywhere(ts)
	ts.Setenv(args[0], l.Addr().String())
	ts.Defer(func() { ts.Check(l.Close()) })
}

// cmdFreePort is "free-port VARIABLE [HOST]": nobody listens on that host:port; host is 127.0.0.1 unless it is named.
func cmdFreePort(ts *testscript.TestScript, _ bool, args []string) {
	host := "127.0.0.1"
	if len(args) > 1 {
		host = args[1]
	}
	for range 100 {
		// Below the range from which the system hands out ports, so that no other listener gets it in the meantime.
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, 20000+rand.IntN(10000))) //nolint:noctx // returns at once
		if err != nil {
			continue
		}
		ts.Setenv(args[0], l.Addr().String())
		ts.Check(l.Close())
		return
	}
	ts.Fatalf("no free port between 20000 and 30000")
}

// cmdAwaitGet is "await-get URL REGEXP": it asks until the answer matches.
func cmdAwaitGet(ts *testscript.TestScript, _ bool, args []string) {
	want, late, got := regexp.MustCompile(args[1]), time.After(patience), []byte(nil)
	for {
		response, err := http.Get(args[0]) //nolint:noctx // the page of a process that the script ends
		if err == nil {
			got, err = io.ReadAll(response.Body)
			ts.Check(errors.Join(err, response.Body.Close()))
		}
		if want.Match(got) {
			return
		}
		select {
		case <-late:
			ts.Fatalf("%s: %v, never %q:\n%s", args[0], err, want, got)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func listenAnywhere(ts *testscript.TestScript) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // returns at once
	ts.Check(err)
	return l
}

// cmdExpand is "expand FILE...": $VARIABLE in the files becomes its value.
func cmdExpand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// cmdAwaitSize is "await-size FILE BYTES": it waits until the file is that large.
func cmdAwaitSize(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	late := time.After(patience)
	for {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() >= want {
			return
		}
		select {
		case <-late:
			ts.Fatalf("%s has not grown to %s bytes", args[0], args[1])
		case <-time.After(20 * time.Millisecond):
		}
	}
}
