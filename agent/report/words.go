package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bedside/agent/told"
	"bedside/devices"
)

// Language is the language of a report for people.
type Language string

// The languages.
const (
	English Language = "en"
	German  Language = "de"
)

// Unit is the unit in which pressures are shown to people. Formats for programs are in mm[Hg] always.
type Unit string

// The units.
const (
	MmHg Unit = "mmHg"
	KPa  Unit = "kPa"
)

// Style says how a report for people reads.
type Style struct {
	Language Language       // English unless said otherwise
	Unit     Unit           // MmHg unless said otherwise
	Zone     *time.Location // of the clock times shown; nil for UTC

	teller *told.Teller // says in German what the agent says and what the pages call things; nil for English, in which it stands
}

func (s Style) withDefaults() Style {
	if s.Language != German {
		s.Language = English
	}
	if s.Unit != KPa {
		s.Unit = MmHg
	}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	return s
}

// withWords returns the style with its words. It is not safe for concurrent use, as a teller is not. The error is one of building
// the program.
func (s Style) withWords() (Style, error) {
	s = s.withDefaults()
	if s.Language != German {
		return s, nil
	}
	var err error
	if s.teller, err = told.NewGerman(); err != nil {
		return s, fmt.Errorf("report: %w", err)
	}
	return s, nil
}

// say returns a text in the style's language: the English one is the key, and all there is to say if nobody translated it.
func (s Style) say(english string, args ...any) string {
	text := english
	if s.Language == German {
		if german, ok := s.inGerman(english); ok {
			text = german
		}
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Titles returns what says the title of an alert in the style's language; as it is where nobody translated it. It is not safe for
// concurrent use. The error is one of building the program.
func (s Style) Titles() (func(english string) string, error) {
	s, err := s.withWords()
	return func(english string) string { return s.say(english) }, err
}

// word makes a published word such as "finger_out" readable, in the style's language.
func (s Style) word(w string) string {
	switch w { // those that are no words without their underscores
	case "iv":
		w = "intravenous"
	case "im":
		w = "intramuscular"
	case "maoi_or_stimulants":
		w = "MAOI or stimulants"
	case "session_started":
		w = "session begun"
	case "phase":
		w = "phase changed"
	}
	return s.say(strings.ReplaceAll(w, "_", " "))
}

// sentence is a word that stands alone.
func (s Style) sentence(w string) string {
	text := s.word(w)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// zone names the clock that the times are of.
func (s Style) zone(t time.Time) string { return t.In(s.Zone).Format("UTC-07:00") }

func (s Style) clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(s.Zone).Format("15:04:05")
}

func (s Style) day(t time.Time) string { return t.In(s.Zone).Format(time.DateOnly) }

// span writes a duration as minutes and seconds, such as "6:05 min"; hours stay minutes, as a chart counts.
func (s Style) span(d time.Duration) string {
	d = d.Round(time.Second)
	return fmt.Sprintf("%d:%02d min", int(d.Minutes()), int(d.Seconds())%60)
}

// number writes a value with the decimals of its vital, pressures in the style's unit.
func (s Style) number(v devices.Vital, value int) string {
	if s.Unit == KPa && isPressure(v) {
		return s.decimal(float64(value)*kPaOfMmHg, 1)
	}
	if v.Decimals() == 0 {
		return strconv.Itoa(value)
	}
	return s.decimal(float64(value)/100, v.Decimals())
}

// kPaOfMmHg is one mmHg by definition: 133.322 Pa.
const kPaOfMmHg = 0.133322

func (s Style) decimal(f float64, digits int) string {
	text := strconv.FormatFloat(f, 'f', digits, 64)
	if s.Language == German {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

func (s Style) unit(v devices.Vital) string {
	if isPressure(v) {
		return string(s.Unit)
	}
	return v.Unit()
}

func isPressure(v devices.Vital) bool { return v.Unit() == "mm[Hg]" }

// title names a vital for people.
func (s Style) title(v devices.Vital) string { return s.say(v.Title()) }
