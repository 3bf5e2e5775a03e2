package access_test

import (
	"bufio"
	"database/sql"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/wire"
)

// Each test tries an attack of the table "Threats and answers" in agent/DESIGN.md.

func TestAttackStrangerSeesNothing(t *testing.T) {
	s := newSite(t)
	stranger := s.browser(t)
	for _, path := range []string{"/", "/room/main.js", "/healthz"} {
		status, _ := stranger.get(path)
		assert.Equal(t, 200, status, "%s holds no data", path)
	}
	for _, path := range []string{"/api/v1/state", "/api/v1/events", "/api/v1/sessions/K-1/report.pdf", "/api/v1/access", "/api/v1/anything"} {
		status, body := stranger.get(path)
		assert.Equal(t, 401, status, path)
		assert.NotContains(t, body, "room-1")
	}
	assert.Equal(t, access.Me{Access: true}, stranger.me(), "not even who works here")
	status, _ := stranger.signIn("NN", pins["NN"])
	assert.Equal(t, 401, status, "a PIN without an enrolled device is nothing")
	for _, v := range wire.Verbs() {
		status, _ = stranger.post("/api/v1/commands/"+v.Name, `{}`)
		assert.Contains(t, []int{401, 403}, status, v.Name)
	}
	assert.Zero(t, s.room.reached())
}

// A display sees. A device without a sign-in, and a viewer, also do what must not wait. Everything else needs its role.
func TestAttackRoleEscalation(t *testing.T) {
	s := newSite(t)
	safe := []string{"acknowledge", "pause-audio", "resume", "symptom", "cuff-stop"}
	see := []string{"snapshot", "session-list"}
	for name, who := range map[string]struct {
		b    *browser
		role access.Role
		by   string
	}{
		"display":  {s.enrolled(t, "wall", true), access.Display, "unidentified at wall"},
		"unsigned": {s.enrolled(t, "desk", false), access.Viewer, "unidentified at desk"},
		"viewer":   {s.signed(t, "station-v", "VV"), access.Viewer, "VV"},
		"nurse":    {s.signed(t, "station-n", "NN"), access.Nurse, "NN"},
		"lead":     {s.signed(t, "station-l", "LL"), access.Lead, "LL"},
		"admin":    {s.signed(t, "station-a", "AA"), access.Admin, "AA"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range wire.Verbs() {
				may, _ := access.Allowed(who.role, v.Name)
				status, body := who.b.post("/api/v1/commands/"+v.Name, `{"by":"somebody else"}`)
				if !may {
					assert.Contains(t, []int{401, 403}, status, v.Name)
					assert.Zero(t, s.room.reached(), "%s reached the room: %s", v.Name, body)
					continue
				}
				assert.Equal(t, 200, status, "%s: %s", v.Name, body)
				assert.JSONEq(t, `"`+who.by+`"`, string(s.room.last(t).fields["by"]))
			}
			if who.role == access.Viewer {
				for _, verb := range append(safe, see...) {
					ok, _ := access.Allowed(who.role, verb)
					assert.True(t, ok, verb)
				}
			}
			status, _ := who.b.post("/api/v1/access/users", `{"action":"role","name":"VV","role":"viewer"}`)
			assert.Equal(t, who.role == access.Admin, status == 200, "users")
			status, _ = who.b.post("/api/v1/access/devices", `{"action":"enrol","name":"another"}`)
			assert.Equal(t, who.role == access.Admin, status == 200, "devices")
			status, _ = who.b.get("/api/v1/access")
			assert.Equal(t, who.role == access.Admin, status == 200, "list")
			for _, path := range []string{"/api/v1/commands/users", "/api/v1/commands/view", "/api/v1/commands/../duty", "/api/v1/new"} {
				status, _ = who.b.post(path, `{}`)
				assert.Contains(t, []int{307, 401, 403, 404}, status, path)
			}
			assert.Zero(t, s.room.reached())
		})
	}
}

