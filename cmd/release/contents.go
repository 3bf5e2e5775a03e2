package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"bedside/agent/serialport"
)

// entry is one file of the package.
type entry struct {
	path   string // where it is installed
	text   []byte
	source string // a file on disk instead of text
	mode   fs.FileMode
	config bool // the administrator's: never overwritten
}

// release is what a package is made from.
type release struct {
	version     string // SemVer, without the v of a tag
	date        time.Time
	maintainer  string
	notes       []string          // what is new, a line each
	pages       map[string][]byte // manual pages by file name
	completions map[string][]byte // by shell
	licenses    []byte            // of the libraries in the program
}

// contents lists the files of the package around that program, sorted by path.
func (r *release) contents(program string) ([]entry, error) {
	list := []entry{
		{path: "/usr/bin/bedside", source: program, mode: 0o755},
		{path: "/usr/lib/udev/rules.d/60-bedside.rules", text: []byte(serialport.UdevRules())},
		{path: "/usr/share/bash-completion/completions/bedside", text: r.completions["bash"]},
		{path: "/usr/share/zsh/vendor-completions/_bedside", text: r.completions["zsh"]},
		{path: "/usr/share/fish/vendor_completions.d/bedside.fish", text: r.completions["fish"]},
	}
	for to, from := range map[string]string{
		"/usr/lib/sysusers.d/bedside.conf":     "sysusers.conf",
		"/usr/share/lintian/overrides/bedside": "lintian-overrides",
		"/usr/share/doc/bedside/copyright":     "copyright",
		"/etc/bedside/bedside.yaml":            "bedside.yaml",
		"/etc/bedside/station.yaml":            "station.yaml",
	} {
		text, err := data.ReadFile("data/" + from)
		if err != nil {
			return nil, fmt.Errorf("release: %w", err)
		}
		list = append(list, entry{path: to, text: text, config: strings.HasPrefix(to, "/etc/")})
	}
	for _, u := range units() {
		text, err := u.render()
		if err != nil {
			return nil, err
		}
		list = append(list, entry{path: "/usr/lib/systemd/system/" + u.Unit, text: text})
	}
	zipped := map[string][]byte{
		"/usr/share/doc/bedside/changelog":            r.changelog(),
		"/usr/share/doc/bedside/third-party-licenses": r.licenses,
	}
	for name, text := range r.pages {
		zipped[path.Join("/usr/share/man/man1", name)] = text
	}
	for name, text := range zipped {
		z, err := zip(text)
		if err != nil {
			return nil, err
		}
		list = append(list, entry{path: name + ".gz", text: z})
	}
	for i := range list {
		if list[i].mode == 0 {
			list[i].mode = 0o644
		}
		if list[i].source == "" && len(list[i].text) == 0 {
			return nil, fmt.Errorf("release: %s is empty", list[i].path)
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

// zip packs as Debian wants it: as small as it gets, without a name or a time.
func zip(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	return b.Bytes(), nil
}

// changelog is that of a Debian package, with one entry.
func (r *release) changelog() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "bedside (%s) stable; urgency=medium\n\n", debianVersion(r.version))
	for _, line := range r.notes {
		fmt.Fprintf(&b, "  * %s\n", line)
	}
	fmt.Fprintf(&b, "\n -- %s  %s\n", r.maintainer, r.date.UTC().Format(time.RFC1123Z))
	return b.Bytes()
}

// debianVersion writes a SemVer so that a pre-release is older than the release.
func debianVersion(semver string) string { return strings.Replace(semver, "-", "~", 1) }

// scripts returns the maintainer scripts by the names that dpkg gives them.
func scripts() (map[string][]byte, error) {
	var names []string
	for _, u := range units() {
		names = append(names, u.Unit)
	}
	all := make(map[string][]byte)
	for _, name := range []string{"postinst", "prerm", "postrm"} {
		text, err := fill(name, strings.Join(names, " "))
		if err != nil {
			return nil, err
		}
		all[name] = text
	}
	return all, nil
}
