package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"bedside/cmd/bedside/child"
)

// Options say what to break.
type Options struct {
	Binary string // the program whose processes are broken
	Dir    string // for everything that the run leaves; it must exist and be empty
	Seed   uint64
	Rooms  int
	Length time.Duration // of the plan
	Short  bool          // one of each deed in half a minute and two rooms, instead
	Say    func(form string, args ...any)
}

// Bounds of a run, our choice.
const (
	settleMost = 90 * time.Second // until the outboxes are empty after the last deed
	settleRest = 2 * time.Second  // for what is on its way to the witness
	lengthOf   = 36 * time.Second // of the short plan with its quiet end
)

// run is one run.
type run struct {
	o       *Options
	plan    []act
	epoch   time.Time
	end     time.Time
	broker  *part
	url     string
	rooms   []*room
	station *station
	witness *witness
	mounted []string
	kills   map[string]int
	deeds   map[string]int
	skipped []string
	verdict verdict
}

// Run carries out a plan and judges. The error is about the run itself; what it found is in the report.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	if o.Short {
		o.Rooms, o.Length = 2, lengthOf
	}
	r := &run{o: &o, kills: map[string]int{}, deeds: map[string]int{}}
	if r.plan = shortPlan(o.Seed); !o.Short {
		r.plan = longPlan(o.Seed, o.Rooms, o.Length)
	}
	defer func() { err = errors.Join(err, r.release()) }()
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	people, off := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() { r.witness.nurse(people) })
	done.Go(func() { r.station.look(people) })
	err = r.play(ctx)
	if err == nil {
		err = r.settle(ctx)
	}
	off()
	done.Wait()
	if err != nil {
		return nil, err
	}
	return r.judge(ctx)
}

// begin starts everything and waits until it works.
func (r *run) begin(ctx context.Context) error {
	listen := "127.0.0.1:0"
	r.broker = &part{Process: child.Process{
		Name: "nats", Binary: r.o.Binary, Ready: "nats://", LogFile: filepath.Join(r.o.Dir, "nats.log"),
		Args: func() []string {
			return []string{"bench", "chaos-nats", "--listen", listen, "--store", filepath.Join(r.o.Dir, "nats")}
		},
	}}
	if err := r.broker.start(ctx); err != nil {
		return err
	}
	r.url = strings.TrimSpace(r.broker.Said())
	listen = strings.TrimPrefix(r.url, "nats://")
	var err error
	if r.witness, err = newWitness(r.url); err != nil {
		return err
	}
	if r.station, err = newStation(r.o, r.url); err != nil {
		return err
	}
	if err := r.station.begin(ctx); err != nil {
		return err
	}
	r.epoch = time.Now()
	for n := range r.o.Rooms {
		line, err := newLine(listen)
		if err != nil {
			return err
		}
		room, err := newRoom(r.o, n+1, r.epoch, line)
		if err != nil {
			return errors.Join(err, line.close())
		}
		r.rooms = append(r.rooms, room)
		if r.fills() {
			if err := mountDisk(room.dir); err != nil {
				r.skip("full disks: %v", err)
			} else {
				r.mounted = append(r.mounted, room.dir)
			}
		}
		if err := room.start(ctx); err != nil {
			return err
		}
	}
	r.skip("clock steps: a process cannot be given a clock of its own here, and the computer's belongs to others")
	return nil
}

func (r *run) fills() bool {
	return slices.ContainsFunc(r.plan, func(a act) bool { return a.Deed == fillDisk })
}

func (r *run) skip(form string, args ...any) {
	if text := fmt.Sprintf(form, args...); !slices.Contains(r.skipped, text) {
		r.skipped = append(r.skipped, text)
	}
}

// play does and undoes everything in the order of time.
func (r *run) play(ctx context.Context) error {
	type moment struct {
		at   time.Duration
		undo bool
		act  act
	}
	var list []moment
	for _, a := range r.plan {
		list = append(list, moment{a.At, false, a}, moment{a.At + a.For, true, a})
	}
	slices.SortStableFunc(list, func(a, b moment) int { return int(a.at - b.at) })
	for _, m := range list {
		pause(ctx, time.Until(r.epoch.Add(m.at)))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		do := r.do
		if m.undo {
			do = r.undo
		} else {
			r.o.Say("%v", m.act)
		}
		if err := do(ctx, m.act); err != nil {
			return fmt.Errorf("chaos: %v: %w", m.act, err)
		}
	}
	pause(ctx, time.Until(r.epoch.Add(r.o.Length)))
	return ctx.Err()
}

// do does a deed.
func (r *run) do(_ context.Context, a act) error {
	var room *room
	if a.Room > 0 {
		room = r.rooms[a.Room-1]
	}
	now := time.Now()
	switch a.Deed {
	case killAgent:
		r.kills["agent"]++
		return r.survived(room.agent.kill())
	case killBroker:
		r.kills["nats"]++
		return r.survived(r.broker.kill())
	case killStation:
		r.kills["station"]++
		return r.survived(r.station.crash())
	case killDevice:
		r.kills["device"]++
		return r.survived(room.devices[a.Part].crash())
	case unplug:
		r.deeds[string(a.Deed)]++
		return room.devices[a.Part].pull()
	case fillDisk:
		if len(r.mounted) < len(r.rooms) {
			return nil
		}
		r.deeds[string(a.Deed)]++
		return room.fill()
	case delayLine:
		room.delayed.mark(now, true)
	default:
		room.carried.mark(now, false)
	}
	r.deeds[string(a.Deed)]++
	room.line.set(badLine(a.Deed))
	return nil
}

