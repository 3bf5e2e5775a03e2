package access

import (
	"net/http"
	"slices"
	"time"

	"bedside/agent/qrcode"
)

// mostEvents is how many of the last events a page shows; our choice.
const mostEvents = 50

// list answers GET /api/v1/access: the people and devices, for an admin.
func (a *Access) list(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	if refusal := short(who, RightUsers); refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	events, err := a.Events(r.Context(), mostEvents)
	if err != nil {
		a.writeError(w, err)
		return
	}
	slices.Reverse(events)
	writeJSON(w, http.StatusOK, struct {
		Self    string     `json:"self"`
		Roles   []string   `json:"roles"`
		People  []Person   `json:"people"`
		Devices []Enrolled `json:"devices"`
		Events  []Event    `json:"events"` // the newest first
	}{who.Person, Roles(), a.People(), a.Devices(), append([]Event{}, events...)})
}

// postUsers answers POST /api/v1/access/users: action add, pin, role, unlock or remove.
func (a *Access) postUsers(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	var in struct{ Action, Name, Role, PIN string }
	refusal := short(who, RightUsers)
	if refusal == nil {
		refusal = read(w, r, &in)
	}
	if refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	ctx := r.Context()
	var err error
	switch in.Action {
	case "add":
		err = a.AddPerson(ctx, who.actor(), in.Name, in.Role, in.PIN)
	case "pin":
		err = a.SetPIN(ctx, who.actor(), in.Name, in.PIN)
	case "role":
		err = a.SetRole(ctx, who.actor(), in.Name, in.Role)
	case "unlock":
		err = a.UnlockPerson(ctx, who.actor(), in.Name)
	case "remove":
		err = a.RemovePerson(ctx, who.actor(), in.Name)
	default:
		err = refuse(codeBadRequest, "action is add, pin, role, unlock or remove")
	}
	a.done(w, err)
}

// postDevices answers POST /api/v1/access/devices: action enrol, unlock or revoke.
func (a *Access) postDevices(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	var in struct {
		Action, Name string
		Display      bool
	}
	refusal := short(who, RightDevices)
	if refusal == nil {
		refusal = read(w, r, &in)
	}
	if refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	switch in.Action {
	case "enrol":
		code, until, err := a.OfferEnrolment(r.Context(), who.actor(), in.Name, in.Display)
		if err != nil {
			a.writeError(w, err)
			return
		}
		// What follows # stays in the browser: the code is in no log.
		scheme := "http://" // on this computer alone
		if r.TLS != nil {
			scheme = "https://"
		}
		address := scheme + r.Host + "/#enrol=" + code
		picture, err := qrcode.Draw(address)
		if err != nil {
			picture = nil // the code can be typed
		}
		writeJSON(w, http.StatusOK, struct {
			OK    bool      `json:"ok"`
			Code  string    `json:"code"`
			Until time.Time `json:"until"`
			// Address opens the page with the code typed in; QR is it as a picture, for a phone.
			Address string       `json:"address"`
			QR      *qrcode.Code `json:"qr,omitempty"`
		}{true, code, until.UTC(), address, picture})
	case "unlock":
		a.done(w, a.UnlockDevice(r.Context(), who.actor(), in.Name))
	case "revoke":
		a.done(w, a.RevokeDevice(r.Context(), who.actor(), in.Name))
	default:
		writeRefusal(w, refuse(codeBadRequest, "action is enrol, unlock or revoke"))
	}
}

func (a *Access) done(w http.ResponseWriter, err error) {
	if err != nil {
		a.writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, answer{OK: true})
}
