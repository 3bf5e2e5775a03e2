package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
)

const description = `watches vital signs in a monitored session and tells the nurses
Bedside reads pulse oximeters and blood-pressure cuffs on serial ports, tells
transient elevations from sustained and dangerous ones, keeps a record, and
brings readings and alerts to the nurses over NATS.
.
It is not a medical device. It does not replace an approved monitor, its
alarms, or trained staff in the room.`

// pack returns the bytes of the Debian package for that architecture around the program. The same input gives the same
// bytes. It works in a folder that it empties.
func (r *release) pack(architecture, program string) (out []byte, err error) {
	stage, err := os.MkdirTemp("", "bedside-release-")
	if err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	info, err := r.info(stage, architecture, program)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := deb.Default.Package(nfpm.WithDefaults(info), &b); err != nil {
		return nil, fmt.Errorf("release: deb for %s: %w", architecture, err)
	}
	return b.Bytes(), nil
}

// info describes the package to nfpm, which takes its files from a folder.
func (r *release) info(stage, architecture, program string) (*nfpm.Info, error) {
	list, err := r.contents(program)
	if err != nil {
		return nil, err
	}
	info := &nfpm.Info{
		Name: "bedside", Platform: "linux", Arch: architecture, Version: r.version, Section: "net", Priority: "optional",
		Maintainer: r.maintainer, Description: description, DisableGlobbing: true, MTime: r.date,
	}
	info.Depends = []string{"systemd | systemd-standalone-sysusers | systemd-sysusers"}
	info.Recommends = []string{"udev", "ca-certificates"}
	info.Deb.Arch = architecture
	for i, e := range list {
		source := e.source
		if source == "" {
			if source, err = put(stage, strconv.Itoa(i), e.text, r.date); err != nil {
				return nil, err
			}
		}
		c := &files.Content{Source: source, Destination: e.path, FileInfo: &files.ContentFileInfo{Mode: e.mode, MTime: r.date}}
		if e.config {
			c.Type = files.TypeConfigNoReplace
		}
		info.Contents = append(info.Contents, c)
	}
	all, err := scripts()
	if err != nil {
		return nil, err
	}
	for name, to := range map[string]*string{
		"postinst": &info.Scripts.PostInstall, "prerm": &info.Scripts.PreRemove, "postrm": &info.Scripts.PostRemove,
	} {
		if *to, err = put(stage, name, all[name], r.date); err != nil {
			return nil, err
		}
	}
	return info, nil
}

// put writes a file whose time says nothing about today.
func put(folder, name string, text []byte, date time.Time) (string, error) {
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return "", fmt.Errorf("release: %w", err)
	}
	if err := os.Chtimes(file, date, date); err != nil {
		return "", fmt.Errorf("release: %w", err)
	}
	return file, nil
}
