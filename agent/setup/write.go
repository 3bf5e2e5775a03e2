package setup

import (
	"fmt"
	"path/filepath"

	"bedside/agent/config"
	"bedside/alerts/profiles"
)

// configuration writes bedside.yaml. Comments stand above what they are about, so that somebody who comes in a year needs no book.
func (w *writer) configuration(a *Answers) {
	w.add("", "# The room that this computer watches over. It was written by the first run; change it with an editor, then:\n#\n"+
		"#   bedside check config FILE            whether it is right\n"+
		"#   systemctl restart bedside-agent      use it; choose a moment without a session\n#\n"+
		"# Every key is explained in README.md. Secrets never stand in this file.\n")
	w.add("site", "site: %s", quoted(a.Site))
	w.add("room", "room: %s", quoted(a.Room))
	w.add("devices", "\n# What is connected, and where. \"bedside doctor\" shows what speaks on each port.")
	if len(a.Devices) == 0 {
		w.add("devices", "devices: []")
	} else {
		w.add("devices", "devices:")
	}
	for i := range a.Devices {
		w.device(a, fmt.Sprintf("devices[%d].", i), &a.Devices[i])
	}
	w.limits(a)
	w.places(a)
}

func (w *writer) device(a *Answers, field string, d *Device) {
	w.add(field+"name", "  - name: %s", quoted(d.Name))
	w.add(field+"driver", "    driver: %s", quoted(d.Driver))
	if d.Variant != "" {
		w.add(field+"driver", "    variant: %s", quoted(d.Variant))
	}
	w.add(field+"port", "    port: %s", quoted(d.Port))
	if d.Agent {
		w.add(field+"agent", "    start: agent # from the room page, too; staff: at the device alone")
	}
	if d.SameArm && a.oximeter() != "" {
		w.add(field+"same_arm", "    same_arm_as: %s # its loss of signal during a measurement is expected", quoted(a.oximeter()))
	}
}

// limits writes by which profile is judged. One that somebody has confirmed is a file of the site: a shipped one is approved by nobody.
func (w *writer) limits(a *Answers) {
	switch {
	case a.approved():
		w.add("profile", "\n# The limits while no session runs, and of sessions by the route that they are for, with who has confirmed them.")
		w.add("profile", "profile_file: %s", ProfileFile)
	case a.Profile != "" && a.Profile != profiles.BuiltInID:
		w.add("profile", "\n# The limits while no session runs. No clinician has confirmed them, and every screen says so.")
		w.add("profile", "profile: %s", quoted(a.Profile))
	}
}

// places writes where things are kept and who reaches them, as far as it is not the usual.
func (w *writer) places(a *Answers) {
	usual := config.Default()
	store := filepath.Join(a.Data, "nats")
	switch {
	case a.Credential != "":
		w.add("credential", "\n# The site's station. The file is a secret: who has it is this room.")
		w.add("credential", "nats:\n  credentials_file: %s", quoted(a.Credential))
	case !listens(a.NATS, usual.NATS.Listen) || a.Data != "":
		w.add("nats", "\n# The room's own message server.\nnats:")
		if !listens(a.NATS, usual.NATS.Listen) {
			w.add("nats", "  listen: %s", quoted(a.NATS))
		}
		if a.Data != "" {
			w.add("data", "  store: %s", quoted(store))
		}
	}
	if !listens(a.Page, usual.Console.Listen) || a.Access != "" {
		w.add("page", "\n# The room's page. Beyond this computer it needs people who sign in (access) and a certificate (tls).\nconsole:")
		if !listens(a.Page, usual.Console.Listen) {
			w.add("page", "  listen: %s", quoted(a.Page))
		}
		if a.Access != "" {
			w.add("access", "  access: %s", quoted(a.Access))
		}
	}
	if a.Data != "" {
		w.add("data", "\n# What is kept on disk.\nrecord:\n  path: %s", quoted(filepath.Join(a.Data, "record.db")))
	}
}

// profile writes the site's profile: a shipped one, and who has confirmed it.
func (w *writer) profile(a *Answers) {
	w.add("", "# The site's limits: those of the profile that this one extends, confirmed as they are. What the site wants otherwise\n"+
		"# stands below them; \"bedside check profile %s\" prints every limit with its source.", ProfileFile)
	w.add("profile", "id: %s\nversion: 1\nextends: %s", quoted("site-"+a.Profile), quoted(a.Profile))
	w.add("approved_by", "approved_by: %s", quoted(a.ApprovedBy))
	w.add("approved_at", "approved_at: %s", quoted(a.ApprovedAt))
}
