package bench

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"bedside/alerts/profiles"
	"bedside/simulators/crowd"
)

// Options say what is played.
type Options struct {
	Sessions int    // how many, from the first of the crowd
	Seed     uint64 // of the crowd
}

// bench is what all sessions share; it is not written to.
type bench struct {
	profiles map[string]*profiles.Profile
	lines    map[string]*lines
}

// Run plays the sessions, as many at a time as there are processors, and returns what came of them. The error is that of the
// context, or says which session could not be played.
func Run(ctx context.Context, o Options) (*Result, error) {
	b := &bench{profiles: map[string]*profiles.Profile{}, lines: map[string]*lines{}}
	for _, p := range profiles.Shipped() {
		l, err := readLines(p)
		if err != nil {
			return nil, err
		}
		b.profiles[p.ID], b.lines[p.ID] = p, l
	}
	list := make([]*score, o.Sessions)
	group, playing := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range list {
		if playing.Err() != nil {
			break
		}
		group.Go(func() error {
			r, err := b.play(crowd.New(o.Seed, i))
			if err == nil {
				list[i] = r.score()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return sum(o, list), nil
}

func (b *bench) find(id string) (*profiles.Profile, bool) {
	p, ok := b.profiles[id]
	return p, ok
}