func TestAttackForgedBy(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	for _, body := range []string{
		`{"by":"LL"}`, `{"BY":"LL","text":"x"}`, `{"by":"NN","By":"LL","bY":"LL"}`, `{"by":{"by":"LL"}}`, `{}`, ``, `{"by":null}`, `{"\u0062y":"LL"}`,
	} {
		status, answer := nurse.post("/api/v1/commands/note", body)
		require.Equal(t, 200, status, answer)
		o := s.room.last(t)
		assert.Equal(t, "console:station-1", o.from)
		for name, value := range o.fields {
			if strings.EqualFold(name, "by") {
				assert.Equal(t, "by", name)
				assert.JSONEq(t, `"NN"`, string(value), body)
			}
		}
	}
	for _, body := range []string{`{"uncovered":"alone"}`, `{"UNCOVERED":"alone"}`, `{"Uncovered":["x"]}`} {
		status, _ := nurse.post("/api/v1/commands/session-start", body)
		assert.Equal(t, 403, status, body)
	}
	assert.Zero(t, s.room.reached())
	status, _ := nurse.post("/api/v1/commands/session-start", `{"uncovered":""}`)
	assert.Equal(t, 200, status)
	lead := s.signed(t, "station-2", "LL")
	status, _ = lead.post("/api/v1/commands/session-start", `{"uncovered":"alone tonight"}`)
	assert.Equal(t, 200, status)
}

func TestAttackCrossSite(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	for _, path := range []string{"/api/v1/commands/note", "/api/v1/sign-in", "/api/v1/sign-out", "/api/v1/enrol", "/api/v1/access/users"} {
		for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			r := nurse.request("POST", path, `{}`)
			r.Header.Set(header, value)
			status, _ := nurse.do(r)
			assert.Equal(t, 403, status, "%s %s", path, header)
		}
		form := nurse.request("POST", path, `{}`) // what a form of a page elsewhere can send, from a browser that tells neither
		form.Header.Set("Content-Type", "text/plain")
		status, _ := nurse.do(form)
		assert.Contains(t, []int{403, 415}, status, path)
	}
	assert.Zero(t, s.room.reached())
	assert.Equal(t, "NN", nurse.me().Person, "nobody was signed out")
}

