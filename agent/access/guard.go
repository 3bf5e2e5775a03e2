package access

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"bedside/agent/ways"
	"bedside/agent/wire"
)

const (
	maxBody  = 64 << 10        // bytes of an order; ECOSYSTEM section 5
	bodyTime = 5 * time.Second // for all of it; our choice
)

// The cookies. The prefix makes browsers refuse them without TLS, for another path, and from a neighbouring name.
const (
	deviceCookie  = "__Host-bedside-device"
	sessionCookie = "__Host-bedside-session"
	deviceAge     = 400 * 24 * time.Hour // the longest that browsers take
)

// Who is at the other end of a request.
type Who struct {
	Device  string // enrolled; empty if it is not
	Display bool   // it only shows
	Person  string // signed in; empty if nobody is
	Role    Role

	device, session secret
}

// By returns who an order comes from, as it is recorded.
func (w Who) By() string {
	if w.Person == "" {
		return "unidentified at " + w.Device
	}
	return w.Person
}

func (w Who) actor() Actor { return Actor{By: w.By(), From: w.Device} }

type contextKey struct{}

// Identity returns who a request comes from, if its console has access control.
func Identity(ctx context.Context) (Who, bool) {
	w, ok := ctx.Value(contextKey{}).(Who)
	return w, ok
}

// From returns where an order comes from, for the record: "console:" with the device, or usual without access control.
func From(ctx context.Context, usual string) string {
	if w, ok := Identity(ctx); ok && w.Device != "" {
		return "console:" + w.Device
	}
	return usual
}

// identify returns who has sent a request. A session counts only together with the device on which it began.
func (a *Access) identify(r *http.Request) Who {
	at, id := cookieOf(r, deviceCookie), cookieOf(r, sessionCookie)
	a.mu.Lock()
	defer a.mu.Unlock()
	d, there := a.devices[at]
	if !there {
		return Who{}
	}
	who := Who{Device: d.name, Display: d.display, Role: Viewer, device: at, session: id}
	if d.display {
		who.Role = Display
		return who
	}
	s, there := a.sessions[id]
	if !there || s.device != d.name || time.Since(s.used) >= idleEnd {
		return who
	}
	if p, there := a.people[s.person]; there {
		who.Person, who.Role = p.name, p.role
	}
	return who
}

// cookieOf returns the secret of a cookie, all zero if there is none: nothing has that hash.
func cookieOf(r *http.Request, name string) secret {
	c, err := r.Cookie(name)
	if err != nil || c.Value == "" {
		return secret{}
	}
	return seal(c.Value)
}

// used marks a session as used now.
func (a *Access) used(id secret) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s, there := a.sessions[id]; there {
		s.used, s.changed = time.Now(), true
		a.sessions[id] = s
	}
}

// Guard lets through what its sender may do, and answers the ways of this package itself. Orders that go through carry the
// sender as "by", whatever they said; [Identity] and [From] tell the handler who it is. It belongs behind the check of the
// host name and of the origin, which must also hold for signing in.
func (a *Access) Guard(next http.Handler) http.Handler {
	own := a.own()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000") // a year; our choice
		}
		if !hurry(w, r) {
			return
		}
		who := a.identify(r)
		if who.Device != "" {
			trust(r.Context())
		}
		r = r.WithContext(context.WithValue(r.Context(), contextKey{}, who))
		// No form of another page can send this type, whatever a browser tells of where it comes from.
		if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); r.Method == http.MethodPost && strings.TrimSpace(kind) != "application/json" {
			writeRefusal(w, refuse(codeMedia, "want Content-Type: application/json"))
			return
		}
		if r.URL.RawPath == "" && ways.Has(own, r) {
			own.ServeHTTP(w, r) // one that does not take the method says which it takes
			return
		}
		if refusal := a.judge(r, who); refusal != nil {
			writeRefusal(w, refusal)
			return
		}
		if r.Method == http.MethodPost {
			if refusal := sign(w, r, who); refusal != nil {
				writeRefusal(w, refusal)
				return
			}
			if who.Person != "" && !strings.HasSuffix(r.URL.Path, "/screen") { // a screen works by itself
				a.used(who.session)
			}
		}
		r, done := a.follows(r, who)
		defer done()
		next.ServeHTTP(w, r)
	})
}

