package access

import (
	"net/http"
	"time"
)

// list answers GET /api/v1/access: the people and devices, for an admin.
func (a *Access) list(w http.ResponseWriter, r *http.Request) {
	who, _ := Identity(r.Context())
	if refusal := short(who, RightUsers); refusal != nil {
		writeRefusal(w, refusal)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		People  []Person   `json:"people"`
		Devices []Enrolled `json:"devices"`
	}{a.People(), a.Devices()})
}

// postUsers answers POST /api/v1/access/users: action add, pin, role or remove.
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
	case "remove":
		err = a.RemovePerson(ctx, who.actor(), in.Name)
	default:
		err = refuse(codeBadRequest, "action is add, pin, role or remove")
	}
	a.done(w, err)
}

// postDevices answers POST /api/v1/access/devices: action enrol or revoke.
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
		writeJSON(w, http.StatusOK, struct {
			OK    bool      `json:"ok"`
			Code  string    `json:"code"`
			Until time.Time `json:"until"`
		}{true, code, until.UTC()})
	case "revoke":
		a.done(w, a.RevokeDevice(r.Context(), who.actor(), in.Name))
	default:
		writeRefusal(w, refuse(codeBadRequest, "action is enrol or revoke"))
	}
}

func (a *Access) done(w http.ResponseWriter, err error) {
	if err != nil {
		a.writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, answer{OK: true})
}
