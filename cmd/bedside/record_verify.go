package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/record"
)

func newRecordVerify() *cobra.Command {
	var w where
	var head string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Prove that no event was changed, removed or added since it was written",
		Long: "Reads the whole record and computes the chain of hashes again, in which every event stands for all before it.\n" +
			"A break is named with its place and what it means. Whoever can write the file can also compute the chain anew;\n" +
			"against that, note the head that this command prints, elsewhere, and give it back later with --head.\n\n" +
			"Exit codes: 0 proven, 1 broken or not readable, 2 wrong usage.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return oneArgument("FILE")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if w.file != "" || w.conf != "" {
					return usageError{errors.New("the record is named twice")}
				}
				w.file = args[0]
			}
			noted, err := hex.DecodeString(head)
			if err != nil || head != "" && len(noted) != 32 {
				return usageError{fmt.Errorf("--head %q is no head; it has 64 digits, as this command prints it", head)}
			}
			return w.read(cmd, func(path string, r *record.Reader) error {
				chain, err := r.Verify(cmd.Context(), noted)
				if err != nil && !errors.Is(err, record.ErrChain) {
					return err
				}
				if asJSON {
					return errors.Join(verdictJSON(cmd.OutOrStdout(), path, &chain), verdict(path, &chain))
				}
				return errors.Join(writeChain(cmd.OutOrStdout(), path, &chain, head != ""), verdict(path, &chain))
			})
		},
	}
	w.flags(c)
	c.Flags().StringVar(&head, "head", "", "`HEX` of a head that was noted earlier: it must occur")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func verdict(path string, c *record.Chain) error {
	if c.Broken > 0 {
		return fmt.Errorf("%s is not as it was written: breaks: %d", path, c.Broken)
	}
	return nil
}

func verdictJSON(out io.Writer, path string, c *record.Chain) error {
	breaks := c.Breaks
	if breaks == nil {
		breaks = []record.Break{}
	}
	return writeJSON(out, struct {
		OK        bool           `json:"ok"`
		File      string         `json:"file"`
		Events    int            `json:"events"`
		First     time.Time      `json:"first,omitzero"`
		Last      time.Time      `json:"last,omitzero"`
		Deleted   int64          `json:"deleted"`
		DeletedAt time.Time      `json:"deleted_at,omitzero"`
		Imported  int            `json:"imported"`
		Head      string         `json:"head"`
		Broken    int            `json:"broken"`
		Breaks    []record.Break `json:"breaks"`
	}{
		c.Broken == 0, path, c.Events, c.First, c.Last, c.Deleted, c.DeletedAt, c.Imported, hex.EncodeToString(c.Head), c.Broken, breaks,
	})
}

// writeChain says what was proven, and where it was not.
func writeChain(out io.Writer, path string, c *record.Chain, noted bool) error {
	p := &printer{out: out}
	p.line("%s: %d events%s", path, c.Events, span(c.First, c.Last))
	if c.Deleted > 0 {
		at := ""
		if !c.DeletedAt.IsZero() {
			at = ", last on " + c.DeletedAt.Format(moment)
		}
		p.line("%d older events were deleted by age or size%s; the chain goes on from the last of them", c.Deleted, at)
	}
	if c.Imported > 0 {
		p.line("%d events of imported sessions, each with the hash of the record it comes from", c.Imported)
	}
	for _, b := range c.Breaks {
		p.line("BROKEN: %s", b.Text)
		p.line("        %s", b.Means)
	}
	if more := c.Broken - len(c.Breaks); more > 0 {
		p.line("and %d more breaks", more)
	}
	if c.Broken == 0 {
		p.line("proven: no event was changed, removed or added since it was written")
		if noted {
			p.line("the noted head occurs: up to it, not even by somebody who computed the chain anew")
		}
		p.line("head: %x", c.Head)
	}
	return p.failed
}

func span(first, last time.Time) string {
	if first.IsZero() {
		return ""
	}
	return ", " + first.Format(moment) + " to " + last.Format(moment)
}
