package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"bedside/alerts/document"
)

// checkChannels reports what is wrong with the meaning of channels. Like [check], it looks only at what was decoded; n is the
// list as it was written.
func checkChannels(s *document.Source, path string, list []Channel, n *document.Node) {
	names := map[string]document.Place{}
	for i := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		once(s, names, at+".name", list[i].Name, "the channel name")
		checkKeys(s, at, &list[i], n.Items[i])
		checkAddresses(s, at, &list[i])
		checkSteps(s, at, &list[i])
		checkSignIn(s, at, &list[i], n.Items[i])
		checkFor(s, at, &list[i])
	}
}

// channelKeys says which keys beside the common ones a kind has: those that it must have, and those that it may have.
func channelKeys(kind string) (must, may []string) {
	switch kind {
	case Ntfy:
		return []string{"url"}, []string{"click", "token_file", "ca_file"}
	case Webhook:
		return []string{"url", "secret_file"}, []string{"ca_file"}
	case Alertmanager:
		return []string{"url"}, []string{"token_file", "ca_file"}
	default:
		return []string{"server", "from", "to"}, []string{"user", "secret_file", "ca_file"}
	}
}

// checkKeys reports keys that the kind lacks, and those that it has no use for: a setting that does nothing deceives.
func checkKeys(s *document.Source, path string, c *Channel, written *document.Node) {
	kindAt, ok := s.At[path+".kind"]
	if !ok {
		return
	}
	must, may := channelKeys(c.Kind)
	common := []string{"name", "kind", "for", "least", "steps"}
	missing := slices.Clone(must)
	for _, p := range written.Pairs {
		key := p.Key.Value
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == key || m == secretOf(key) })
		if _, clean := s.At[path+"."+key]; clean && !slices.Contains(slices.Concat(must, may, common), key) {
			s.Fail(p.Key.Place, "%s is of no use to a channel of kind %s; leave it out", key, c.Kind)
		}
	}
	for _, key := range missing {
		s.Fail(kindAt, "a channel of kind %s needs %s", c.Kind, key)
	}
}

// checkAddresses reports a url that cannot be posted to, or that carries what should be in a file of its own.
func checkAddresses(s *document.Source, path string, c *Channel) {
	for key, text := range map[string]string{"url": c.URL, "click": c.Click} {
		at, ok := s.At[path+"."+key]
		if !ok {
			continue
		}
		if problem := postProblem(key, c.Kind, text); problem != "" {
			if strings.ContainsAny(text, "?#@") {
				s.Hide(&document.Node{Place: at})
			}
			s.Fail(at, "%s", problem)
		}
	}
	at, ok := s.At[path+".server"]
	if !ok {
		return
	}
	host, port, err := net.SplitHostPort(c.Server)
	number, portErr := strconv.ParseUint(port, 10, 16)
	if err != nil || portErr != nil || number == 0 || host == "" || strings.ContainsFunc(host, unfit) {
		s.Fail(at, "%q is not a mail server; write host:port, like mail.example:587", document.Clip(c.Server))
	}
}

// postProblem says what is wrong with an address, or nothing. It never repeats what may be a secret.
func postProblem(key, kind, text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return key + " is not an address; write it like https://" + exampleOf(kind)
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Sprintf("%s begins with https://, not with %s://", key, document.Clip(u.Scheme))
	case u.User != nil:
		return "a password does not belong into this file; use token_file or secret_file"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return key + " ends before the question mark or the #: what stands behind one is often a secret"
	case u.Scheme == "http" && key == "url" && !Loopback(u.Hostname()):
		return "without TLS anybody on the network could read or forge this; write https://, and name the authority " +
			"of a certificate of your own with ca_file"
	case kind == Ntfy && key == "url" && !oneSegment(u.Path):
		return "the address of ntfy ends with one topic, like https://" + exampleOf(kind)
	case kind == Alertmanager && key == "url" && strings.Contains(u.Path, "/api/"):
		return "the address of Alertmanager is written without /api/v2/alerts, like https://" + exampleOf(kind)
	}
	return ""
}

func exampleOf(kind string) string {
	switch kind {
	case Ntfy:
		return "ntfy.example/ward-7"
	case Alertmanager:
		return "alertmanager.example:9093"
	default:
		return "hooks.example/bedside"
	}
}

func oneSegment(path string) bool {
	topic := strings.TrimPrefix(path, "/")
	return topic != "" && !strings.ContainsFunc(topic, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

// Loopback reports whether the host, a name or an address, is this machine by any resolver: only there does a channel do
// without TLS.
func Loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func checkSteps(s *document.Source, path string, c *Channel) {
	for i, step := range c.Steps {
		at, ok := s.At[fmt.Sprintf("%s.steps[%d]", path, i)]
		if !ok {
			at, ok = s.At[path+".steps"]
		}
		if ok && step != "" && !slices.Contains(ChannelSteps(), step) {
			s.Fail(at, "no step of the ladder at which somebody is called has the name %q; %s",
				document.Clip(step), document.Suggest(step, ChannelSteps()))
		}
	}
}

// checkSignIn reports half of what a mail server asks for.
func checkSignIn(s *document.Source, path string, c *Channel, written *document.Node) {
	user, named := s.At[path+".user"]
	file, secret := s.At[path+".secret_file"]
	secret = secret || slices.ContainsFunc(written.Pairs, func(p document.Pair) bool { return secretOf(p.Key.Value) != "" })
	switch {
	case c.Kind != Mail:
	case named && !secret:
		s.Fail(user, "user and secret_file belong together; secret_file is missing")
	case secret && !named:
		s.Fail(file, "user and secret_file belong together; user is missing")
	case named && strings.ContainsFunc(c.User, unfit):
		s.Fail(user, "user has characters that no name at a mail server has")
	}
}

// longestInitials is the longest name of a person or function in characters; our choice.
const longestInitials = 40

func checkFor(s *document.Source, path string, c *Channel) {
	at, ok := s.At[path+".for"]
	for _, who := range c.For {
		if ok && (len([]rune(who)) > longestInitials || strings.ContainsFunc(who, unfit)) {
			s.Fail(at, "for names people by initials or functions of at most %d characters, like AB or lead", longestInitials)
			return
		}
	}
}

// unfit reports what would end a line or a word of a protocol.
func unfit(c rune) bool { return unicode.IsControl(c) || unicode.IsSpace(c) }

// mailbox makes a setter for a bare mail address.
func mailbox(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var written string
		if !document.Text(&written)(s, path, n) {
			return false
		}
		a, err := mail.ParseAddress(written)
		if err != nil || a.Address != written || strings.ContainsFunc(written, unfit) {
			s.Fail(n.Place, "%q is not a mail address; write it bare, like station@clinic.example", document.Clip(written))
			return false
		}
		*to = written
		return true
	}
}

func mailboxes(to *[]string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Sequence, "a list, each entry beginning with a dash") {
			return false
		}
		if len(n.Items) == 0 {
			s.Fail(n.Place, "%s is an empty list", path)
			return false
		}
		*to = make([]string, len(n.Items))
		clean := true
		for i, item := range n.Items {
			clean = mailbox(&(*to)[i])(s, fmt.Sprintf("%s[%d]", path, i), item) && clean
		}
		return clean
	}
}
