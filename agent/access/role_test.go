package access_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/wire"
)

// The whole table: what a verb of the contract needs. A new verb fails here until somebody has decided.
func TestEveryVerbIsDecided(t *testing.T) {
	want := map[string]access.Role{
		"snapshot": access.Display, "trend": access.Display, "note-undo": access.Nurse, "session-list": access.Display,
		"acknowledge": access.Viewer, "pause-audio": access.Viewer, "resume": access.Viewer, "symptom": access.Viewer, "cuff-stop": access.Viewer,
		"pause-alarms": access.Nurse, "alarm-off": access.Nurse, "alarm-on": access.Nurse, "symptom-over": access.Nurse, "note": access.Nurse,
		"session-start": access.Nurse, "session-dose": access.Nurse, "infusion-end": access.Nurse, "session-phase": access.Nurse,
		"session-screening": access.Nurse, "session-reading": access.Nurse, "session-confirm": access.Nurse, "session-end": access.Nurse, "limits-set": access.Nurse, "cuff-start": access.Nurse,
		"reach-test": access.Nurse, "alarm-test": access.Nurse, "session-override": access.Lead,
	}
	never := []string{"watch", "receipt"} // a station's own
	roles := []access.Role{access.Outside, access.Display, access.Viewer, access.Nurse, access.Lead, access.Admin}
	for _, v := range wire.Verbs() {
		least, decided := want[v.Name]
		if !decided {
			assert.Contains(t, never, v.Name, "who may do this?")
		}
		for _, role := range roles {
			ok, why := access.Allowed(role, v.Name)
			assert.Equal(t, decided && role >= least, ok, "%s: %s", role, v.Name)
			assert.Equal(t, ok, why == "", "a refusal has its reason")
		}
	}
}

func TestWhatIsNotNamedIsRefused(t *testing.T) {
	for _, right := range []string{"", "shutdown", "ACKNOWLEDGE", "view/../users", "watch", "receipt"} {
		ok, why := access.Allowed(access.Admin, right)
		assert.False(t, ok, right)
		assert.NotEmpty(t, why)
	}
	for right, least := range map[string]access.Role{
		access.RightView: access.Display, access.RightScreen: access.Display, access.RightDuty: access.Nurse,
		access.RightHistory: access.Nurse, access.RightUncovered: access.Lead, access.RightExport: access.Lead, access.RightLimits: access.Lead,
		access.RightChannels: access.Lead, access.RightSystem: access.Nurse, access.RightDetect: access.Lead, access.RightUsers: access.Admin, access.RightDevices: access.Admin,
	} {
		ok, _ := access.Allowed(least, right)
		assert.True(t, ok, right)
		ok, _ = access.Allowed(least-1, right)
		assert.False(t, ok, right)
	}
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"AK": true, "RN-2": true, "Dr.M": true, "ÄÖ": true, "charge-nurse": true, "A": false, "": false, "Anna Kowalska": false,
		"annakowalskas": false, "<b>x</b>": false, "A\nB": false, "A\r\nX: y": false, "..": false, "-a": false, "AK\u202e": false,
		"schedule": false, "Page": false, "A,B": false, "A;B": false, "\xff\xfe": false,
	} {
		assert.Equal(t, ok, access.CheckPerson(name) == nil, "%q", name)
	}
	for name, ok := range map[string]bool{"station-1": true, "Station": false, "": false, "a.b": false, "a b": false, "<x>": false, "*": false} {
		assert.Equal(t, ok, access.CheckDevice(name) == nil, "%q", name)
	}
}

func TestPINsThatEverybodyTriesFirst(t *testing.T) {
	for pin, ok := range map[string]bool{
		"482913": true, "135790864213": true, "000000": false, "111111111": false, "123456": false, "987654": false, "012345": false,
		"121212": false, "123123": false, "1231231": false, "48291": false, "4829131234567": false, "48291a": false, "": false, "４８２９１３": false,
	} {
		assert.Equal(t, ok, access.CheckPIN(pin) == nil, fmt.Sprintf("%q", pin))
	}
}

