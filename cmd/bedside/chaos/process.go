package chaos

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

// process is a program that is started, killed and started again. Its output goes to one log file. It is not safe for
// concurrent use but for alive.
type process struct {
	name    string
	binary  string
	args    func() []string
	ready   string // what a line of its output has when it is ready; the line is kept
	logFile string

	cmd   *exec.Cmd
	stdin io.WriteCloser
	said  string // the ready line
	done  chan struct{}
	kills int
	up    history

	mu   sync.Mutex
	died error // of a process that ended by itself
}

// start runs it and waits until it is ready.
func (p *process) start(ctx context.Context) (err error) {
	log, err := os.OpenFile(p.logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return errors.Join(err, log.Close())
	}
	p.cmd = exec.Command(p.binary, p.args()...)
	p.cmd.Stdout, p.cmd.Stderr = in, in
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return errors.Join(err, log.Close(), out.Close(), in.Close())
	}
	if err := p.cmd.Start(); err != nil {
		return errors.Join(err, log.Close(), out.Close(), in.Close())
	}
	if err := in.Close(); err != nil {
		return err
	}
	said, cmd, done := make(chan string, 1), p.cmd, make(chan struct{})
	p.done = done
	go func() {
		defer close(done)
		p.follow(out, log, said)
		if err := errors.Join(cmd.Wait(), out.Close(), log.Close()); err != nil {
			p.mu.Lock()
			p.died = fmt.Errorf("%s: %w, see %s", p.name, err, p.logFile)
			p.mu.Unlock()
		}
	}()
	late := time.NewTimer(startMost)
	defer late.Stop()
	select {
	case p.said = <-said:
		p.up.mark(time.Now(), true)
		return nil
	case <-done:
		return fmt.Errorf("chaos: %s ended at its start, see %s", p.name, p.logFile)
	case <-late.C:
		return errors.Join(fmt.Errorf("chaos: %s is not ready after %v, see %s", p.name, startMost, p.logFile), p.kill())
	case <-ctx.Done():
		return errors.Join(ctx.Err(), p.kill())
	}
}

// follow copies the output to the log and looks for the ready line.
func (p *process) follow(out io.Reader, log io.Writer, said chan<- string) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, p.ready) {
			select {
			case said <- line:
			default:
			}
		}
		_, _ = fmt.Fprintln(log, line) // evidence for people; the run does not rest on it
	}
	_, _ = io.Copy(io.Discard, out)
}

// kill ends it as a power cut would, and waits until it is gone.
func (p *process) kill() error {
	if p.cmd == nil {
		return nil
	}
	p.up.mark(time.Now(), false)
	err := p.cmd.Process.Kill()
	<-p.done
	p.cmd = nil
	if errors.Is(err, os.ErrProcessDone) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return errors.Join(fmt.Errorf("chaos: %s ended by itself", p.name), p.died)
	}
	return err
}

// end asks it to end, and kills it if it does not.
func (p *process) end() error {
	if p.cmd == nil {
		return nil
	}
	p.up.mark(time.Now(), false)
	err := p.cmd.Process.Signal(os.Interrupt)
	late := time.NewTimer(stopMost)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		err = errors.Join(fmt.Errorf("chaos: %s does not end", p.name), p.cmd.Process.Kill())
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

// order writes a line to its standard input.
func (p *process) order(word string) error {
	if p.cmd == nil {
		return fmt.Errorf("chaos: %s does not run", p.name)
	}
	_, err := fmt.Fprintln(p.stdin, word)
	return err
}

// alive reports whether it runs.
func (p *process) alive() bool {
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
