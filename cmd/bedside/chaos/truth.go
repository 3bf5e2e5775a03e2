package chaos

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// sentence is a line of a truth log.
type sentence struct {
	At   time.Time
	What string // started, plugged, unplugged or sent
	// Values are the truth of an oximeter at that moment, or what a cuff's frame said.
	Values map[string]float64
}

// readTruth reads what a device really sent. The last line may be torn by a kill.
func readTruth(path string) ([]sentence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("chaos: truth log: %w", err)
	}
	var all []sentence
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		s, err := parseSentence(lines.Text())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("chaos: truth log %s: %w", path, err), f.Close())
		}
		all = append(all, s)
	}
	return all, errors.Join(lines.Err(), f.Close())
}

func parseSentence(line string) (sentence, error) {
	var s sentence
	parts := strings.SplitN(line, " ", 4)
	if len(parts) < 3 {
		return s, fmt.Errorf("%q has no time, number and word", line)
	}
	at, err := time.Parse(time.RFC3339Nano, parts[0])
	if err != nil {
		return s, err
	}
	s.At, s.What = at, parts[2]
	if len(parts) < 4 {
		return s, nil
	}
	if strings.HasPrefix(parts[3], `"`) {
		frame, err := strconv.Unquote(parts[3])
		if err != nil {
			return s, err
		}
		s.Values, err = readFrame(frame)
		return s, err
	}
	s.Values = map[string]float64{}
	for word := range strings.FieldsSeq(parts[3]) {
		name, text, _ := strings.Cut(word, "=")
		if s.Values[name], err = strconv.ParseFloat(text, 64); err != nil {
			return s, err
		}
	}
	return s, nil
}

// readFrame reads the values of a frame of the cuff, cuffs.md section on the Terumo family: systolic, mean, diastolic and rate
// are the fields after patient, date and time.
func readFrame(frame string) (map[string]float64, error) {
	fields := strings.Split(frame, ",")
	if len(fields) < 8 {
		return nil, fmt.Errorf("%q is no frame of the cuff", frame)
	}
	values := map[string]float64{}
	for i, name := range []string{"systolic", "mean", "diastolic", "pulse_rate"} {
		v, err := strconv.ParseFloat(fields[4+i], 64)
		if err != nil {
			return nil, fmt.Errorf("frame of the cuff: %w", err)
		}
		values[name] = v
	}
	return values, nil
}