// The whole table: what each way in of the consoles needs. A new one fails here until somebody has decided; those of access itself are
// judged where they are answered.
func TestEveryWayInIsDecided(t *testing.T) {
	want := map[string]string{
		"GET /": "nothing", "GET /healthz": "nothing", "GET /readyz": "near", "GET /metrics": "near", "GET /ca.crt": "nothing",
		"GET /api/v1/state": "view", "GET /api/v1/trend": "view", "GET /api/v1/events": "view", "GET /api/v1/profiles": "view",
		"GET /api/v1/board": "view", "GET /api/v1/rooms/{room}/state": "view", "GET /api/v1/me": "view",
		"GET /api/v1/system": "system", "GET /api/v1/system/scan": "system", "POST /api/v1/system/scan": "detect", "POST /api/v1/system/verify": "detect",
		"POST /api/v1/system/test": "notify-test", "POST /api/v1/screen": "screen", "POST /api/v1/duty": "duty",
		"POST /api/v1/commands/{verb}": "note", "POST /api/v1/rooms/{room}/commands/{verb}": "note",
		"GET /api/v1/sessions": "history", "GET /api/v1/sessions/{code}/summary.json": "history", "GET /api/v1/sessions/{code}/whatif": "history",
		"GET /api/v1/sessions/{code}/{file}": "export",
		// The page of a first run is on loopback alone, without people; with them there is no such way in.
		"GET /api/v1/setup": "view", "GET /api/v1/setup/scan": "view", "POST /api/v1/setup/scan": "", "POST /api/v1/setup/show": "", "POST /api/v1/setup/write": "",
	}
	example := strings.NewReplacer("{room}", "room-1", "{verb}", "note", "{code}", "K-1", "{file}", "fhir.json")
	form := regexp.MustCompile(`\.Handle(?:Func)?\("(\w+) ([^"]*)"(\+caPath)?`)
	sources, err := filepath.Glob("../console/*.go")
	require.NoError(t, err)
	found := map[string]bool{}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		require.NoError(t, err)
		for _, m := range form.FindAllStringSubmatch(string(text), -1) {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			p := m[2]
			if m[3] != "" {
				p += "/ca.crt"
			}
			name := m[1] + " " + p
			found[name] = true
			right, decided := want[name]
			assert.True(t, decided, "who may do this? %s", name)
			assert.Equal(t, right, access.Needs(m[1], example.Replace(p), ""), name)
		}
	}
	assert.Len(t, found, len(want))
}

// What is judged must be what is carried out: a path that could be read in two ways has no way in.
func TestWaysIn(t *testing.T) {
	for _, c := range []struct{ method, path, raw, want string }{
		{"GET", "/", "", "nothing"},
		{"GET", "/room/main.js", "", "nothing"},
		{"GET", "/healthz", "", "nothing"},
		{"GET", "/metrics", "", "near"},
		{"GET", "/readyz", "", "near"},
		{"GET", "/api/v1/state", "", "view"},
		{"GET", "/api/v1/anything-new", "", "view"},
		{"GET", "/api", "", "view"},
		{"GET", "/api/v1/sessions", "", "history"},
		{"GET", "/api/v1/sessions/", "", "export"},
		{"GET", "/api/v1/sessions/K-1/summary.json", "", "history"},
		{"GET", "/api/v1/sessions/K-1/report.html", "", "history"},
		{"GET", "/api/v1/sessions/K-1/whatif", "", "history"},
		{"GET", "/api/v1/sessions/K-1/report.pdf", "", "export"},
		{"GET", "/ca.crt", "", "nothing"},
		{"GET", "/api/v1/system", "", "system"},
		{"GET", "/api/v1/system/scan", "", "system"},
		{"GET", "/api/v1/system/anything-new", "", "system"},
		{"POST", "/api/v1/system/scan", "", "detect"},
		{"POST", "/api/v1/system/verify", "", "detect"},
		{"POST", "/api/v1/system/test", "", "notify-test"},
		{"POST", "/api/v1/system/anything-new", "", ""},
		{"GET", "/api/v1/sessions/K-1/seconds.csv", "", "export"},
		{"GET", "/api/v1/sessions/K-1/fhir.json", "", "export"},
		{"GET", "/api/v1/sessions/K-1/waves.edf", "", "export"},
		{"GET", "/api/v1/sessions/report.html", "", "export"},
		{"GET", "/api/v1/sessions/K-1/x/report.html", "", "export"},
		{"GET", "/api/v1/sessions/K-1/anything-new", "", "export"},
		{"GET", "/x/../api/v1/state", "", ""},
		{"GET", "//api/v1/state", "", ""},
		{"GET", "/api/v1/./state", "", ""},
		{"GET", "/api/v1/state", "/api%2Fv1/state", ""},
		{"GET", "", "", ""},
		{"POST", "/api/v1/commands/note", "", "note"},
		{"POST", "/api/v1/rooms/room-1/commands/note", "", "note"},
		{"POST", "/api/v1/rooms/../commands/note", "", ""},
		{"POST", "/api/v1/rooms/a/commands/acknowledge/commands/session-start", "", ""},
		{"POST", "/api/v1/rooms/a/b/commands/note", "/api/v1/rooms/a%2Fb/commands/note", ""},
		{"POST", "/api/v1/duty", "", "duty"},
		{"POST", "/api/v1/screen", "", "screen"},
		{"POST", "/api/v1/anything-new", "", ""},
		{"POST", "/", "", ""},
		{"DELETE", "/api/v1/state", "", "method"},
		{"PUT", "/api/v1/commands/note", "", "method"},
	} {
		assert.Equal(t, c.want, access.Needs(c.method, c.path, c.raw), "%s %s", c.method, c.path)
	}
}
