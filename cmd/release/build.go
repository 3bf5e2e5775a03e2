package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// target is one architecture.
type target struct {
	debian, goarch string
	level          string // of the processor, as an environment setting
}

// targets are the architectures of a release: usual mini computers, and both kinds of Raspberry Pi systems.
func targets() []target {
	return []target{
		{"amd64", "amd64", "GOAMD64=v1"},
		{"arm64", "arm64", "GOARM64=v8.0"},
		{"armhf", "arm", "GOARM=7"},
	}
}

// source is the checkout that is built.
type source struct {
	root   string // folder of go.mod
	commit string // empty outside git
	date   time.Time
	cache  string // build cache; empty for the user's
}

// openSource finds the module around the working folder. Its date is SOURCE_DATE_EPOCH, or that of the commit.
func openSource(ctx context.Context) (*source, error) {
	mod, err := output(ctx, "", nil, "go", "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	s := &source{root: filepath.Dir(strings.TrimSpace(string(mod)))}
	head, err := output(ctx, s.root, nil, "git", "log", "-1", "--format=%H %ct")
	commit, seconds, _ := strings.Cut(strings.TrimSpace(string(head)), " ")
	s.commit = commit
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err = epoch, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w; outside git, set SOURCE_DATE_EPOCH", err)
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("release: date of the source: %w", err)
	}
	s.date = time.Unix(n, 0).UTC()
	return s, nil
}

// build makes the program for a target. Nothing of this machine gets into it.
func (s *source) build(ctx context.Context, t target, version, out string) error {
	flags := fmt.Sprintf("-s -w -buildid= -X main.version=%s -X main.commit=%s -X main.committed=%d", version, s.commit, s.date.Unix())
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + t.goarch, t.level, "GOFLAGS=", "GOEXPERIMENT="}
	if s.cache != "" {
		env = append(env, "GOCACHE="+s.cache)
	}
	_, err := output(ctx, s.root, env, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", out, "./cmd/bedside")
	return err
}

// host is the target that this machine can run, or the first.
func host() target {
	for _, t := range targets() {
		if t.goarch == runtime.GOARCH {
			return t
		}
	}
	return targets()[0]
}

// documents lets a program that runs here write its manual pages and completions.
func (r *release) documents(ctx context.Context, program, folder string) error {
	env := []string{"SOURCE_DATE_EPOCH=" + strconv.FormatInt(r.date.Unix(), 10)}
	if _, err := output(ctx, "", env, program, "man", folder); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	r.pages, r.completions = make(map[string][]byte), make(map[string][]byte)
	for _, e := range entries {
		if r.pages[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name())); err != nil {
			return fmt.Errorf("release: %w", err)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if r.completions[shell], err = output(ctx, "", nil, program, "completion", shell); err != nil {
			return err
		}
	}
	return nil
}

// notes are the lines of the annotated tag of a version, or one that says where to look.
func (s *source) notes(ctx context.Context, version string) []string {
	text, err := output(ctx, s.root, nil, "git", "tag", "--list", "--format=%(contents)", "v"+version)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if err != nil || len(lines) == 0 {
		return []string{"Release " + version + "; the source's annotated tags say what is new."}
	}
	return lines
}

// output runs a command with additions to the environment and returns what it wrote. What it complained of is in the error.
func output(ctx context.Context, folder string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("release: %s %s: %w: %s", filepath.Base(name), args[0], err, strings.TrimSpace(complaint.String()))
	}
	return out, nil
}
