package config

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"

	"bedside/alerts/document"
)

// Console is the room's page, or a station's board.
type Console struct {
	Listen string // host:port, loopback unless Access and TLS are there; port 0 takes a free one; default 127.0.0.1:8080
	Access string // file with people and devices; empty: no sign-in. Absolute, or below the folder of the configuration
	TLS    Served
	Names  []string // DNS names or addresses under which browsers ask, beside those of the loopback
	// Language is "en" or "de", in which pages and reports speak to whoever has not chosen; empty: as the browser likes it.
	Language string
	Look     Look
}

// Served names the certificate of something that listens. Both files are empty, or neither is.
type Served struct {
	CertFile string // certificate with what leads to its authority, PEM
	KeyFile  string // its private key, PEM
}

// Open reports whether the console is open to the network.
func (c *Console) Open() bool { return !onLoopback(c.Listen) }

// locate makes the names of files absolute: without a folder they are beside the configuration.
func (c *Console) locate(config string) {
	for _, file := range []*string{&c.Access, &c.TLS.CertFile, &c.TLS.KeyFile} {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(filepath.Dir(config), *file)
		}
	}
}

func consoleFields(c *Console) []document.Field {
	return append([]document.Field{
		{
			Name: "listen", Fallback: defaultConsole, Set: anyAddress(&c.Listen),
			Meaning: "host:port of the page; beyond loopback only with `access` and `tls`",
		},
		{
			Name: "access", Fallback: "no sign-in", Set: document.Text(&c.Access),
			Meaning: "file with people and devices, made by `bedside user`; without a folder, beside this file",
		},
		{
			Name: "tls", Fallback: "none", Set: document.Into(servedFields(&c.TLS)), Inner: servedFields(new(Served)),
			Meaning: "certificate of the page",
		},
		{
			Name: "names", Fallback: "none", Set: document.Texts(&c.Names),
			Meaning: "names under which browsers ask, such as `station.clinic.example`, beside `localhost` and its address",
		},
		{
			Name: "language", Fallback: "the browser's", Set: document.OneOf(&c.Language, languages(), languages()),
			Meaning: "`en` or `de`: how pages and their reports speak to whoever has not chosen",
		},
	}, lookFields(&c.Look)...)
}

// languages are those that the pages have catalogues of.
func languages() []string { return []string{"en", "de"} }

func servedFields(t *Served) []document.Field {
	return []document.Field{
		{Name: "cert_file", Fallback: "none", Set: document.Text(&t.CertFile), Meaning: "certificate, PEM"},
		{Name: "key_file", Fallback: "none", Set: document.Text(&t.KeyFile), Meaning: "private key of cert_file, PEM"},
	}
}

// hostName is a name that a certificate can be for: letters, digits and dashes between dots.
const hostName = `^(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`

// checkConsole reports a page that would be open to whoever is on the network, and what belongs together and is not.
func checkConsole(s *document.Source, c *Console) {
	cert, key := s.At["console.tls.cert_file"], s.At["console.tls.key_file"]
	if (cert == document.Place{}) != (key == document.Place{}) {
		at := cert
		if at == (document.Place{}) {
			at = key
		}
		s.Fail(at, "cert_file and key_file belong together; one of them is missing")
	}
	checkLook(s, &c.Look)
	name := regexp.MustCompile(hostName)
	for i, n := range c.Names {
		if _, err := netip.ParseAddr(n); n != "" && err != nil && (!name.MatchString(n) || len(n) > 253) {
			s.Fail(s.At[fmt.Sprintf("console.names[%d]", i)], "%q is no name of a computer; write it without https:// and port, like station.clinic.example", document.Clip(n))
		}
	}
	at, written := s.At["console.listen"]
	if !written || c.Listen == "" || !c.Open() {
		return
	}
	var missing []string
	if c.Access == "" {
		missing = append(missing, "sign-in (console.access)")
	}
	if c.TLS.CertFile == "" {
		missing = append(missing, "encryption (console.tls)")
	}
	if len(missing) > 0 {
		_, port, _ := net.SplitHostPort(c.Listen) // it was split when it was read
		s.Fail(at, "console.listen would be open to the network without %s; add what is missing, or listen on loopback, like 127.0.0.1:%s",
			strings.Join(missing, " and "), port)
	}
}
