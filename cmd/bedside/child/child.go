// Package child runs a program as a part of a larger experiment: it is started, killed as a power cut would, started again,
// and measured from outside. Its output is kept in a file, and one line of it says that it is ready.
package child

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// startMost bounds how long a process may take to say that it is ready, on a busy computer; our choice.
const startMost = 60 * time.Second

// Process is a program that is started, killed and started again. The fields are set before the first Start. It is not safe
// for concurrent use.
type Process struct {
	Name    string
	Binary  string
	Args    func() []string // asked at every start
	Ready   string          // what a line of its output has when it is ready; the line is kept
	LogFile string          // all output of all its lives, appended

	cmd   *exec.Cmd
	stdin io.WriteCloser
	said  string
	done  chan struct{}

	mu   sync.Mutex
	died error // of a process that ended by itself
}

// Said returns the line by which it said that it is ready.
func (p *Process) Said() string { return p.said }

// PID returns its number, 0 while it does not run.
func (p *Process) PID() int {
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Start runs it and waits until it is ready.
func (p *Process) Start(ctx context.Context) error {
	log, err := os.OpenFile(p.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return errors.Join(err, log.Close())
	}
	cmd := exec.Command(p.Binary, p.Args()...)
	cmd.Stdout, cmd.Stderr = in, in
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return errors.Join(err, log.Close(), out.Close(), in.Close())
	}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("child: %s: %w", p.Name, err), log.Close(), out.Close(), in.Close(), stdin.Close())
	}
	// Our copy of the end that it writes to: as long as it is open, its output has no end.
	if err := in.Close(); err != nil {
		return errors.Join(err, cmd.Process.Kill(), cmd.Wait(), log.Close(), out.Close())
	}
	said, done := make(chan string, 1), make(chan struct{})
	p.cmd, p.stdin, p.done = cmd, stdin, done // only now there is something to kill
	p.mu.Lock()
	p.died = nil
	p.mu.Unlock()
	go func() {
		defer close(done)
		p.follow(out, log, said)
		if err := errors.Join(cmd.Wait(), out.Close(), log.Close()); err != nil {
			p.mu.Lock()
			p.died = fmt.Errorf("%s: %w, see %s", p.Name, err, p.LogFile)
			p.mu.Unlock()
		}
	}()
	late := time.NewTimer(startMost)
	defer late.Stop()
	select {
	case p.said = <-said:
		return nil
	case <-done:
		return fmt.Errorf("child: %s ended at its start, see %s", p.Name, p.LogFile)
	case <-late.C:
		return errors.Join(fmt.Errorf("child: %s is not ready after %v, see %s", p.Name, startMost, p.LogFile), p.Kill())
	case <-ctx.Done():
		return errors.Join(ctx.Err(), p.Kill())
	}
}

// follow copies the output to the log and looks for the ready line.
func (p *Process) follow(out io.Reader, log io.Writer, said chan<- string) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, p.Ready) {
			select {
			case said <- line:
			default:
			}
		}
		_, _ = fmt.Fprintln(log, line) // evidence for people; the run does not rest on it
	}
	_, _ = io.Copy(io.Discard, out)
}

// Kill ends it as a power cut would, and waits until it is gone.
func (p *Process) Kill() error {
	if p.cmd == nil {
		return nil
	}
	err := p.cmd.Process.Kill()
	<-p.done
	p.cmd = nil
	if errors.Is(err, os.ErrProcessDone) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return errors.Join(fmt.Errorf("child: %s ended by itself", p.Name), p.died)
	}
	return err
}

// End asks it to end, and kills it if it does not.
func (p *Process) End() error {
	if p.cmd == nil {
		return nil
	}
	err := p.cmd.Process.Signal(os.Interrupt)
	late := time.NewTimer(stopMost)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		err = errors.Join(fmt.Errorf("child: %s does not end", p.Name), p.cmd.Process.Kill())
		<-p.done
	}
	p.cmd = nil
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// stopMost is how long an orderly end may take: five seconds by the agent's promise, and some for a busy computer.
const stopMost = 15 * time.Second

// Order writes a line to its standard input.
func (p *Process) Order(word string) error {
	if p.cmd == nil {
		return fmt.Errorf("child: %s does not run", p.Name)
	}
	_, err := fmt.Fprintln(p.stdin, word)
	return err
}

// Alive reports whether it runs.
func (p *Process) Alive() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}
