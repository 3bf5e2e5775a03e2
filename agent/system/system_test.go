package system_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/doctor"
	"bedside/agent/record"
	"bedside/agent/scan"
	"bedside/agent/serialport"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// book keeps what was told for the record.
type book struct {
	mu    sync.Mutex
	lines []string
}

func (b *book) told(by, from, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, by+" at "+from+": "+text)
}

func bare(t *testing.T) serialport.Host {
	t.Helper()
	nowhere := t.TempDir()
	return serialport.Host{Dev: nowhere, Sys: nowhere, Proc: nowhere, Run: nowhere}
}

func TestNothingThereIsSaidToBeNotThere(t *testing.T) {
	s := system.New(system.Options{Kind: system.Room})
	v := s.Look(t.Context())
	assert.NotNil(t, v.Devices, "a page goes through lists as they are")
	assert.NotNil(t, v.Channels)
	assert.NotNil(t, v.Certificates)
	assert.NotNil(t, v.Findings)
	assert.Nil(t, v.CA)
	assert.False(t, v.Detect)
	assert.Equal(t, "lost", v.Broker, "what is not known to be connected is not said to be")
	require.ErrorIs(t, s.Scan(t.Context(), nil, false, "AK", "page"), system.ErrNotHere)
	require.ErrorIs(t, s.Prove("AK", "page"), system.ErrNotHere)
	require.ErrorIs(t, s.TestChannel(t.Context(), "phones", "AK", "page"), system.ErrNotHere)
	_, ok := s.Scanned()
	assert.False(t, ok)
	_, ok = s.Authority()
	assert.False(t, ok)
}

func TestARoomTellsWhatItsAgentSays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.db")
	require.NoError(t, os.WriteFile(file, make([]byte, 1000), 0o600))
	require.NoError(t, os.WriteFile(file+"-wal", make([]byte, 24), 0o600))
	status := wire.Status{Broker: "connected", Outbox: 3, Record: "failing", Devices: []wire.Device{{Name: "oximeter"}}, Session: &wire.SessionStatus{}}
	var failed error
	s := system.New(system.Options{
		Kind: system.Room, Site: "clinic", Name: "room-1", Version: "1.2", Record: file,
		Status: func(context.Context) (wire.Status, error) { return status, failed },
	})
	v := s.Look(t.Context())
	assert.Equal(t, "connected", v.Broker)
	assert.Equal(t, 3, v.Outbox)
	assert.True(t, v.Session)
	assert.Equal(t, "oximeter", v.Devices[0].Name)
	assert.Equal(t, system.Record{Path: file, State: "failing", Bytes: 1024}, v.Record, "what has not been written back counts")
	assert.GreaterOrEqual(t, v.UptimeS, int64(0))

	failed = errors.New("the agent is stopping")
	v = s.Look(t.Context())
	assert.Equal(t, "lost", v.Broker)
	assert.Empty(t, v.Record.State, "it is not known")
	assert.Empty(t, v.Devices)
}

func TestAStationTellsOfItsRooms(t *testing.T) {
	s := system.New(system.Options{Kind: system.Station, Board: func() wire.Board {
		return wire.Board{Broker: "connected", Rooms: []wire.Tile{{Room: "room-1", Link: "live", Devices: []wire.DeviceLine{{Name: "cuff"}}}, {Room: "room-2", Link: "silent"}}}
	}})
	v := s.Look(t.Context())
	assert.Equal(t, "connected", v.Broker)
	assert.Equal(t, []system.Devices{{Room: "room-1", Link: "live", Devices: []wire.DeviceLine{{Name: "cuff"}}}, {Room: "room-2", Link: "silent"}}, v.Rooms)
}

func TestAnExaminationIsNotMadeForEveryPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		s := system.New(system.Options{Examine: func(ctx context.Context) doctor.Report {
			made++
			time.Sleep(time.Second)
			if ctx.Err() != nil {
				return doctor.Report{Findings: []doctor.Finding{{Area: "Sound", Level: doctor.Problem, What: "context canceled"}}}
			}
			return doctor.Report{Findings: []doctor.Finding{{Area: "Clock", Level: doctor.Good}}}
		}})
		left, leave := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer leave()
		assert.Len(t, s.Look(left).Findings, 1)
		assert.Equal(t, "Clock", s.Look(t.Context()).Findings[0].Area, "what was found for a page that was closed meanwhile is told to nobody else")
		require.Equal(t, 2, made)
		var pages sync.WaitGroup
		for range 5 {
			pages.Go(func() { assert.Len(t, s.Look(t.Context()).Findings, 1) })
		}
		pages.Wait()
		assert.Equal(t, 2, made)
		time.Sleep(10 * time.Second)
		s.Look(t.Context())
		assert.Equal(t, 3, made)
	})
}

func TestTheRecordIsProvenOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b book
		var broken error
		proofs := 0
		s := system.New(system.Options{Told: b.told, Verify: func(context.Context) (record.Chain, error) {
			proofs++
			time.Sleep(time.Minute)
			return record.Chain{Events: 7, Head: []byte{0xAB, 0x01}}, broken
		}})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		assert.Equal(t, system.Proof{}, s.Look(t.Context()).Record.Proof)
		require.NoError(t, s.Prove("AK", "page"))
		require.NoError(t, s.Prove("BL", "page"), "somebody else presses as well")
		time.Sleep(30 * time.Second)
		assert.True(t, s.Look(t.Context()).Record.Proof.Running)
		time.Sleep(31 * time.Second)
		p := s.Look(t.Context()).Record.Proof
		require.NotNil(t, p.At)
		assert.True(t, p.Whole)
		assert.False(t, p.Running)
		assert.Equal(t, 7, p.Events)
		assert.Equal(t, "ab01", p.Head)
		assert.Equal(t, 1, proofs)
		assert.Equal(t, []string{"AK at page: The record is proven"}, b.lines)

		broken = errors.New("record: event 5 is not the one that was written")
		require.NoError(t, s.Prove("AK", "page"))
		time.Sleep(2 * time.Minute)
		p = s.Look(t.Context()).Record.Proof
		assert.False(t, p.Whole)
		assert.Contains(t, p.Why, "event 5")
		stop()
		require.NoError(t, <-done)
	})
}

func TestAChannelIsTestedHalfAMinuteApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b book
		var sent []string
		s := system.New(system.Options{
			Told:     b.told,
			Channels: func() []wire.ChannelState { return []wire.ChannelState{{Name: "phones"}, {Name: "mail"}} },
			Test: func(ctx context.Context, channel string) error {
				sent = append(sent, channel)
				if channel == "mail" {
					<-ctx.Done()
					return ctx.Err()
				}
				return nil
			},
		})
		test := func(channel string) error { return s.TestChannel(t.Context(), channel, "AK", "page") }
		require.NoError(t, test("phones"))
		require.ErrorIs(t, test("phones"), system.ErrWait)
		require.ErrorIs(t, test("pagers"), system.ErrNotHere)
		began := time.Now()
		require.ErrorIs(t, test("mail"), context.DeadlineExceeded, "nobody waits for ever")
		assert.Equal(t, 20*time.Second, time.Since(began))
		time.Sleep(10 * time.Second)
		require.NoError(t, test("phones"))
		assert.Equal(t, []string{"phones", "mail", "phones"}, sent)
		assert.Equal(t, []string{
			"AK at page: A test was sent by phones", "AK at page: A test could not be sent by mail: context deadline exceeded", "AK at page: A test was sent by phones",
		}, b.lines)
	})
}

func TestNoDeviceIsAskedWhileASessionRuns(t *testing.T) {
	var b book
	var status wire.Status
	var failed error
	may := system.MayAsk(func(context.Context) (wire.Status, error) { return status, failed })
	s := system.New(system.Options{Told: b.told, Scanner: scan.New(scan.Options{Host: bare(t), MayAsk: may})})
	order := func(asks bool) error { return s.Scan(t.Context(), nil, asks, "AK", "page") }
	status.Session = &wire.SessionStatus{}
	require.ErrorIs(t, order(true), system.ErrSession)
	status.Session, failed = nil, errors.New("the agent is stopping")
	require.ErrorIs(t, order(true), failed, "what is not known is not taken for leave")
	assert.Empty(t, b.lines)

	failed, status.Session = nil, &wire.SessionStatus{}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	require.NoError(t, order(false))
	require.Eventually(t, func() bool { v, ok := s.Scanned(); return ok && v.Begun && !v.Running }, 20*time.Second, time.Millisecond)
	status.Session = nil
	require.NoError(t, order(true))
	require.ErrorContains(t, s.Scan(t.Context(), []string{"COM3"}, false, "AK", "page"), "is not an absolute path")
	assert.Equal(t, []string{
		"AK at page: Devices are looked for: ports that nobody uses are listened to",
		"AK at page: Devices are looked for: ports that nobody uses are listened to, and silent devices there are asked who they are",
	}, b.lines, "what was refused was not done")
	stop()
	require.NoError(t, <-done)
}
