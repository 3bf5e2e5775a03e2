package config

import (
	"fmt"
	"strconv"
	"strings"

	"bedside/alerts/document"
)

// Capture says whether and where raw bytes of the ports are kept. The zero value is off.
type Capture struct {
	Folder string // one folder for each device is made below it; empty: nothing is kept
	Keep   int64  // bytes of the files of each device, of which the oldest go first; default 64 MB
}

const (
	defaultFolder = "/var/lib/bedside/capture"
	defaultRing   = 64 * megabyte  // about nine hours of an oximeter that sends 75 frames a second; our choice
	leastRing     = 4 * megabyte   // a segment of it must hold what waits in memory; our choice
	mostRing      = 100 * gigabyte // our choice
	megabyte      = 1_000_000
	gigabyte      = 1000 * megabyte
)

func captureFields(c *Capture) []document.Field {
	return []document.Field{
		{Name: "folder", Fallback: defaultFolder, Set: document.Text(&c.Folder), Meaning: "folder of the files"},
		{
			Name: "keep", Fallback: printSize(defaultRing), Set: size(&c.Keep, leastRing, mostRing),
			Meaning: "size of the files of each device, such as `64MB` or `1GB`; the oldest go first",
		},
	}
}

// capturing makes the setter of the section, whose mere presence turns it on.
func capturing(to *Capture) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		*to = Capture{Folder: defaultFolder, Keep: defaultRing}
		return document.Decode(s, path, n, captureFields(to))
	}
}

// sizeUnits are powers of a thousand, the largest first.
func sizeUnits() []string { return []string{"GB", "MB", "kB"} }

// size makes a setter for a number of bytes from low to high.
func size(to *int64, low, high int64) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Scalar, "a size, like 64MB or 1GB") {
			return false
		}
		bytes, err := parseSize(n.Value)
		if err != nil {
			s.Fail(n.Place, "%v", err)
			return false
		}
		if bytes < low || bytes > high {
			s.Fail(n.Place, "%s must be from %s to %s, not %s", path, printSize(low), printSize(high), n.Value)
			return false
		}
		*to = bytes
		return true
	}
}

// parseSize reads a whole number with a unit.
func parseSize(text string) (int64, error) {
	unit := int64(gigabyte)
	for _, name := range sizeUnits() {
		if digits, ok := strings.CutSuffix(text, name); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 24) // 16 million gigabytes at most
			if err != nil {
				break
			}
			return int64(n) * unit, nil
		}
		unit /= 1000
	}
	return 0, fmt.Errorf("%q is not a size; write a whole number with a unit, kB, MB or GB, like 64MB", document.Clip(text))
}

// printSize writes a size as it could stand in the file.
func printSize(bytes int64) string {
	unit := int64(gigabyte)
	for _, name := range sizeUnits() {
		if bytes%unit == 0 {
			return strconv.FormatInt(bytes/unit, 10) + name
		}
		unit /= 1000
	}
	return strconv.FormatInt(bytes, 10) + " bytes"
}