func TestAttackRebinding(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	for host, want := range map[string]int{
		"evil.example": 421, "evil.example:443": 421, "192.168.9.9": 421, "room-1.clinic.example.evil.example": 421, "[fe80::1]": 421,
		"room-1.clinic.example": 200, "ROOM-1.clinic.example:8443": 200, "localhost": 200, "127.0.0.1": 200,
	} {
		r := nurse.request("GET", "/api/v1/state", "")
		r.Host = host
		for name, value := range nurse.cookies() { // a browser would not even send them to another name
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		status, body := nurse.do(r)
		assert.Equal(t, want, status, host)
		if want == 421 {
			assert.NotContains(t, body, `"room"`)
		}
	}
}

func TestAttackPaths(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	nurse.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, path := range []string{
		"/../access.go", "/..%2faccess.go", "/%2e%2e/console.go", "/assets/../../console.go", "/....//console.go", "/room/main.js/../../../go.mod",
		"/..%5cconsole.go", "//etc/passwd", "/api/v1/../../console.go", "/%00", "/api/v1/rooms/..%2f..%2fetc/state",
	} {
		status, body := nurse.get(path)
		assert.GreaterOrEqual(t, status, 300, path)
		assert.NotContains(t, body, "package ", path)
		assert.NotContains(t, body, "root:", path)
	}
	for _, path := range []string{"/x/../api/v1/commands/session-override", "/api/v1/commands/acknowledge%2f..%2fsession-override"} {
		status, _ := nurse.post(path, `{}`)
		assert.GreaterOrEqual(t, status, 300, path)
	}
	assert.Zero(t, s.room.reached())
}

func TestAttackGuessing(t *testing.T) {
	s := newSite(t)
	devices := []*browser{s.enrolled(t, "a", false), s.enrolled(t, "b", false), s.enrolled(t, "c", false)}
	answers := map[string]bool{}
	for i := range 5 { // spread over the devices
		status, body := devices[i%3].signIn("NN", "11223"+string(rune('0'+i)))
		assert.Equal(t, 401, status)
		answers[body] = true
	}
	status, body := devices[2].signIn("NN", pins["NN"])
	assert.Equal(t, 429, status, "the right PIN has to wait, too: a guesser learns nothing")
	assert.Contains(t, body, `"seconds":300`)
	status, body = s.enrolled(t, "d", false).signIn("nobody-here", "112233")
	assert.Equal(t, 401, status)
	answers[body] = true
	assert.Len(t, answers, 1, "whether a person exists is not told")

	status, _ = devices[0].post("/api/v1/commands/acknowledge", `{"occurrence":"x"}`)
	assert.Equal(t, 200, status, "an alarm does not wait for a guesser")
	assert.JSONEq(t, `"unidentified at a"`, string(s.room.last(t).fields["by"]))
	status, _ = devices[2].signIn("LL", pins["LL"])
	assert.Equal(t, 200, status, "others are not locked out")

	one := s.enrolled(t, "e", false)
	for _, name := range []string{"VV", "AA", "nobody", "<b>", "AA"} { // many people, one device
		status, _ = one.signIn(name, "223344")
		assert.Equal(t, 401, status)
	}
	status, _ = one.signIn("AA", pins["AA"])
	assert.Equal(t, 429, status)
	status, _ = one.post("/api/v1/commands/cuff-stop", `{}`)
	assert.Equal(t, 200, status)
}

func TestAttackEnrolmentCode(t *testing.T) {
	s := newSite(t)
	first, _, err := s.OfferEnrolment(t.Context(), root, "station-1", false)
	require.NoError(t, err)
	code, until, err := s.OfferEnrolment(t.Context(), root, "station-1", false)
	require.NoError(t, err)
	assert.InDelta(t, 10*time.Minute, time.Until(until), float64(time.Minute))
	assert.Regexp(t, `^[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}$`, code)
	b := s.browser(t)
	status, _ := b.post("/api/v1/enrol", `{"code":"`+first+`"}`)
	assert.Equal(t, 401, status, "a newer code takes the place of the older")
	status, _ = b.post("/api/v1/enrol", `{"code":"`+strings.ToLower(strings.ReplaceAll(code, "-", " "))+`"}`)
	assert.Equal(t, 200, status, "as people type it")
	status, _ = s.browser(t).post("/api/v1/enrol", `{"code":"`+code+`"}`)
	assert.Equal(t, 401, status, "a code works once")

	late, _, err := s.OfferEnrolment(t.Context(), root, "station-2", false)
	require.NoError(t, err)
	db, err := sql.Open("sqlite", s.path)
	require.NoError(t, err)
	_, err = db.Exec("UPDATE codes SET until = ?", time.Now().Add(-time.Second).UnixNano())
	require.NoError(t, err)
	require.NoError(t, db.Close())
	status, _ = s.browser(t).post("/api/v1/enrol", `{"code":"`+late+`"}`)
	assert.Equal(t, 401, status, "ten minutes are over")
	for range 20 {
		status, _ = s.browser(t).post("/api/v1/enrol", `{"code":"ABCDE-FGHJK"}`)
	}
	assert.Equal(t, 429, status)
	assert.True(t, b.me().Enrolled, "the one that is enrolled does not feel it")
}

func TestAttackCookies(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	other := s.enrolled(t, "station-2", false)
	own, foreign := nurse.cookies(), other.cookies()

	t.Run("stolen session without its device", func(t *testing.T) {
		assert.False(t, s.with(t, map[string]string{sessionCookie: own[sessionCookie]}).me().Enrolled)
		thief := s.with(t, map[string]string{deviceCookie: foreign[deviceCookie], sessionCookie: own[sessionCookie]})
		assert.Empty(t, thief.me().Person)
		status, _ := thief.post("/api/v1/commands/note", `{"text":"x"}`)
		assert.Equal(t, 401, status)
	})
	t.Run("forged", func(t *testing.T) {
		for _, value := range []string{"", "AAAA", strings.Repeat("A", 43), own[sessionCookie]} {
			assert.False(t, s.with(t, map[string]string{deviceCookie: value}).me().Enrolled)
		}
	})
	t.Run("fixed before the sign-in", func(t *testing.T) {
		planted := strings.Repeat("P", 43)
		victim := s.with(t, map[string]string{deviceCookie: foreign[deviceCookie], sessionCookie: planted})
		status, _ := victim.signIn("LL", pins["LL"])
		require.Equal(t, 200, status)
		assert.NotEqual(t, planted, victim.cookies()[sessionCookie])
		assert.Empty(t, s.with(t, map[string]string{deviceCookie: foreign[deviceCookie], sessionCookie: planted}).me().Person)
		before := victim.cookies()
		status, _ = victim.signIn("LL", pins["LL"])
		require.Equal(t, 200, status)
		assert.NotEqual(t, before[sessionCookie], victim.cookies()[sessionCookie], "each sign-in has a session of its own")
		assert.Empty(t, s.with(t, before).me().Person, "and ends the one before")
	})
	t.Run("kept after signing out", func(t *testing.T) {
		quick := s.signed(t, "station-3", "NN")
		kept := quick.cookies()
		status, _ := quick.post("/api/v1/sign-out", `{}`)
		require.Equal(t, 200, status)
		assert.Empty(t, s.with(t, kept).me().Person)
	})
	t.Run("old", func(t *testing.T) {
		assert.Equal(t, "NN", nurse.me().Person)
		s.Age(12*time.Hour - time.Minute)
		assert.Equal(t, "NN", nurse.me().Person)
		s.Age(2 * time.Minute)
		assert.Empty(t, nurse.me().Person, "twelve hours without an order")
		status, _ := nurse.post("/api/v1/commands/acknowledge", `{"occurrence":"x"}`)
		assert.Equal(t, 200, status, "but alarms are handled")
	})
	t.Run("of a device that is enrolled no longer", func(t *testing.T) {
		lost := s.signed(t, "tablet", "NN")
		answer, err := lost.client.Do(lost.request("GET", "/api/v1/events", ""))
		require.NoError(t, err)
		stream := bufio.NewReader(answer.Body)
		line, err := stream.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "event: snapshot\n", line)
		require.NoError(t, s.RevokeDevice(t.Context(), root, "tablet"))
		for err == nil { // what was on its way, and then the end
			_, err = stream.ReadString('\n')
		}
		assert.NoError(t, answer.Body.Close())
		status, _ := lost.post("/api/v1/commands/acknowledge", `{}`)
		assert.Equal(t, 401, status)
	})
	t.Run("of somebody who was removed, lowered or has another PIN", func(t *testing.T) {
		admin := s.signed(t, "office", "AA")
		require.NoError(t, s.AddPerson(t.Context(), root, "XX", "admin", "826357"))
		require.NoError(t, s.SetRole(t.Context(), root, "AA", "nurse"))
		status, _ := admin.get("/api/v1/access")
		assert.Equal(t, 403, status, "a role counts at once")
		require.NoError(t, s.SetPIN(t.Context(), root, "AA", "937468"))
		assert.Empty(t, admin.me().Person)
		status, _ = admin.signIn("AA", "937468")
		require.Equal(t, 200, status)
		require.NoError(t, s.RemovePerson(t.Context(), root, "AA"))
		assert.Empty(t, admin.me().Person)
	})
}

