package speaker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode"
)

// Player plays one WAV file and returns when it has been heard, or when ctx ends.
type Player func(ctx context.Context, wav []byte) error

// ErrNoAplay is wrapped by the error of [Aplay] where the program is not installed.
var ErrNoAplay = errors.New("aplay is not installed")

const (
	program    = "aplay"
	wordsKept  = 160             // characters of what aplay says; our choice
	lastBreath = 1 * time.Second // for a program that was ended, to let go of its pipes; our choice
)

// Aplay returns a player of that ALSA device. The error wraps [ErrNoAplay] where nothing can play.
func Aplay(device string) (Player, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("speaker: %w: install alsa-utils", ErrNoAplay)
	}
	return func(ctx context.Context, wav []byte) error {
		c := exec.CommandContext(ctx, path, "--quiet", "--device="+device, "--file-type=wav", "-") //nolint:gosec // a program of the system, and no shell
		c.Stdin, c.WaitDelay = bytes.NewReader(wav), lastBreath
		said, err := c.CombinedOutput()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("speaker: %w", ctx.Err())
		default:
			return fmt.Errorf("speaker: aplay: %s", plain(string(said), err))
		}
	}, nil
}

// plain is what aplay says, as one line that can be shown: its last line, where the cause stands, without its own name and place.
func plain(said string, err error) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	if _, rest, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(line, program) {
		line = rest
	}
	if prefix, rest, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(prefix, "main:") {
		line = rest
	}
	line = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, line)
	if line == "" {
		return err.Error()
	}
	return string([]rune(line)[:min(len([]rune(line)), wordsKept)])
}

// Try plays a moment of silence, which opens the device as a sound would.
func Try(ctx context.Context, play Player) error { return play(ctx, silence()) }
