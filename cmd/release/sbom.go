package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// The parts of a CycloneDX 1.6 document that are used here.
type (
	document struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Serial       string       `json:"serialNumber"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		PURL       string     `json:"purl"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// modules returns the libraries in a program, as the linker noted them, sorted.
func modules(program string) ([]*debug.Module, string, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, "", fmt.Errorf("release: %w", err)
	}
	list := make([]*debug.Module, 0, len(info.Deps))
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *debug.Module) int { return strings.Compare(a.Path, b.Path) })
	return list, info.GoVersion, nil
}

// bill returns the bill of materials of a program: what is linked into it, with the sums of go.sum.
func bill(program, version string, date time.Time) ([]byte, error) {
	list, goVersion, err := modules(program)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	sum := sha256.Sum256(raw)
	own := library("bedside", version)
	own.Type, own.Hashes = "application", []hash{{"SHA-256", hex.EncodeToString(sum[:])}}
	d := document{
		Format: "CycloneDX", Spec: "1.6", Version: 1, Serial: uuid(sum),
		Metadata:   metadata{Timestamp: date.UTC().Format(time.RFC3339), Component: own},
		Components: []component{library("std", strings.TrimPrefix(goVersion, "go"))},
	}
	for _, m := range list {
		c := library(m.Path, m.Version)
		if m.Sum != "" {
			c.Properties = []property{{"go:sum", m.Sum}}
		}
		d.Components = append(d.Components, c)
	}
	depends := dependency{Ref: own.Ref}
	for _, c := range d.Components {
		depends.DependsOn = append(depends.DependsOn, c.Ref)
	}
	d.Dependencies = []dependency{depends}
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("release: bill of materials: %w", err)
	}
	return append(out, '\n'), nil
}

func library(name, version string) component {
	purl := "pkg:golang/" + name + "@" + strings.ReplaceAll(version, "+", "%2B")
	return component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl}
}

// uuid is a name for the document that follows from the program (RFC 9562, version 8).
func uuid(sum [sha256.Size]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	x := hex.EncodeToString(sum[:16])
	return "urn:uuid:" + strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:32]}, "-")
}

// licenses returns the licences of the libraries in a program and of Go itself, which have to go with it. A library without
// one is an error: nobody may pass it on then.
func (s *source) licenses(ctx context.Context, program string) ([]byte, error) {
	list, goVersion, err := modules(program)
	if err != nil {
		return nil, err
	}
	goRoot, err := output(ctx, s.root, nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("Libraries in /usr/bin/bedside, with their licences.\n")
	if err := license(&b, "The Go standard library "+goVersion, strings.TrimSpace(string(goRoot))); err != nil {
		return nil, err
	}
	args := []string{"list", "-m", "-f", "{{.Path}} {{.Version}}\t{{.Dir}}"}
	for _, m := range list {
		args = append(args, m.Path)
	}
	out, err := output(ctx, s.root, []string{"GOFLAGS="}, "go", args...)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(out)) {
		name, folder, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if err := license(&b, name, folder); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

// license adds the licence files at the top of a module.
func license(b *strings.Builder, name, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("release: licence of %s: %w", name, err)
	}
	fmt.Fprintf(b, "\n%s\n%s\n", strings.Repeat("=", 80), name)
	licenseName := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)`)
	found := false
	for _, e := range entries {
		if e.IsDir() || !licenseName.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return fmt.Errorf("release: licence of %s: %w", name, err)
		}
		fmt.Fprintf(b, "\n-- %s\n\n%s\n", e.Name(), strings.TrimSpace(string(text)))
		found = true
	}
	if !found {
		return errors.New("release: " + name + " has no licence file")
	}
	return nil
}
