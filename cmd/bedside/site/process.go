package site

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks of processor time a second, as /proc counts them: fixed by the interface of Linux.
const ticks = 100

// usage is what a process has taken.
type usage struct {
	CPU time.Duration // user and system, since its start
	RSS int64         // bytes of memory now
}

// usageOf reads /proc of a process.
func usageOf(pid int) (usage, error) {
	var u usage
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, fmt.Errorf("site: %w", err)
	}
	// The name, in brackets, may have anything in it; user and system time are the 12th and 13th field after it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 22 {
		return u, fmt.Errorf("site: /proc/%d/stat has %d fields", pid, len(fields))
	}
	var total int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return u, fmt.Errorf("site: processor time: %w", err)
		}
		total += n
	}
	u.CPU = time.Duration(total) * time.Second / ticks
	pages, err := strconv.ParseInt(string(fields[21]), 10, 64)
	if err != nil {
		return u, fmt.Errorf("site: memory: %w", err)
	}
	u.RSS = pages * int64(os.Getpagesize())
	return u, nil
}

// load returns the computer's load average of the last minute, 0 if it is not told.
func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return n
}
