package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"bedside/agent/wire"
)

const (
	maxBody       = 64 << 10         // bytes of a command; ECOSYSTEM section 5
	bodyTimeout   = 10 * time.Second // for the whole of it; our choice, most have a few hundred bytes
	writeTimeout  = 5 * time.Second  // for one event to one page
	answerTimeout = 30 * time.Second // for one answer; our choice, a board of a thousand rooms has two megabytes
)

// newEvent makes an event; one whose value cannot be encoded is left without payload and never sent.
func newEvent(name string, v any) event {
	b, err := json.Marshal(v)
	if err != nil {
		return event{name: name}
	}
	return event{name, b}
}

// stream writes first and then every event of the hub, until the page hangs up or does not keep up. It joins before it asks
// for the first picture, so that nothing is missed between the two.
func (h *hub) stream(w http.ResponseWriter, r *http.Request, first func() (event, bool)) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead { // it would have no end, and count as a page
		return
	}
	client := h.join()
	defer h.leave(client)
	if e, ok := first(); ok && e.payload != nil && writeEvent(w, out, e) != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case e, open := <-client:
			if !open || writeEvent(w, out, e) != nil {
				return
			}
		}
	}
}

func writeEvent(w io.Writer, out *http.ResponseController, e event) error {
	if err := out.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.name, e.payload); err != nil {
		return err
	}
	return out.Flush()
}

// readBody reads the body of an order; it answers by itself if that does not work.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	in := http.NewResponseController(w)
	if err := in.SetReadDeadline(time.Now().Add(bodyTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		writeJSON(w, http.StatusBadRequest, wire.Reply{Code: "bad_request", Text: "command did not arrive as a whole"})
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		writeJSON(w, http.StatusRequestEntityTooLarge, wire.Reply{Code: "bad_request", Text: "command is too long"})
		return nil, false
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, wire.Reply{Code: "bad_request", Text: "command did not arrive as a whole"})
		return nil, false
	}
	return body, true
}

// writeReply answers an order: 200 done, 400 not understood, 404 for no such room, 409 refused.
func writeReply(w http.ResponseWriter, reply wire.Reply) {
	status := http.StatusOK
	switch {
	case reply.OK:
	case reply.Code == "bad_request" || reply.Code == "unknown_command":
		status = http.StatusBadRequest
	case reply.Code == "unknown_room":
		status = http.StatusNotFound
	default:
		status = http.StatusConflict
	}
	writeJSON(w, status, reply)
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A client that hung up is not our fault and nobody is left to tell.
	_, _ = io.WriteString(w, text+"\n")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		writeText(w, http.StatusInternalServerError, "answer cannot be encoded")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// As above: the client may be gone.
	_, _ = w.Write(append(b, '\n'))
}
