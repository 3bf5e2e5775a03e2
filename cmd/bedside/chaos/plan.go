package chaos

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// deed is what is done to a part.
type deed string

const (
	killAgent   deed = "kill-agent"
	killBroker  deed = "kill-broker"
	killStation deed = "kill-station"
	killDevice  deed = "kill-device"
	freezeBoth  deed = "freeze"      // nothing passes, nothing closes
	freezeUp    deed = "freeze-up"   // what the agent says does not arrive
	freezeDown  deed = "freeze-down" // what the server says does not arrive
	cutLine     deed = "cut"
	delayLine   deed = "delay"
	unplug      deed = "unplug"
	fillDisk    deed = "fill-disk"
)

// act is one entry of the plan: at that time the deed is done, and undone after For.
type act struct {
	At   time.Duration `json:"at"`
	For  time.Duration `json:"for"`
	Deed deed          `json:"deed"`
	Room int           `json:"room"`             // from 1; 0 for what belongs to all
	Part string        `json:"device,omitempty"` // of unplug and kill-device
}

func (a act) String() string {
	where := ""
	if a.Room > 0 {
		where = fmt.Sprintf(" room-%d", a.Room)
	}
	if a.Part != "" {
		where += " " + a.Part
	}
	return fmt.Sprintf("%6.1fs %s%s for %.1fs", a.At.Seconds(), a.Deed, where, a.For.Seconds())
}

// quiet is the time without deeds at the beginning and the end of a plan, our choice.
const (
	quietFirst = 6 * time.Second
	quietLast  = 8 * time.Second
	nextDeed   = 5 * time.Second // on average
)

// dish is how a deed is drawn.
type dish struct {
	deed        deed
	share       int
	least, most time.Duration
	everywhere  bool // it is no room's
	device      bool
}

func menu() []dish {
	return []dish{
		{deed: killAgent, share: 5, least: 200 * time.Millisecond, most: 22 * time.Second},
		{deed: killBroker, share: 3, least: 200 * time.Millisecond, most: 25 * time.Second, everywhere: true},
		{deed: killStation, share: 2, least: 200 * time.Millisecond, most: 10 * time.Second, everywhere: true},
		{deed: killDevice, share: 2, least: 200 * time.Millisecond, most: 12 * time.Second, device: true},
		{deed: freezeBoth, share: 3, least: 2 * time.Second, most: 30 * time.Second},
		{deed: freezeUp, share: 2, least: 2 * time.Second, most: 25 * time.Second},
		{deed: freezeDown, share: 2, least: 2 * time.Second, most: 25 * time.Second},
		{deed: cutLine, share: 3, least: 200 * time.Millisecond, most: 25 * time.Second},
		{deed: delayLine, share: 2, least: 5 * time.Second, most: 20 * time.Second},
		{deed: unplug, share: 3, least: 200 * time.Millisecond, most: 12 * time.Second, device: true},
		{deed: fillDisk, share: 2, least: 5 * time.Second, most: 15 * time.Second},
	}
}

// longPlan draws deeds for that long. A part is not hurt again before it is well for a moment, but different parts are hurt at
// the same time.
func longPlan(seed uint64, rooms int, length time.Duration) []act {
	rng := rand.New(rand.NewPCG(seed, 0x6368616f73))
	var shares int
	for _, d := range menu() {
		shares += d.share
	}
	busy := map[string]time.Duration{}
	var plan []act
	step := nextDeed * 2 / time.Duration(rooms+1)
	for at := quietFirst; ; at += time.Duration(rng.Int64N(int64(2 * step))) {
		if at > length-quietLast {
			return plan
		}
		n, i := rng.IntN(shares), 0
		for ; n >= menu()[i].share; i++ {
			n -= menu()[i].share
		}
		d := menu()[i]
		a := act{At: at, Deed: d.deed, For: d.least + time.Duration(rng.Int64N(int64(d.most-d.least)))}
		if !d.everywhere {
			a.Room = 1 + rng.IntN(rooms)
		}
		if d.device {
			a.Part = [...]string{oximeterName, oximeterName, cuffName}[rng.IntN(3)]
		}
		if end := a.At + a.For; end <= length-quietLast && a.free(busy) {
			plan = append(plan, a)
		}
	}
}

// free takes the part for the time of the deed, unless it is taken. What an agent holds in memory while its disk is full dies
// with it, so that the two are kept apart.
func (a act) free(busy map[string]time.Duration) bool {
	var parts []string
	rest := time.Second
	switch a.Deed {
	case killBroker, killStation:
		parts = []string{string(a.Deed)}
	case killDevice, unplug:
		parts = []string{fmt.Sprint(a.Part, a.Room)}
	case killAgent:
		parts = []string{fmt.Sprint("agent", a.Room)}
	case fillDisk:
		parts = []string{fmt.Sprint("agent", a.Room)}
		rest = 8 * time.Second
	default:
		parts = []string{fmt.Sprint("line", a.Room)}
	}
	for _, p := range parts {
		if a.At < busy[p] {
			return false
		}
	}
	for _, p := range parts {
		busy[p] = a.At + a.For + rest
	}
	return true
}

// shortPlan has one of each deed in half a minute, for two rooms: the first is cut off for so long that both sides must say
// so, the second is hurt in itself. The seed moves each a little.
func shortPlan(seed uint64) []act {
	rng := rand.New(rand.NewPCG(seed, 0x73686f7274))
	s := time.Second
	plan := []act{
		{At: 5 * s, For: 23 * s, Deed: freezeBoth, Room: 1},
		{At: 5 * s, For: s, Deed: killAgent, Room: 2},
		{At: 9 * s, For: 3 * s, Deed: cutLine, Room: 2},
		{At: 11 * s, For: s, Deed: killAgent, Room: 2},
		{At: 15 * s, For: s, Deed: killDevice, Room: 2, Part: oximeterName},
		{At: 20 * s, For: 4 * s, Deed: fillDisk, Room: 2},
		{At: 21 * s, For: 3 * s, Deed: freezeUp, Room: 2},
		{At: 29 * s, For: 2 * s, Deed: killBroker},
		{At: 29500 * time.Millisecond, For: s, Deed: killAgent, Room: 1},
		{At: 30 * s, For: 2 * s, Deed: unplug, Room: 1, Part: oximeterName},
		{At: 31500 * time.Millisecond, For: s, Deed: killStation},
		{At: 34 * s, For: 500 * time.Millisecond, Deed: killBroker},
	}
	for i := range plan {
		plan[i].At += time.Duration(rng.Int64N(int64(800 * time.Millisecond)))
	}
	slices.SortStableFunc(plan, func(a, b act) int { return cmp.Compare(a.At, b.At) })
	return plan
}
