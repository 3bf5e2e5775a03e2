package console

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"bedside/agent/qrcode"
	"bedside/agent/scan"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// systemPage shows devices and system, and peoplePage who may do what. Both sides have them.
const (
	systemPage = "system.html"
	peoplePage = "people.html"
)

// maxBy is how many characters of who gives an order are taken, as the orders of a session take them.
const maxBy = 64

// caPath is where phones get the authority's certificate, before they can be enrolled.
const caPath = "/ca.crt"

// systemView is what the page shows, with where phones find the authority's certificate.
type systemView struct {
	system.View
	CAAddress string       `json:"ca_address,omitempty"`
	CACode    *qrcode.Code `json:"ca_code,omitempty"`
}

// systemRoutes adds the ways of the page of the system; none without one.
func (d *Door) systemRoutes(mux *http.ServeMux, s *system.System) {
	if s == nil {
		return
	}
	mux.HandleFunc("GET /api/v1/system", func(w http.ResponseWriter, r *http.Request) {
		v := systemView{View: s.Look(r.Context())}
		if v.CA != nil {
			v.CAAddress = origin(r) + caPath
			if code, err := qrcode.Draw(v.CAAddress); err == nil { // else the address alone is shown
				v.CACode = code
			}
		}
		writeJSON(w, http.StatusOK, v)
	})
	mux.HandleFunc("GET "+caPath, func(w http.ResponseWriter, _ *http.Request) {
		text, ok := s.Authority()
		if !ok {
			writeText(w, http.StatusNotFound, "there is no authority here")
			return
		}
		w.Header().Set("Content-Type", "application/x-x509-ca-cert")
		w.Header().Set("Content-Disposition", `attachment; filename="bedside-ca.crt"`)
		_, _ = w.Write(text) // the client may be gone
	})
	mux.HandleFunc("GET /api/v1/system/scan", func(w http.ResponseWriter, _ *http.Request) {
		if v, ok := s.Scanned(); ok {
			writeJSON(w, http.StatusOK, v)
			return
		}
		writeReply(w, notHere())
	})
	mux.HandleFunc("POST /api/v1/system/scan", func(w http.ResponseWriter, r *http.Request) {
		var order scanOrder
		if by, ok := take(w, r, &order); ok {
			writeReply(w, came(s.Scan(r.Context(), order.Ports, order.Ask, by, d.from(r))))
		}
	})
	mux.HandleFunc("POST /api/v1/system/verify", func(w http.ResponseWriter, r *http.Request) {
		if by, ok := take(w, r, &struct{}{}); ok {
			writeReply(w, came(s.Prove(by, d.from(r))))
		}
	})
	mux.HandleFunc("POST /api/v1/system/test", func(w http.ResponseWriter, r *http.Request) {
		var order struct{ Channel string }
		if by, ok := take(w, r, &order); ok {
			writeReply(w, came(s.TestChannel(r.Context(), order.Channel, by, d.from(r))))
		}
	})
}

// take reads an order into what it points to, and who gives it; it answers by itself if that does not work.
func take(w http.ResponseWriter, r *http.Request, to any) (by string, ok bool) {
	body, ok := readBody(w, r)
	if !ok {
		return "", false
	}
	var who struct {
		By string `json:"by"`
	}
	if err := errors.Join(json.Unmarshal(body, to), json.Unmarshal(body, &who)); err != nil {
		writeReply(w, wire.Reply{Code: "bad_request", Text: "the order is not understood"})
		return "", false
	}
	if who.By == "" || utf8.RuneCountInString(who.By) > maxBy {
		who.By = "page"
	}
	return who.By, true
}

func notHere() wire.Reply {
	return wire.Reply{Code: "not_here", Text: "there is no such thing here"}
}

// came says what came of an order.
func came(err error) wire.Reply {
	_, failed := errors.AsType[system.Failed](err)
	switch {
	case err == nil:
		return wire.Reply{OK: true}
	case errors.Is(err, system.ErrNotHere):
		return notHere()
	case errors.Is(err, system.ErrSession):
		return wire.Reply{Code: "session", Text: "a session runs: no device is asked while a cuff may be on an arm"}
	case errors.Is(err, system.ErrWait):
		return wire.Reply{Code: "not_now", Text: "it was tested a moment ago; wait half a minute"}
	case failed:
		return wire.Reply{Code: "failed", Text: err.Error()}
	case errors.Is(err, scan.ErrRunning):
		return wire.Reply{Code: "running", Text: "the ports are being looked at already"}
	default:
		return wire.Reply{Code: "bad_request", Text: strings.TrimPrefix(err.Error(), "scan: ")} // for a person
	}
}

// origin is the address under which a page asks, which was checked to be ours.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
