package record_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// written copies the record that the program wrote when its newest schema was that one. Each was made by the same steps:
// ten old readings, acknowledged and deleted; session K-0411, begun and ended; session K-0412, begun; an alert,
// acknowledged, with a snapshot.
func written(t *testing.T, schema int) string {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("testdata/schema-%d.db", schema))
	require.NoError(t, err, "a new schema needs the record that the one before has written")
	file := filepath.Join(t.TempDir(), "record.db")
	require.NoError(t, os.WriteFile(file, b, 0o600))
	return file
}

func TestRecordsOfEveryEarlierSchemaGoOn(t *testing.T) {
	for schema := 1; schema < record.Schemas(); schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			file := written(t, schema)
			head := readOnly(t, file, func(r *record.Reader) {
				_, err := r.Sessions(t.Context())
				require.ErrorIs(t, err, record.ErrOlder)
				assert.Contains(t, err.Error(), "an agent that starts with it brings it up to date")
			})
			assert.Equal(t, "2bb53192e18bd1ded8f72ef32e8e7f32f867c71f7bfbdf46cec9775b71b5018c", head, "proven as it is")

			s := start(t, file, record.Options{})
			resume, err := s.Resume(t.Context())
			require.NoError(t, err)
			assert.Equal(t, uint64(22), resume.NextSeq)
			assert.JSONEq(t, `{"kept":true}`, string(resume.Snapshot))
			assert.Equal(t, 10, s.Depth())
			s.Append(batch(alert(22)))
			require.NoError(t, s.Sync(t.Context()))
			s.stop()

			readOnly(t, file, func(r *record.Reader) {
				list, err := r.Sessions(t.Context())
				require.NoError(t, err)
				require.Len(t, list, 2)
				assert.Equal(t, []bool{false, true}, []bool{list[0].Running, list[1].Running}, "retention knows of it")
				assert.Equal(t, []int{2, 10}, []int{list[0].Events, list[1].Events})
				events, err := r.Events(t.Context(), 20, 10)
				require.NoError(t, err)
				assert.Equal(t, uint64(77), events[0].StreamSeq)
			})
		})
	}
}

// readOnly runs f with a reader and returns the head of the chain that it has proven.
func readOnly(t *testing.T, file string, f func(*record.Reader)) (head string) {
	t.Helper()
	r, err := record.OpenReader(t.Context(), file)
	require.NoError(t, err)
	f(r)
	chain, err := r.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return hex.EncodeToString(chain.Head)
}

func TestReadersRefuseWhatTheyDoNotKnow(t *testing.T) {
	cases := []struct {
		name, statement string
		want            error
		text            string
	}{
		{"newer", "PRAGMA user_version = 99", record.ErrNewer, "(schema 99, this program knows 2); install the newer bedside"},
		{"foreign", "PRAGMA application_id = 7", record.ErrForeign, "belongs to another program"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := path(t)
			s := start(t, file, record.Options{})
			require.NoError(t, s.Tamper(t.Context(), c.statement))
			s.stop()
			_, err := record.OpenReader(t.Context(), file)
			require.ErrorIs(t, err, c.want)
			assert.Contains(t, err.Error(), c.text)
		})
	}
	dir := t.TempDir()
	_, err := record.OpenReader(t.Context(), filepath.Join(dir, "none.db"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Empty(t, entries(t, dir), "and nothing was made")

	notes := filepath.Join(dir, "notes")
	require.NoError(t, os.WriteFile(notes, []byte("these are somebody's notes, and more than a header of them long"), 0o600))
	_, err = record.OpenReader(t.Context(), notes)
	require.ErrorIs(t, err, record.ErrNotDatabase)
	require.NoError(t, os.WriteFile(notes, nil, 0o600))
	_, err = record.OpenReader(t.Context(), notes)
	require.ErrorIs(t, err, record.ErrForeign)
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// A reader in another process, as the command is, sees what is committed, and holds up nobody.
func TestAReaderThatIsSlowHoldsUpNobody(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	defer s.stop()
	s.Append(batch(begin("K-1", 1)))
	for seq := uint64(2); seq <= 500; seq++ {
		s.Append(batch(inSession("K-1", seq)))
	}
	require.NoError(t, s.Sync(t.Context()))

	r, err := record.OpenReader(t.Context(), file)
	require.NoError(t, err)
	seen := 0
	require.NoError(t, r.Session(t.Context(), "K-1", func(record.Event) error {
		seen++
		// Between any two events that this reader looks at, an alert comes and is committed.
		seq := uint64(1000 + seen)
		s.Append(batch(inSession("K-1", seq)))
		require.NoError(t, s.Sync(t.Context()))
		require.NoError(t, s.Health())
		if seen%50 == 0 { // and the outbox goes on
			_, err := s.Pending(t.Context(), wire.ClassAlert, 0, 10)
			require.NoError(t, err)
		}
		return nil
	}))
	assert.Equal(t, 500, seen, "the session as it was when the reader began")
	require.NoError(t, r.Close())
	assert.Len(t, recorded(t, s), 1000)
	_, err = s.Verify(t.Context())
	require.NoError(t, err)
}

// about makes a message about the session, as the monitor does.
func about(code string, seq uint64, event string) wire.Message {
	m := inSession(code, seq)
	m.Class, m.Subject = wire.ClassAlert, room.Session()
	m.Payload = fmt.Appendf(nil, `{"v":1,"id":%q,"seq":%d,"offset_ms":%d,"boot":"7f3a","session":%q,"mode":"test","event":%q}`,
		m.ID, seq, seq*10, code, event)
	return m
}

func begin(code string, seq uint64) wire.Message { return about(code, seq, "session_started") }
func end(code string, seq uint64) wire.Message   { return about(code, seq, "session_ended") }

func inSession(code string, seq uint64) wire.Message {
	m := alert(seq)
	m.Payload = fmt.Appendf(nil, `{"v":1,"id":%q,"seq":%d,"offset_ms":%d,"boot":"7f3a","session":%q,"mode":"test","text":"<&> ü"}`,
		m.ID, seq, seq*10, code)
	return m
}

func aged(m wire.Message, now time.Time, age time.Duration) wire.Message {
	m.At = now.Add(-age)
	return m
}
