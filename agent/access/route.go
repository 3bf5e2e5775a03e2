package access

import (
	"net/http"
	"path"
	"strings"
)

// What a request needs beside the rights of [Allowed].
const (
	needNothing = "nothing" // the page itself and the answer that the process lives: no data in them
	needNear    = "near"    // an enrolled device, or a program on this computer
	needUnknown = ""        // no such way in: refused
	needMethod  = "method"  // of a method that nothing here takes
)

// needs returns what a request must bring: one of the need constants, or a right. A path that is not written in its
// shortest form, and one with escapes in the part that decides, has no way in: what is judged here must be what is
// carried out. It is pure.
func needs(method, p, raw string) string {
	if p == "" || p[0] != '/' || path.Clean(p) != p && path.Clean(p)+"/" != p || raw != "" {
		return needUnknown
	}
	api, isAPI := strings.CutPrefix(p, "/api/")
	switch method {
	case http.MethodGet, http.MethodHead:
		switch {
		case p == "/metrics" || p == "/readyz":
			return needNear
		case !isAPI && p != "/api":
			return needNothing
		case api == "v1/system" || strings.HasPrefix(api, "v1/system/"):
			return RightSystem
		default:
			return asked(api)
		}
	case http.MethodPost:
		return posted(api)
	default:
		return needMethod
	}
}

// asked returns what a question below /api/ must bring. Recorded sessions are health data of people who have left: to read them
// on the page is a nurse's work, and to take them out as files is a lead's.
func asked(api string) string {
	parts := strings.Split(api, "/")
	if len(parts) < 2 || parts[0] != "v1" || parts[1] != "sessions" {
		return RightView
	}
	if len(parts) == 2 {
		return RightHistory
	}
	if len(parts) == 4 {
		switch parts[3] {
		case "summary.json", "report.html", "whatif":
			return RightHistory
		}
	}
	return RightExport
}

// posted returns what an order below /api/ must bring.
func posted(api string) string {
	parts := strings.Split(api, "/")
	switch {
	case len(parts) == 3 && parts[0] == "v1" && parts[1] == "commands":
		return parts[2]
	case len(parts) == 5 && parts[0] == "v1" && parts[1] == "rooms" && parts[3] == "commands":
		return parts[4]
	case api == "v1/system/scan", api == "v1/system/verify":
		return RightDetect
	case api == "v1/system/test":
		return RightChannels
	case api == "v1/duty":
		return RightDuty
	case api == "v1/screen":
		return RightScreen
	default:
		return needUnknown
	}
}

// ownRight reports whether a right is no word of the contract, and so no verb that a path may name.
func ownRight(right string) bool {
	switch right {
	case RightView, RightScreen, RightUncovered, RightDuty, RightHistory, RightExport, RightLimits, RightChannels, RightSystem, RightDetect, RightUsers, RightDevices:
		return true
	}
	return false
}
