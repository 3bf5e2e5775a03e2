package console

import "sync"

// clientQueue is how many events may wait for one page. A page that is further behind is cut: it reconnects and the
// next snapshot tells it everything. Our choice: two seconds of a sped-up demo.
const clientQueue = 64

type event struct {
	name    string
	payload []byte
}

// hub hands events to every open page. It is safe for concurrent use and never blocks.
type hub struct {
	mu      sync.Mutex
	clients map[chan event]struct{}
}

func newHub() *hub { return &hub{clients: make(map[chan event]struct{})} }

func (h *hub) join() chan event {
	c := make(chan event, clientQueue)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[c] = struct{}{}
	return c
}

// leave forgets a client; it may have been cut already.
func (h *hub) leave(c chan event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut(c)
}

func (h *hub) cut(c chan event) {
	if _, there := h.clients[c]; there {
		delete(h.clients, c)
		close(c)
	}
}

func (h *hub) send(e event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		select {
		case c <- e:
		default:
			h.cut(c)
		}
	}
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

// closeAll ends every open stream, so that the server can stop.
func (h *hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		h.cut(c)
	}
}
