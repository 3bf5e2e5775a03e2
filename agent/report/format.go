package report

import (
	"fmt"
	"io"
	"path"
)

// notADevice stands in each format for programs, as it does in those for people.
const notADevice = "Not a medical device. Does not replace an approved monitor, its alarms, or trained staff in the room."

// format is one way to write a report.
type format struct {
	name  string // as in flags and routes
	file  string // what a file of it is called behind the session's code
	write func(w io.Writer, r *Report, style Style) error
}

func formats() []format {
	return []format{
		{"html", "report.html", HTML},
		{"pdf", "report.pdf", PDF},
		{"csv", "seconds.csv", SecondsCSV},
		{"figures", "figures.csv", FiguresCSV},
		{"fhir", "fhir.json", FHIR},
		{"hl7", "observations.hl7", HL7},
		{"edf", "waves.edf", EDF},
	}
}

// Formats names the formats. Each call returns a new slice.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes the report in one of the [Formats].
func Write(w io.Writer, r *Report, name string, style Style) error {
	for _, f := range formats() {
		if f.name == name {
			return f.write(w, r, style)
		}
	}
	return fmt.Errorf("report: there is no format %q", name)
}

// FileName is what a file of the report is called in that format.
func FileName(r *Report, name string) string {
	for _, f := range formats() {
		if f.name == name {
			return r.Session + "-" + f.file
		}
	}
	return r.Session + "." + name
}

// FormatOf returns the format of a file by the name that it has behind the session's code, such as "report.pdf", and the media
// type in which it is sent.
func FormatOf(file string) (name, media string, ok bool) {
	for _, f := range formats() {
		if f.file == file {
			return f.name, mediaType(file), true
		}
	}
	return "", "", false
}

func mediaType(file string) string {
	switch path.Ext(file) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".pdf":
		return "application/pdf"
	case ".csv":
		return "text/csv; charset=utf-8; header=present"
	case ".json":
		return "application/fhir+json"
	case ".hl7":
		return "x-application/hl7-v2+er7; charset=utf-8" // HL7's own name for its delimited form; none is registered
	}
	return "application/octet-stream"
}
