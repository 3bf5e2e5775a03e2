package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// recorded returns the messages of a session that an agent judged and recorded, and the head of its chain: esketamine
// with a nurse at a station, a reach test, alerts, elevations, pauses, symptoms, a reading by hand and a restart. Package whatif
// plays it, and its test has the flag that writes it again.
func recorded(t testing.TB) (list []wire.Message, proof string) {
	t.Helper()
	all, err := archive()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for i := range all {
		list = append(list, all[i].Message)
	}
	return list, hex.EncodeToString(all[len(all)-1].Hash)
}

// archive reads the recorded session once; nobody changes what it returns.
var archive = sync.OnceValues(func() (all []record.Event, err error) {
	b, err := os.ReadFile("testdata/K-0412.session.gz")
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	_, err = record.ReadArchive(z, func(e record.Event) error {
		all = append(all, e)
		return nil
	})
	return all, err
})

// recordedReport is the report of it.
func recordedReport(t testing.TB) *report.Report {
	t.Helper()
	list, proof := recorded(t)
	var b report.Builder
	for _, m := range list {
		require.NoError(t, b.Take(m))
	}
	r, err := b.Report(report.Options{Find: profiles.Find, Proof: proof})
	require.NoError(t, err)
	return r
}

func TestRecordedSessionHasWhatAReportIsAbout(t *testing.T) {
	r := recordedReport(t)
	require.True(t, r.Ended)
	require.NotEmpty(t, r.Doses)
	require.NotEmpty(t, r.Peaks)
	require.NotEmpty(t, r.Lines)
	require.NotEmpty(t, r.Episodes)
	require.NotEmpty(t, r.Alerts)
	require.NotEmpty(t, r.Gates)
	require.NotNil(t, r.REMS.At40)
	require.Zero(t, r.Unread)
	var shown, acknowledged bool
	for i := range r.Alerts {
		shown = shown || len(r.Alerts[i].Displayed) > 0
		acknowledged = acknowledged || len(r.Alerts[i].Acknowledged) > 0
	}
	require.True(t, shown)
	require.True(t, acknowledged)
}
