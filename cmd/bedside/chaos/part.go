package chaos

import (
	"context"
	"time"

	"bedside/cmd/bedside/child"
)

// part is a process of a run with the story of its lives.
type part struct {
	child.Process
	up history
}

func (p *part) start(ctx context.Context) error {
	if err := p.Start(ctx); err != nil {
		return err
	}
	p.up.mark(time.Now(), true)
	return nil
}

func (p *part) kill() error {
	p.up.mark(time.Now(), false)
	return p.Kill()
}

func (p *part) end() error {
	p.up.mark(time.Now(), false)
	return p.End()
}
