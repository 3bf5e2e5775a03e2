package config

import (
	"os"
	"path/filepath"
	"slices"

	"bedside/alerts"
	"bedside/alerts/document"
)

// The kinds of a [Channel].
const (
	Ntfy         = "ntfy"
	Webhook      = "webhook"
	Alertmanager = "alertmanager"
	Mail         = "mail"
)

// Channel is a way by which a station tells somebody who does not look at a screen. The station's page is what alarms; a
// channel comes beside it.
type Channel struct {
	Name string // word for the channel, unique among them; same alphabet as Config.Site
	Kind string // Ntfy, Webhook, Alertmanager or Mail
	URL  string // where to post, https:// or, on loopback, http://; empty for Mail
	// Click is the address of the station's page, which a tap on a message of Ntfy opens; empty for none.
	Click      string
	TokenFile  string // file with the access token of Ntfy or Alertmanager; empty for none
	SecretFile string // file with the signing secret of Webhook (required) or the password of Mail
	CAFile     string // authorities to trust in place of the system's, PEM; empty for the system's
	Server     string // host:port of Mail
	User       string // name to sign in with at Server, together with SecretFile; empty to send without
	From       string // address that mail comes from
	To         []string
	For        []string        // initials or functions of those whom it reaches; empty: everybody
	Least      alerts.Priority // alerts of less are not sent; default medium
	Steps      []string        // of the ladder, at which it is used: words of ChannelSteps; empty: all of them
}

// ChannelSteps returns the steps of the ladder at which a channel may be used: at once, when the next person is called, and
// when everyone is.
func ChannelSteps() []string { return []string{"station", "next_person", "everyone"} }

// channelsField is the key channels with everything below it.
func channelsField(to *[]Channel) document.Field {
	return document.Field{
		Name: "channels", Fallback: "none", Set: channels(to), Inner: channelFields(new(Channel)), List: true,
		Meaning: "ways to the pockets of those who do not look at a screen; texts carry room and priority, never a person or a value",
	}
}

func channelFields(c *Channel) []document.Field {
	return []document.Field{
		{Name: "name", Required: true, Set: token(&c.Name), Meaning: "word for the channel, unique among them"},
		{
			Name: "kind", Required: true, Set: document.OneOf(&c.Kind, kinds(), kinds()),
			Meaning: "`ntfy`, `webhook` (signed as Standard Webhooks say), `alertmanager` (version 2) or `mail`",
		},
		{
			Name: "url", Fallback: "required but for mail", Set: document.Text(&c.URL),
			Meaning: "where to post, `https://`, or `http://` on loopback: of ntfy with the topic, of Alertmanager without `/api/v2`",
		},
		{
			Name: "click", Fallback: "none", Set: document.Text(&c.Click),
			Meaning: "address of the station's page, which a tap on a message of ntfy opens",
		},
		{
			Name: "token_file", Fallback: "none", Set: document.Text(&c.TokenFile),
			Meaning: "file with the access token of ntfy or Alertmanager; without a folder, one of systemd's credentials or beside this file",
		},
		{
			Name: "secret_file", Fallback: "none", Set: document.Text(&c.SecretFile),
			Meaning: "likewise, with the signing secret of a webhook (`whsec_…`, required) or the password of mail",
		},
		{
			Name: "ca_file", Fallback: "the system's", Set: document.Text(&c.CAFile),
			Meaning: "authorities to trust, PEM",
		},
		{
			Name: "server", Fallback: "required for mail", Set: document.Text(&c.Server),
			Meaning: "host:port of the mail server: TLS from the start on port 465, STARTTLS on any other, without only on loopback",
		},
		{
			Name: "user", Fallback: "none", Set: document.Text(&c.User),
			Meaning: "name to sign in with at the mail server, together with secret_file",
		},
		{Name: "from", Fallback: "required for mail", Set: mailbox(&c.From), Meaning: "address that mail comes from"},
		{Name: "to", Fallback: "required for mail", Set: mailboxes(&c.To), Meaning: "addresses that mail goes to, a list"},
		{
			Name: "for", Fallback: "everybody", Set: document.Texts(&c.For),
			Meaning: "initials or functions of the staff whom it reaches, a list",
		},
		{
			Name: "least", Fallback: alerts.Medium.String(), Set: document.OneOf(&c.Least, []string{"low", "medium", "high"},
				[]alerts.Priority{alerts.Low, alerts.Medium, alerts.High}),
			Meaning: "alerts below this priority are not sent: `low`, `medium` or `high`",
		},
		{
			Name: "steps", Fallback: "all", Set: document.Texts(&c.Steps),
			Meaning: "steps of the ladder at which it is used, a list of `station` (at once), `next_person` and `everyone`",
		},
	}
}

func kinds() []string { return []string{Ntfy, Webhook, Alertmanager, Mail} }

// channels makes the setter of the list. Meaning is checked here, too: whatever file has channels has the same ones.
func channels(to *[]Channel) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		bare, clean := withoutSecrets(s, n)
		clean = document.Each(to, func(c *Channel) []document.Field {
			c.Least = alerts.Medium
			return channelFields(c)
		})(s, path, bare) && clean
		checkChannels(s, path, *to, n)
		return clean
	}
}

// secretOf returns the key to use in place of one that has a secret as its value, or nothing for any other key.
func secretOf(key string) string {
	switch key {
	case "token", "access_token", "api_key":
		return "token_file"
	case "secret", "password":
		return "secret_file"
	default:
		return ""
	}
}

// withoutSecrets returns the list without keys that have a secret as their value, each of which is reported, and is not
// shown by the report: a terminal and a log are no places for it.
func withoutSecrets(s *document.Source, list *document.Node) (*document.Node, bool) {
	bare, clean := *list, true
	bare.Items = make([]*document.Node, len(list.Items))
	for i, item := range list.Items {
		own := *item
		own.Pairs = slices.DeleteFunc(slices.Clone(item.Pairs), func(p document.Pair) bool {
			file := secretOf(p.Key.Value)
			if file == "" {
				return false
			}
			clean = false
			s.Hide(p.Value)
			s.Fail(p.Key.Place, "a secret does not belong into this file; write it into a file of its own and name that with %s", file)
			return true
		})
		bare.Items[i] = &own
	}
	return &bare, clean
}

// locateChannels makes the paths of files independent of where the station was started. Files with secrets are looked for
// in the folder that systemd keeps credentials in, if there is one, else beside the configuration.
func locateChannels(list []Channel, configuration string) {
	beside := filepath.Dir(configuration)
	secrets := os.Getenv("CREDENTIALS_DIRECTORY") // systemd.exec(5), LoadCredential=
	if secrets == "" {
		secrets = beside
	}
	absolute := func(path *string, folder string) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(folder, *path)
		}
	}
	for i := range list {
		absolute(&list[i].TokenFile, secrets)
		absolute(&list[i].SecretFile, secrets)
		absolute(&list[i].CAFile, beside)
	}
}