func TestCookiesAndHeaders(t *testing.T) {
	s := newSite(t)
	b := s.enrolled(t, "station-1", false)
	answer, err := b.client.Do(b.request("POST", "/api/v1/sign-in", `{"person":"nn","pin":"`+pins["NN"]+`"}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	set := strings.Join(answer.Header.Values("Set-Cookie"), "\n")
	assert.Regexp(t, `^__Host-bedside-session=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict$`, set)
	assert.Equal(t, "max-age=31536000", answer.Header.Get("Strict-Transport-Security"))
	assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	me := b.me()
	assert.Equal(t, []string{"AA", "LL", "NN", "VV"}, me.People)
	assert.Contains(t, me.May, "session-start")
	assert.NotContains(t, me.May, "session-override")
}

func TestAttackMalformedAndOversized(t *testing.T) {
	s := newSite(t)
	nurse := s.signed(t, "station-1", "NN")
	for body, want := range map[string]int{
		`{"text":"` + strings.Repeat("x", 65<<10) + `"}`: 413, `{`: 400, `[]`: 400, `null`: 400, `"by"`: 400, `{"a":}`: 400, "\xff\xfe": 400,
		`{} {}`: 400, strings.Repeat(`{"a":`, 12_000): 400, strings.Repeat(`[`, 60_000): 400, `{"text":"\ud800"}`: 200,
	} {
		status, _ := nurse.post("/api/v1/commands/note", body)
		assert.Equal(t, want, status, "%.40q", body)
	}
	for _, path := range []string{"/api/v1/sign-in", "/api/v1/enrol", "/api/v1/pin", "/api/v1/sign-out"} {
		for _, body := range []string{`{"person":5,"pin":[],"code":{},"new":1}`, `[`, strings.Repeat("x", 65<<10)} {
			status, answer := nurse.post(path, body)
			assert.Less(t, status, 500, "%s %.20s", path, body)
			assert.NotContains(t, answer, "json:", "no inner words")
		}
	}
	status, _ := nurse.do(nurse.request("DELETE", "/api/v1/state", ""))
	assert.Equal(t, 405, status)
}

// What is there and takes another method says which, to whoever asks; nothing is done, and nobody is counted as having been there.
func TestWrongMethodIsToldTheRightOne(t *testing.T) {
	s := newSite(t)
	s.events = nil
	for name, b := range map[string]*browser{"stranger": s.browser(t), "nurse": s.signed(t, "station-1", "NN"), "display": s.enrolled(t, "wall", true)} {
		s.events = nil
		for _, c := range []struct{ method, path, allow string }{
			{"GET", "/api/v1/commands/acknowledge", "POST"},
			{"HEAD", "/api/v1/commands/acknowledge", "POST"},
			{"PUT", "/api/v1/screen", "POST"},
			{"POST", "/api/v1/state", "GET, HEAD"},
			{"DELETE", "/api/v1/state", "GET, HEAD"},
			{"PATCH", "/api/v1/system/scan", "GET, HEAD, POST"},
			{"GET", "/api/v1/sign-in", "POST"},
			{"GET", "/api/v1/sign-out", "POST"},
			{"GET", "/api/v1/enrol", "POST"},
			{"GET", "/api/v1/pin", "POST"},
			{"DELETE", "/api/v1/access/users", "POST"},
			{"POST", "/api/v1/me", "GET, HEAD"},
			{"PUT", "/api/v1/access", "GET, HEAD"},
			{"PUT", "/room/main.js", "GET, HEAD"},
			{"OPTIONS", "/", "GET, HEAD"},
		} {
			answer, err := b.client.Do(b.request(c.method, c.path, ""))
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			assert.Equal(t, 405, answer.StatusCode, "%s: %s %s", name, c.method, c.path)
			assert.Equal(t, c.allow, answer.Header.Get("Allow"), "%s: %s %s", name, c.method, c.path)
		}
		assert.Empty(t, s.events)
	}
	assert.Zero(t, s.room.reached())
}

// What a page, the log, the record and the file are told holds no secret, whatever somebody types into which field.
func TestAttackSecretsInLogs(t *testing.T) {
	s := newSite(t)
	code, _, err := s.OfferEnrolment(t.Context(), root, "station-1", false)
	require.NoError(t, err)
	b := s.browser(t)
	_, _ = b.post("/api/v1/enrol", `{"code":"WRONG-CODES"}`)
	status, _ := b.post("/api/v1/enrol", `{"code":"`+code+`"}`)
	require.Equal(t, 200, status)
	_, _ = b.signIn("777888", "777888") // the PIN in the wrong field
	_, _ = b.signIn("NN", "777888")
	status, _ = b.signIn("NN", pins["NN"])
	require.Equal(t, 200, status)
	status, _ = b.post("/api/v1/pin", `{"pin":"`+pins["NN"]+`","new":"918273"}`)
	require.Equal(t, 200, status)
	assert.Equal(t, "NN", b.me().Person, "whoever changes the own PIN stays signed in")
	file, err := os.ReadFile(s.path)
	require.NoError(t, err)
	told := s.log.String() + string(file)
	for _, e := range s.events {
		told += e.Text() + e.By + e.From
	}
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), "WRONG-CODES", "777888", pins["NN"], "918273", b.cookies()[deviceCookie], b.cookies()[sessionCookie]} {
		require.NotEmpty(t, secret)
		assert.NotContains(t, told, secret)
	}
	var what []string
	for _, e := range s.events[len(pins):] {
		what = append(what, e.What)
	}
	assert.Equal(t, []string{
		"device_offered", "enrolment_refused", "device_enrolled", "sign_in_refused", "sign_in_refused", "signed_in", "signed_in", "pin_changed", "signed_in",
	}, what)
}
