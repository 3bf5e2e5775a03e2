package access

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Me is the answer to GET /api/v1/me: who the page is, and what it may do.
type Me struct {
	Access   bool     `json:"access"` // whether this console has access control at all
	Enrolled bool     `json:"enrolled,omitempty"`
	Device   string   `json:"device,omitempty"`
	Display  bool     `json:"display,omitempty"`
	Person   string   `json:"person,omitempty"`
	Role     string   `json:"role,omitempty"`
	People   []string `json:"people,omitempty"` // who may sign in here
	May      []string `json:"may,omitempty"`    // verbs and other rights
}

// own returns the ways in that belong to access itself.
func (a *Access) own() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/me", a.me)
	mux.HandleFunc("POST /api/v1/enrol", a.postEnrol)
	mux.HandleFunc("POST /api/v1/sign-in", a.postSignIn)
	mux.HandleFunc("POST /api/v1/sign-out", a.postSignOut)
	mux.HandleFunc("POST /api/v1/pin", a.postPIN)
	mux.HandleFunc("GET /api/v1/access", a.list)
	mux.HandleFunc("POST /api/v1/access/users", a.postUsers)
	mux.HandleFunc("POST /api/v1/access/devices", a.postDevices)
	return mux
}

func (a *Access) meOf(who Who) Me {
	me := Me{Access: true, Enrolled: who.Device != "", Device: who.Device, Display: who.Display, Person: who.Person}
	if !me.Enrolled {
		return me
	}
	me.Role, me.May = who.Role.String(), may(who.Role)
	if !who.Display {
		for _, p := range a.People() {
			me.People = append(me.People, p.Name)
		}
	}
	return me
}

func (a *Access) me(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	if c, err := r.Cookie(deviceCookie); err == nil && who.Device != "" {
		setCookie(w, deviceCookie, c.Value, deviceAge) // browsers forget after 400 days: begin anew
	}
	writeJSON(w, http.StatusOK, a.meOf(who))
}

// read takes the request of one of our own ways into what it points to.
func read(w http.ResponseWriter, r *http.Request, to any) *Refusal {
	fields, refusal := object(w, r)
	if refusal != nil {
		return refusal
	}
	b, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		return refuse(codeBadRequest, "the request has a field of a wrong kind")
	}
	return nil
}

func (a *Access) postEnrol(w http.ResponseWriter, r *http.Request) {
	var in struct{ Code string }
	if refusal := read(w, r, &in); refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	name, token, err := a.enrol(r.Context(), address(r), in.Code)
	if err != nil {
		a.writeError(w, err)
		return
	}
	d, _ := a.deviceNamed(name)
	setCookie(w, deviceCookie, token, deviceAge)
	setCookie(w, sessionCookie, "", -1)
	who := Who{Device: name, Display: d.display, Role: Viewer}
	if d.display {
		who.Role = Display
	}
	writeJSON(w, http.StatusOK, a.meOf(who))
}

func (a *Access) postSignIn(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	var in struct{ Person, PIN string }
	refusal := read(w, r, &in)
	switch {
	case refusal != nil:
	case who.Device == "":
		refusal = refuse(codeEnrol, "this device is not enrolled: an admin makes a code for it")
	case who.Display:
		refusal = refuse(codeForbidden, "this screen only shows; sign in at another device")
	}
	if refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	d, _ := a.deviceNamed(who.Device)
	token, err := a.signIn(r.Context(), d, in.Person, in.PIN)
	if err != nil {
		a.writeError(w, err)
		return
	}
	p, _ := a.find(in.Person)
	setCookie(w, sessionCookie, token, idleEnd)
	who.Person, who.Role = p.name, p.role
	writeJSON(w, http.StatusOK, a.meOf(who))
}

func (a *Access) postSignOut(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	if err := a.signOut(r.Context(), who); err != nil {
		a.log.Warn("access: the end of a session cannot be kept", "err", err)
	}
	setCookie(w, sessionCookie, "", -1)
	who.Person = ""
	if who.Role > Viewer {
		who.Role = Viewer
	}
	writeJSON(w, http.StatusOK, a.meOf(who))
}

// postPIN lets somebody choose another PIN, with the one they have.
func (a *Access) postPIN(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	var in struct{ PIN, New string }
	if refusal := read(w, r, &in); refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	if who.Person == "" {
		writeRefusal(w, refuse(codeSignIn, "sign in first"))
		return
	}
	if err := CheckPIN(in.New); err != nil {
		a.writeError(w, err)
		return
	}
	d, _ := a.deviceNamed(who.Device)
	if _, err := a.signIn(r.Context(), d, who.Person, in.PIN); err != nil {
		a.writeError(w, err)
		return
	}
	if err := a.SetPIN(r.Context(), who.actor(), who.Person, in.New); err != nil {
		a.writeError(w, err)
		return
	}
	now := time.Now()
	e := Event{At: now, What: SignedIn, By: who.Person, From: who.Device, Subject: who.Person, Now: who.Role.String()}
	setCookie(w, sessionCookie, a.admit(r.Context(), now, d, who.Person, &e), idleEnd)
	writeJSON(w, http.StatusOK, a.meOf(who))
}

// setCookie sets one of our cookies; an age below zero deletes it.
func setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	seconds := int(age / time.Second)
	if age < 0 {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// address is where a request comes from. What proxies claim is not believed.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "an unknown address"
	}
	return neighbourhood(net.ParseIP(host))
}

// Machine words that have a status of their own.
const (
	codeMethod = "method"
	codeMedia  = "media_type"
	codeLong   = "too_long"
)

func statusOf(code string) int {
	switch code {
	case codeEnrol, codeSignIn, codeWrong:
		return http.StatusUnauthorized
	case codeForbidden:
		return http.StatusForbidden
	case codeNotFound:
		return http.StatusNotFound
	case codeMethod:
		return http.StatusMethodNotAllowed
	case codeMedia:
		return http.StatusUnsupportedMediaType
	case codeLong:
		return http.StatusRequestEntityTooLarge
	case codeWait:
		return http.StatusTooManyRequests
	case codeTaken, codeLastAdmin:
		return http.StatusConflict
	case codeBusy, codeFailed:
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

// answer is a refusal as it travels, in the form of the contract's replies.
type answer struct {
	OK      bool   `json:"ok"`
	Code    string `json:"code,omitempty"`
	Text    string `json:"text,omitempty"`
	Seconds int    `json:"seconds,omitempty"` // to wait
}

func writeRefusal(w http.ResponseWriter, r *Refusal) {
	a := answer{Code: r.Code, Text: r.Text}
	if r.Wait > 0 {
		a.Seconds = int((r.Wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(a.Seconds))
	}
	if r.Code == codeMethod {
		w.Header().Set("Allow", "GET, HEAD") // of a file: the ways in say it themselves
	}
	writeJSON(w, statusOf(r.Code), a)
}

// writeError answers with a refusal in its words, and with anything else in none that could tell too much.
func (a *Access) writeError(w http.ResponseWriter, err error) {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		writeRefusal(w, refusal)
		return
	}
	a.log.Error("access: request failed", "err", err)
	writeRefusal(w, refuse(codeFailed, "the access file cannot be used now; alarms can be handled without signing in"))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "answer cannot be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A client that hung up is not our fault and nobody is left to tell.
	_, _ = io.WriteString(w, string(b)+"\n")
}
