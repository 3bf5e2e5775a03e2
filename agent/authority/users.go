package authority

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"bedside/agent/broker"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// users writes the accounts of the NATS server. DESIGN.md says why each room has an account of its own.
func users(x *index) []byte {
	var b bytes.Buffer
	b.WriteString("# Who may do what on the NATS server of " + x.Site + ". Generated: bedside station add-room and its siblings write it.\n")
	b.WriteString("accounts {\n  " + broker.SiteAccount + " {\n    jetstream: enabled\n    users = [\n")
	for _, m := range x.Members {
		switch m.Kind {
		case credential.Station:
			user(&b, m.Key, stationMay(x.Site, m.Name))
		case credential.Viewer:
			user(&b, m.Key, viewerMay(x.Site, m.Name))
		}
	}
	b.WriteString("    ]\n    exports = [\n")
	rooms := func(write func(r wire.Room, account string)) {
		for _, m := range x.Members {
			if m.Kind == credential.Room {
				write(wire.Room{Site: x.Site, Room: m.Name}, strconv.Quote("ROOM-"+m.Name))
			}
		}
	}
	rooms(func(r wire.Room, account string) {
		fmt.Fprintf(&b, "      {service: %q, accounts: [%s]}\n", r.Everything(), account)
		fmt.Fprintf(&b, "      {service: %q, accounts: [%s], response: stream}\n", broker.GuardSubject(r, "*", "*"), account)
	})
	b.WriteString("    ]\n    imports = [\n")
	rooms(func(r wire.Room, account string) {
		fmt.Fprintf(&b, "      {service: {account: %s, subject: %q}}\n", account, r.Command(">"))
	})
	b.WriteString("    ]\n  }\n")
	for _, m := range x.Members {
		if m.Kind == credential.Room {
			room(&b, wire.Room{Site: x.Site, Room: m.Name}, m.Key)
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// room writes the account of one room: what it publishes goes to the site, orders come from there, and its questions about
// the streams go to the guard.
func room(b *bytes.Buffer, r wire.Room, key string) {
	own := []string{r.Reading(">"), r.Wave(">"), r.Alert(">"), r.Session(), r.Status(), r.Receipt()}
	fmt.Fprintf(b, "  %q {\n    users = [\n", "ROOM-"+r.Room)
	may := permissions{publish: own, subscribe: []string{credential.Inbox(credential.Room, r.Site, r.Room) + ".>", r.Command(">")}, answers: true}
	for _, stream := range []string{wire.StreamAlerts, wire.StreamReadings} {
		may.publish = append(may.publish, broker.Guarded.Info(stream), broker.Guarded.Get(stream))
	}
	user(b, key, may)
	b.WriteString("    ]\n    imports = [\n")
	for _, s := range own {
		fmt.Fprintf(b, "      {service: {account: %s, subject: %q}}\n", broker.SiteAccount, s)
	}
	for _, stream := range []string{wire.StreamAlerts, wire.StreamReadings} {
		fmt.Fprintf(b, "      {service: {account: %s, subject: %q}, to: %q}\n", broker.SiteAccount,
			broker.GuardSubject(r, broker.AskInfo, stream), broker.Guarded.Info(stream))
		fmt.Fprintf(b, "      {service: {account: %s, subject: %q}, to: %q}\n", broker.SiteAccount,
			broker.GuardSubject(r, broker.AskGet, stream), broker.Guarded.Get(stream))
	}
	fmt.Fprintf(b, "    ]\n    exports = [\n      {service: %q, accounts: [%s]}\n    ]\n  }\n", r.Command(">"), broker.SiteAccount)
}

// permissions is what a user may do. What is not named is denied.
type permissions struct {
	publish, subscribe, notSubscribe []string
	answers                          bool // to the address of a request that it got, once
}

// stationMay is what a station may do: hear all, order everything in its own name, and keep duty and notices.
func stationMay(site, name string) permissions {
	all := wire.Room{Site: site, Room: "*"}
	may := permissions{
		publish:   []string{all.CommandFrom("*", name), wire.Station{Site: site, Station: name}.Status(), "$JS.API.INFO", "$JS.FC.>"},
		subscribe: []string{wire.Prefix + "." + site + ".>", credential.Inbox(credential.Station, site, name) + ".>"},
		// An order is heard by its room alone, so that nobody's ears make the server believe that a room is there.
		notSubscribe: []string{all.Command(">")},
	}
	for _, bucket := range []string{broker.BucketDuty, broker.BucketNotices} {
		may.publish = append(may.publish, "$KV."+bucket+".>")
	}
	for _, stream := range []string{"KV_" + broker.BucketDuty, "KV_" + broker.BucketNotices, wire.StreamAlerts, wire.StreamReadings} {
		may.publish = append(may.publish, broker.JetStream.Info(stream), broker.JetStream.Get(stream), broker.JetStream.Get(stream)+".>",
			"$JS.API.CONSUMER.CREATE."+stream+".>", "$JS.API.CONSUMER.INFO."+stream+".*", "$JS.API.CONSUMER.DELETE."+stream+".*",
			"$JS.API.CONSUMER.MSG.NEXT."+stream+".*", "$JS.ACK."+stream+".>")
	}
	return may
}

// viewerMay is what a viewer may do: hear all but orders, which carry initials, and say nothing.
func viewerMay(site, name string) permissions {
	return permissions{
		subscribe:    []string{wire.Prefix + "." + site + ".>", credential.Inbox(credential.Viewer, site, name) + ".>"},
		notSubscribe: []string{wire.Room{Site: site, Room: "*"}.Command(">")},
	}
}

func user(b *bytes.Buffer, key string, p permissions) {
	publish := fmt.Sprintf("{allow: [%s]}", quoted(p.publish))
	if len(p.publish) == 0 {
		publish = `{deny: [">"]}`
	}
	subscribe := fmt.Sprintf("{allow: [%s]", quoted(p.subscribe))
	if len(p.notSubscribe) > 0 {
		subscribe += fmt.Sprintf(", deny: [%s]", quoted(p.notSubscribe))
	}
	answers := ""
	if p.answers {
		answers = ", allow_responses: true"
	}
	fmt.Fprintf(b, "      {nkey: %s, permissions: {publish: %s, subscribe: %s}%s}}\n", key, publish, subscribe, answers)
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strconv.Quote(s)
	}
	return strings.Join(out, ", ")
}