// survived notes a process that had ended by itself before it was killed.
func (r *run) survived(err error) error {
	if err != nil {
		r.verdict.wrong("", "died", "%v", err)
	}
	return nil
}

// lineDelay is how much later everything comes over a delayed line; our choice.
const lineDelay = 150 * time.Millisecond

func badLine(d deed) lineState {
	switch d {
	case freezeUp:
		return lineState{up: true}
	case freezeDown:
		return lineState{down: true}
	case cutLine:
		return lineState{cut: true}
	case delayLine:
		return lineState{delay: lineDelay}
	default:
		return lineState{up: true, down: true}
	}
}

// undo undoes a deed.
func (r *run) undo(ctx context.Context, a act) error {
	var room *room
	if a.Room > 0 {
		room = r.rooms[a.Room-1]
	}
	switch a.Deed {
	case killAgent:
		return room.agent.start(ctx)
	case killBroker:
		return r.broker.start(ctx)
	case killStation:
		return r.station.begin(ctx)
	case killDevice:
		return room.devices[a.Part].begin(ctx)
	case unplug:
		return room.devices[a.Part].plugIn()
	case fillDisk:
		if len(r.mounted) < len(r.rooms) {
			return nil
		}
		return room.empty()
	}
	room.line.set(lineState{})
	room.carried.mark(time.Now(), true)
	room.delayed.mark(time.Now(), false)
	return nil
}

// settle waits until every room has delivered everything, and ends the agents.
func (r *run) settle(ctx context.Context) error {
	healed, late := time.Now(), time.Now().Add(settleMost)
	for _, room := range r.rooms {
		for {
			waiting, at := r.witness.outbox(room.name)
			if waiting == 0 && at.After(healed) {
				break
			}
			if time.Now().After(late) {
				r.verdict.wrong(room.name, "stuck", "%v after the last deed %d events are not delivered", settleMost, waiting)
				break
			}
			pause(ctx, 200*time.Millisecond)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	pause(ctx, 2*lookEvery) // somebody looks at the board once more
	r.end = time.Now()
	if !r.station.Alive() {
		r.verdict.wrong("", "died", "the station ended by itself, see %s", r.station.LogFile)
	}
	for _, room := range r.rooms {
		room.tile = r.station.tile(room.name)
		if !room.agent.Alive() {
			r.verdict.wrong(room.name, "died", "the agent ended by itself, see %s", room.agent.LogFile)
		}
		if err := room.agent.end(); err != nil {
			return err
		}
	}
	pause(ctx, settleRest)
	return ctx.Err()
}

// judge compares, and keeps the evidence if something is wrong.
func (r *run) judge(ctx context.Context) (*Report, error) {
	v := &r.verdict
	for _, room := range r.rooms {
		f, err := r.facts(ctx, room)
		if err != nil {
			return nil, err
		}
		v.judge(f)
		r.prove(ctx, room)
	}
	for _, text := range r.witness.twice {
		v.wrong("", "twice", "stored twice: %s", text)
	}
	for _, id := range r.station.twice {
		v.wrong("", "twice", "%s was shown twice on one screen", id)
	}
	report := &Report{
		Seed: r.o.Seed, Rooms: r.o.Rooms, Seconds: r.end.Sub(r.epoch).Seconds(), Kills: r.kills, Deeds: r.deeds,
		Skipped: r.skipped, Violations: []Violation{},
	}
	report.measure(v)
	if report.OK() {
		report.Violations = []Violation{}
		return report, nil
	}
	report.Evidence = r.o.Dir
	return report, r.keep(report)
}

// keep writes down what cannot be seen in the folder otherwise.
func (r *run) keep(report *Report) error {
	plan, err := json.MarshalIndent(struct {
		Epoch  time.Time
		Plan   []act
		Report *Report
	}{r.epoch, r.plan, report}, "", " ")
	if err != nil {
		return err
	}
	errs := []error{os.WriteFile(filepath.Join(r.o.Dir, "report.json"), plan, 0o600)}
	for _, room := range r.rooms {
		var lines strings.Builder
		for _, e := range sorted(r.witness.of(room.name)) {
			fmt.Fprintf(&lines, "%s seq=%d stored=%d heard=%v got=%v times=%d %s %s %s %s\n", e.ID, e.Seq, e.Stored, e.Heard.Sub(r.epoch),
				e.Got.Sub(r.epoch), e.Times, e.Subject, e.Occurrence, e.Event, e.State)
		}
		for _, at := range r.witness.beats[room.name] {
			fmt.Fprintf(&lines, "heartbeat heard=%v\n", at.Sub(r.epoch))
		}
		errs = append(errs,
			os.WriteFile(filepath.Join(r.o.Dir, room.name, "witness.txt"), []byte(lines.String()), 0o600),
			os.CopyFS(filepath.Join(r.o.Dir, room.name, "record"), os.DirFS(room.dir)))
	}
	return errors.Join(errs...)
}

// release ends what still runs, whatever happened.
func (r *run) release() error {
	var errs []error
	for _, room := range r.rooms {
		errs = append(errs, room.agent.end())
		for _, d := range room.devices {
			errs = append(errs, d.end())
		}
		errs = append(errs, room.line.close())
	}
	if r.station != nil {
		errs = append(errs, r.station.end())
	}
	if r.witness != nil {
		errs = append(errs, r.witness.close())
	}
	if r.broker != nil {
		errs = append(errs, r.broker.end())
	}
	for _, dir := range r.mounted {
		errs = append(errs, unmountDisk(dir))
	}
	return errors.Join(errs...)
}