// hurry bounds how long the body of a request may take, whether somebody reads it or it is thrown away.
func hurry(w http.ResponseWriter, r *http.Request) bool {
	if r.ContentLength == 0 { // an event stream has no body, and no end
		return true
	}
	err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	return err == nil || errors.Is(err, http.ErrNotSupported)
}

// judge says why a request may not go through, or nothing.
func (a *Access) judge(r *http.Request, who Who) *Refusal {
	need := needs(r.Method, r.URL.Path, r.URL.RawPath)
	switch need {
	case needNothing:
		return nil
	case needNear:
		if near(r) {
			return nil
		}
		need = RightView
	case needUnknown:
		return refuse(codeNotFound, "there is no such way in")
	case needMethod:
		return refuse(codeMethod, "method not allowed")
	}
	if strings.Contains(r.URL.Path, "/commands/") && ownRight(need) {
		return refuse(codeNotFound, "there is no such command")
	}
	return short(who, need)
}

// short says what somebody lacks for a right, or nothing.
func short(who Who, right string) *Refusal {
	ok, why := Allowed(who.Role, right)
	switch need, known := least()[right]; {
	case ok:
		return nil
	case who.Role == Outside:
		return refuse(codeEnrol, "%s", why)
	case who.Person == "" && known && need != nobody && who.Role == Viewer:
		return refuse(codeSignIn, "%s", why)
	default:
		return refuse(codeForbidden, "%s", why)
	}
}

// near reports whether the other end is a program on this computer, such as one that collects metrics.
func near(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// sign reads an order, puts its sender into it and refuses what the order as a whole needs more for.
func sign(w http.ResponseWriter, r *http.Request, who Who) *Refusal {
	fields, refusal := object(w, r)
	if refusal != nil {
		return refusal
	}
	verb := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	for name, value := range fields {
		// Our readers do not mind capitals, so neither does what they must not be told.
		switch {
		case strings.EqualFold(name, "by"):
			delete(fields, name)
		case strings.EqualFold(name, "uncovered") && verb == "session-start" && len(value) > 2 && string(value) != "null":
			if refusal := short(who, RightUncovered); refusal != nil {
				return refusal
			}
		case strings.EqualFold(name, "beyond") && verb == wire.VerbLimitsSet && string(value) != "false" && string(value) != "null":
			if refusal := short(who, RightLimits); refusal != nil {
				return refusal
			}
		}
	}
	by, err := json.Marshal(who.By())
	if err != nil {
		return refuse(codeFailed, "the order cannot be signed")
	}
	fields["by"] = by
	body, err := json.Marshal(fields)
	if err != nil {
		return refuse(codeBadRequest, "want a JSON object")
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}

// object reads the body of a request as a JSON object, or as an empty one if there is no body. It is bounded in size, and in time
// by hurry.
func object(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, *Refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return nil, refuse(codeLong, "the request is longer than %d bytes", tooLong.Limit)
	} else if err != nil {
		return nil, refuse(codeBadRequest, "the request did not come whole")
	}
	// It came whole and in time. The deadline of a body that did not stays, so that nobody waits for the rest of it.
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, refuse(codeBadRequest, "the request did not come whole")
	}
	fields := map[string]json.RawMessage{}
	if len(bytes.TrimSpace(body)) == 0 {
		return fields, nil
	}
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return nil, refuse(codeBadRequest, "want a JSON object")
	}
	return fields, nil
}

// stream is a request that ends when its device is enrolled no longer.
type stream struct {
	device secret
	end    context.CancelFunc
}

// follows makes a request end with its device's enrolment. done must be called.
func (a *Access) follows(r *http.Request, who Who) (*http.Request, func()) {
	if who.Device == "" {
		return r, func() {}
	}
	ctx, cancel := context.WithCancel(r.Context())
	s := &stream{device: who.device, end: cancel}
	a.mu.Lock()
	a.streams[s] = struct{}{}
	a.mu.Unlock()
	return r.WithContext(ctx), func() {
		a.mu.Lock()
		delete(a.streams, s)
		a.mu.Unlock()
		cancel()
	}
}
