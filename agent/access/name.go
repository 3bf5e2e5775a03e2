package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bedside/agent/wire"
)

// The machine words of a refusal.
const (
	codeBadRequest = "bad_request"
	codeBadName    = "bad_name"
	codeBadPIN     = "bad_pin"
	codeTaken      = "taken"
	codeNotFound   = "not_found"
	codeLastAdmin  = "last_admin"
	codeWrong      = "wrong" // person or PIN
	codeWait       = "wait"  // too many tries
	codeEnrol      = "not_enrolled"
	codeSignIn     = "sign_in"   // somebody must sign in
	codeForbidden  = "forbidden" // somebody with more rights must
	codeBusy       = "busy"
	codeFailed     = "failed"
)

// Refusal is why something was not done: a machine word, and a sentence for people that holds nothing secret.
type Refusal struct {
	Code, Text string
	Wait       time.Duration // of codeWait: when to try again
}

// Error returns the sentence.
func (r *Refusal) Error() string { return r.Text }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}

const (
	leastName = 2
	mostName  = 12
)

// CheckPerson says why a name cannot be a person's, or nothing: 2 to 12 letters, digits, dashes and dots, which is room for
// initials or a function and none for a full name.
func CheckPerson(name string) error {
	if n := utf8.RuneCountInString(name); n < leastName || n > mostName || !utf8.ValidString(name) {
		return refuse(codeBadName, "a person has %d to %d characters: initials or a function, never a full name", leastName, mostName)
	}
	for i, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (i == 0 || r != '-' && r != '.') {
			return refuse(codeBadName, "a person is written with letters, digits, dashes and dots: initials or a function, never a full name")
		}
	}
	if slices.Contains(reserved(), strings.ToLower(name)) {
		return refuse(codeBadName, "%s stands in records for something that is no person", strings.ToLower(name))
	}
	return nil
}

// reserved lists the words that records use in the place of a person.
func reserved() []string {
	return []string{"schedule", "page", "nats", "agent", "console", "station", "bedside", "unidentified", "nobody"}
}

// CheckDevice says why a word cannot be a device's name, or nothing.
func CheckDevice(name string) error {
	if !wire.ValidToken(name) {
		return refuse(codeBadName, "a device is a word of 1 to 63 lower-case letters, digits and dashes, such as station-1")
	}
	return nil
}

// key makes names that differ in case alone one.
func key(person string) string { return strings.ToUpper(person) }
