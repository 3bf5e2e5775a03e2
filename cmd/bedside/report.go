package main

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/alerts/profiles"
)

// reporting is what is asked of a report.
type reporting struct {
	recorded
	formats  []string
	folder   string
	language string
	unit     string
}

func newReport() *cobra.Command {
	var o reporting
	c := &cobra.Command{
		Use:   "report SESSION",
		Short: "Write the summary of a recorded session",
		Long: "Writes what a session was, for people and for other programs. SESSION is its code in the record, or an exported\n" +
			"file. Figures are the same in every format; what was not measured is stated, and nothing is interpolated.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage.",
		Example: "  bedside report K-0412 --config /etc/bedside/bedside.yaml\n  bedside report K-0412.session --format html --language de --out reports",
		Args:    oneArgument("SESSION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.session = args[0]
			return o.run(cmd)
		},
	}
	o.record.flags(c)
	c.Flags().StringSliceVar(&o.formats, "format", []string{"html"}, "`FORMATS`, separated by commas: "+strings.Join(report.Formats(), ", "))
	c.Flags().StringVar(&o.folder, "out", ".", "`FOLDER` for the files")
	c.Flags().StringVar(&o.language, "language", "", "`LANGUAGE` of html and pdf: en or de (default console.language of the configuration, if --config is given and says it; else\n"+
		"German where LC_ALL, LC_MESSAGES or LANG is de, the first of them that is set; else English)")
	c.Flags().StringVar(&o.unit, "unit", string(report.MmHg), "of pressures in html and pdf: mmHg or kPa")
	return c
}

func (o *reporting) run(cmd *cobra.Command) error {
	var conf *config.Config
	if o.record.conf != "" {
		var err error
		if conf, err = loadConfig(o.record.conf); err != nil {
			return err
		}
	}
	o.language = cmp.Or(o.language, languageOf(conf, os.Getenv))
	style, err := o.style()
	if err != nil {
		return usageError{err}
	}
	find, err := o.find(conf)
	if err != nil {
		return err
	}
	var b report.Builder
	var last []byte
	if err := o.each(cmd, func(e record.Event) error {
		last = e.Hash
		return b.Take(e.Message)
	}); err != nil {
		return err
	}
	r, err := b.Report(report.Options{Find: find, Proof: hex.EncodeToString(last)})
	if err != nil {
		return err
	}
	for _, format := range o.formats {
		path := filepath.Join(o.folder, report.FileName(r, format))
		if err := newFile(path, func(w io.Writer) error { return report.Write(w, r, format, style) }); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), path); err != nil {
			return err
		}
	}
	return nil
}

// find returns where profiles are found: the room's own first, if the configuration is given.
func (o *reporting) find(conf *config.Config) (func(id string) (*profiles.Profile, bool), error) {
	if conf == nil {
		return profiles.Find, nil
	}
	own, _, err := conf.RoomProfile(time.Now())
	if err != nil {
		return nil, err
	}
	return func(id string) (*profiles.Profile, bool) {
		if own.ID == id {
			return own, true
		}
		return profiles.Find(id)
	}, nil
}

// languageOf returns the language of a reader who did not say one: that of the site, else that of the terminal. Of the variables the first
// that is set decides, as POSIX has it for messages; one for a language that no report has is English.
func languageOf(conf *config.Config, env func(string) string) string {
	if conf != nil && conf.Console.Language != "" {
		return conf.Console.Language
	}
	locale := cmp.Or(env("LC_ALL"), env("LC_MESSAGES"), env("LANG"))
	language, _, _ := strings.Cut(locale, "_")
	language, _, _ = strings.Cut(language, ".")
	if strings.EqualFold(language, string(report.German)) {
		return string(report.German)
	}
	return string(report.English)
}

// style checks the words of the flags.
func (o *reporting) style() (report.Style, error) {
	s := report.Style{Language: report.Language(o.language), Unit: report.Unit(o.unit), Zone: time.Local}
	switch {
	case s.Language != report.English && s.Language != report.German:
		return s, fmt.Errorf("--language %q: there are en and de", o.language)
	case s.Unit != report.MmHg && s.Unit != report.KPa:
		return s, fmt.Errorf("--unit %q: there are mmHg and kPa", o.unit)
	case len(o.formats) == 0:
		return s, errors.New("--format needs at least one format")
	}
	for _, f := range o.formats {
		if !slices.Contains(report.Formats(), f) {
			return s, fmt.Errorf("--format %q: there are %s", f, strings.Join(report.Formats(), ", "))
		}
	}
	return s, nil
}
