package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/station/duty"
	"bedside/agent/wire"
)

var now = time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC)

func held(nurse, backup string, left time.Duration) *wire.Duty {
	return &wire.Duty{Nurse: nurse, Backup: backup, Since: wire.Time{Time: now.Add(-time.Hour)}, Until: wire.Time{Time: now.Add(left)}}
}

func TestApply(t *testing.T) {
	until := &wire.Time{Time: now.Add(2 * time.Hour)}
	for name, c := range map[string]struct {
		order wire.DutyOrder
		has   *wire.Duty
		want  string // nurse and back-up, or the code of the refusal
	}{
		"take a free room":                {wire.DutyOrder{By: "AK", Action: wire.DutyTake, Until: until}, nil, "AK/"},
		"take for somebody":               {wire.DutyOrder{By: "AK", Action: wire.DutyTake, Nurse: "BM", Backup: "AK"}, nil, "BM/AK"},
		"take what has run out":           {wire.DutyOrder{By: "AK", Action: wire.DutyTake}, held("BM", "", -time.Second), "AK/"},
		"prolong":                         {wire.DutyOrder{By: "AK", Action: wire.DutyTake}, held("AK", "CD", time.Hour), "AK/CD"},
		"take from somebody":              {wire.DutyOrder{By: "AK", Action: wire.DutyTake}, held("BM", "", time.Hour), duty.Taken},
		"take from somebody, with reason": {wire.DutyOrder{By: "AK", Action: wire.DutyTake, Reason: "called away"}, held("BM", "AK", time.Hour), "AK/"},
		"lose a race":                     {wire.DutyOrder{By: "AK", Action: wire.DutyTake, Reason: "x", Expect: map[string]string{"room-1": ""}}, held("BM", "", time.Hour), duty.Taken},
		"hand over":                       {wire.DutyOrder{By: "AK", Action: wire.DutyHandover, Nurse: "BM"}, held("AK", "BM", time.Hour), "BM/"},
		"hand over nothing":               {wire.DutyOrder{By: "AK", Action: wire.DutyHandover, Nurse: "BM"}, nil, duty.Free},
		"name a back-up":                  {wire.DutyOrder{By: "AK", Action: wire.DutyBackup, Backup: "BM"}, held("AK", "", time.Hour), "AK/BM"},
		"be one's own back-up":            {wire.DutyOrder{By: "AK", Action: wire.DutyBackup, Backup: "AK"}, held("AK", "", time.Hour), duty.BadRequest},
		"release":                         {wire.DutyOrder{By: "AK", Action: wire.DutyRelease}, held("AK", "", time.Hour), "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			c.order.Rooms = []string{"room-1"}
			require.NoError(t, duty.Check(now, &c.order))
			got, err := duty.Apply(now, &c.order, "room-1", "desk", c.has)
			var why *duty.Refusal
			switch {
			case err != nil:
				require.ErrorAs(t, err, &why)
				assert.Equal(t, c.want, why.Code)
			case got == nil:
				assert.Equal(t, c.want, "nobody")
			default:
				assert.Equal(t, c.want, got.Nurse+"/"+got.Backup)
				assert.NotNil(t, duty.Now(now, got), "it counts now")
				assert.Nil(t, duty.Now(now.Add(duty.Longest), got), "and not for ever")
			}
		})
	}
}

func TestCheck(t *testing.T) {
	good := wire.DutyOrder{By: "AK", Action: wire.DutyTake, Rooms: []string{"room-1"}}
	require.NoError(t, duty.Check(now, &good))
	for name, change := range map[string]func(*wire.DutyOrder){
		"no room":         func(o *wire.DutyOrder) { o.Rooms = nil },
		"a room twice":    func(o *wire.DutyOrder) { o.Rooms = []string{"room-1", "room-1"} },
		"a wildcard":      func(o *wire.DutyOrder) { o.Rooms = []string{"*"} },
		"nobody":          func(o *wire.DutyOrder) { o.By = "" },
		"a long name":     func(o *wire.DutyOrder) { o.Nurse = "0123456789012345678901234567890123456789X" },
		"too long":        func(o *wire.DutyOrder) { o.Until = &wire.Time{Time: now.Add(duty.Longest + time.Second)} },
		"in the past":     func(o *wire.DutyOrder) { o.Until = &wire.Time{Time: now} },
		"unknown":         func(o *wire.DutyOrder) { o.Action = "steal" },
		"handover to who": func(o *wire.DutyOrder) { o.Action = wire.DutyHandover },
		"own back-up":     func(o *wire.DutyOrder) { o.Backup = "AK" },
	} {
		o := good
		change(&o)
		var why *duty.Refusal
		require.ErrorAs(t, duty.Check(now, &o), &why, name)
		assert.Equal(t, duty.BadRequest, why.Code, name)
	}
}
