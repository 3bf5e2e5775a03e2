package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/cmd/bedside/child"
)

// What the configuration of a room changes, so that much happens in a short time; our choice.
const (
	holdOfRoom   = 2 * time.Second // of every condition that people cross
	holdOfBroker = 3 * time.Second // of broker_lost
)

// room is an agent with its devices and its line to the server.
type room struct {
	number  int
	name    string
	dir     string // of the record, a small file system of its own where that is possible
	agent   *part
	devices map[string]*device
	line    *line
	carried history // whether the line carried in both directions
	delayed history
	tile    *wire.Tile // of the station's board at the end
	ballast string     // file that fills the disk
	full    history    // well while there is space
}

// device is a simulated device of a room.
type device struct {
	*part
	link    string
	truth   string
	plugged history
}

func (r *room) record() string { return filepath.Join(r.dir, "record.db") }

// newRoom prepares a room below the folder of the run.
func newRoom(o *Options, number int, epoch time.Time, line *line) (*room, error) {
	name := fmt.Sprintf("room-%d", number)
	dir := filepath.Join(o.Dir, name)
	r := &room{number: number, name: name, dir: filepath.Join(dir, "disk"), line: line, devices: map[string]*device{}}
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, err
	}
	r.ballast = filepath.Join(r.dir, "ballast")
	for _, kind := range []string{oximeterName, cuffName} {
		d := &device{link: filepath.Join(dir, kind), truth: filepath.Join(dir, kind+".truth")}
		d.part = &part{Process: child.Process{
			Name: name + " " + kind, Binary: o.Binary, Ready: "ready", LogFile: filepath.Join(dir, kind+".log"),
			Args: func() []string {
				return []string{
					"bench", "chaos-device", "--kind", kind, "--link", d.link, "--truth", d.truth,
					"--epoch", epoch.UTC().Format(time.RFC3339Nano), "--seed", fmt.Sprint(o.Seed), "--room", fmt.Sprint(number),
				}
			},
		}}
		r.devices[kind] = d
	}
	file := filepath.Join(dir, "bedside.yaml")
	text, err := r.config()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	r.agent = &part{Process: child.Process{
		Name: name + " agent", Binary: o.Binary, Ready: " watches ", LogFile: filepath.Join(dir, "agent.log"),
		Args: func() []string { return []string{"agent", "--config", file} },
	}}
	r.full.mark(epoch, true)
	return r, nil
}

func (r *room) config() (string, error) {
	oximeter, err := model(oximeterName)
	if err != nil {
		return "", err
	}
	cuff, err := model(cuffName)
	if err != nil {
		return "", err
	}
	port := func(name string) string { return r.devices[name].link }
	var b strings.Builder
	for _, line := range []string{
		"site: " + site, "room: " + r.name, "mode: test", "devices:",
		fmt.Sprintf("  - {name: %s, driver: %s, port: %s}", oximeterName, oximeter.Driver, port(oximeterName)),
		fmt.Sprintf("  - {name: %s, driver: %s, variant: %s, port: %s}", cuffName, cuff.Driver, cuffVariant, port(cuffName)),
		fmt.Sprintf("nats: {url: %q}", r.line.url()), `console: {listen: "127.0.0.1:0"}`,
		fmt.Sprintf("record: {path: %s}", r.record()), "limits:",
		fmt.Sprintf("  broker_lost: {hold: %v}", holdOfBroker),
	} {
		fmt.Fprintln(&b, line)
	}
	for _, condition := range []string{"spo2_crit", "hr_high", "hr_low"} {
		fmt.Fprintf(&b, "  %s: {hold: %[2]v, clear_hold: %[2]v}\n", condition, holdOfRoom)
	}
	return b.String(), nil
}

func (r *room) start(ctx context.Context) error {
	for _, d := range r.devices {
		if err := d.begin(ctx); err != nil {
			return err
		}
	}
	r.carried.mark(time.Now(), true)
	return r.agent.start(ctx)
}

func (d *device) begin(ctx context.Context) error {
	if err := d.start(ctx); err != nil {
		return err
	}
	d.plugged.mark(time.Now(), true)
	return nil
}

// crash kills the device. The name of its port goes with it, as it does when an adapter leaves the bus.
func (d *device) crash() error {
	d.plugged.mark(time.Now(), false)
	err := d.kill()
	if gone := os.Remove(d.link); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

func (d *device) pull() error {
	d.plugged.mark(time.Now(), false)
	return d.Order("unplug")
}

func (d *device) plugIn() error {
	err := d.Order("plug")
	d.plugged.mark(time.Now(), true)
	return err
}

// fill writes until there is no space.
func (r *room) fill() error {
	r.full.mark(time.Now(), false)
	f, err := os.OpenFile(r.ballast, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 64<<10)
	for len(block) > 0 {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	return f.Close()
}

func (r *room) empty() error {
	err := os.Remove(r.ballast)
	r.full.mark(time.Now(), true)
	return err
}
