// Command release builds what a clinic installs: for each architecture the program, a Debian package around it, and its
// bill of materials, and the sums of all. The same source gives the same bytes, on any machine with the same Go.
//
//	go run ./cmd/release --version 1.2.3 --out dist
//
// Everything is packed twice and compared. With --twice it is also built again in an empty cache of its own, which takes
// minutes. With --arch only some architectures are built: amd64, arm64, armhf.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// options are what a release is asked for.
type options struct {
	version, out, maintainer string
	targets                  []target
	twice                    bool
}

func parse(args []string) (o options, err error) {
	var only string
	f := flag.NewFlagSet("release", flag.ContinueOnError)
	f.StringVar(&o.version, "version", "", "version in the form 1.2.3 or 1.2.3-rc.1")
	f.StringVar(&o.out, "out", "", "folder for the results")
	f.StringVar(&only, "arch", "", "architectures, with commas between; default all")
	f.StringVar(&o.maintainer, "maintainer", "Bedside <bedside@localhost>", "who answers for the package")
	f.BoolVar(&o.twice, "twice", false, "build again from nothing and compare")
	if err := f.Parse(args); err != nil {
		return o, fmt.Errorf("release: %w", err)
	}
	if f.NArg() > 0 || o.out == "" || !regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`).MatchString(o.version) {
		return o, errors.New("release: call it as: go run ./cmd/release --version 1.2.3 --out DIR")
	}
	o.targets, err = chosen(only)
	return o, err
}

func chosen(only string) ([]target, error) {
	if only == "" {
		return targets(), nil
	}
	var list []target
	for word := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(targets(), func(t target) bool { return t.debian == word })
		if i < 0 {
			return nil, fmt.Errorf("release: there is no architecture %q here", word)
		}
		list = append(list, targets()[i])
	}
	return list, nil
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	s, err := openSource(ctx)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bedside-release-")
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	first := filepath.Join(work, "first")
	if err := s.programs(ctx, o, first); err != nil {
		return err
	}
	results, err := s.pack(ctx, o, first, filepath.Join(work, "pages"))
	if err != nil {
		return err
	}
	second := first
	if o.twice {
		second, s.cache = filepath.Join(work, "second"), filepath.Join(work, "cache")
		if err := s.programs(ctx, o, second); err != nil {
			return err
		}
	}
	again, err := s.pack(ctx, o, second, filepath.Join(work, "other-pages"))
	if err != nil {
		return err
	}
	if err := same(results, again); err != nil {
		return err
	}
	return write(o.out, results, stdout)
}

// result is one file of a release.
type result struct {
	name  string
	bytes []byte
}

// programs builds everything in a folder, a program for each architecture and one that runs here.
func (s *source) programs(ctx context.Context, o options, folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	list := o.targets
	if !slices.Contains(list, host()) {
		list = append(slices.Clone(list), host())
	}
	for _, t := range list {
		if err := s.build(ctx, t, o.version, filepath.Join(folder, t.debian)); err != nil {
			return err
		}
	}
	return nil
}

// pack packs the programs of a folder, and returns everything with the sums last. It writes manual pages into another one.
func (s *source) pack(ctx context.Context, o options, folder, pages string) ([]result, error) {
	r := &release{version: o.version, date: s.date, maintainer: o.maintainer, notes: s.notes(ctx, o.version)}
	if err := os.MkdirAll(pages, 0o750); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if err := r.documents(ctx, filepath.Join(folder, host().debian), pages); err != nil {
		return nil, err
	}
	var list []result
	for _, t := range o.targets {
		name := "bedside_" + debianVersion(o.version) + "_" + t.debian
		program := filepath.Join(folder, t.debian)
		var err error
		if r.licenses, err = s.licenses(ctx, program); err != nil {
			return nil, err
		}
		deb, err := r.pack(t.debian, program)
		if err != nil {
			return nil, err
		}
		sbom, err := bill(program, o.version, s.date)
		if err != nil {
			return nil, err
		}
		list = append(list, result{name + ".deb", deb}, result{name + ".cdx.json", sbom})
	}
	return append(list, result{"SHA256SUMS", sums(list)}), nil
}

// sums lists the files in the form of sha256sum(1).
func sums(list []result) []byte {
	var b bytes.Buffer
	for _, r := range list {
		sum := sha256.Sum256(r.bytes)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), r.name)
	}
	return b.Bytes()
}

// errDiffers is why a release that was made twice cannot be trusted.
var errDiffers = errors.New("release: two packages of the same source differ")

// same compares two releases.
func same(a, b []result) error {
	for i := range a {
		if a[i].name != b[i].name || !bytes.Equal(a[i].bytes, b[i].bytes) {
			return fmt.Errorf("%w: %s", errDiffers, a[i].name)
		}
	}
	return nil
}

// write puts the files into a folder and says what they are.
func write(folder string, list []result, stdout io.Writer) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	for _, r := range list {
		if err := os.WriteFile(filepath.Join(folder, r.name), r.bytes, 0o644); err != nil { //nolint:gosec // for everybody
			return fmt.Errorf("release: %w", err)
		}
		if _, err := fmt.Fprintf(stdout, "%10d  %s\n", len(r.bytes), filepath.Join(folder, r.name)); err != nil {
			return fmt.Errorf("release: %w", err)
		}
	}
	return nil
}
