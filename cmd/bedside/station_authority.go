package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/authority"
	"bedside/agent/credential"
)

// usualStation is the folder of a station's authority: a service may write there, to renew the certificate, and nowhere in /etc.
const usualStation = "/var/lib/bedside/station"

// stationAuthority are the commands about who may connect to a station.
func stationAuthority() []*cobra.Command {
	return []*cobra.Command{
		newStationInit(),
		newStationAdd(credential.Room, "add-room ROOM", "Let a room in: make its credential"),
		newStationAdd(credential.Station, "add-station STATION", "Let another station in: make its credential"),
		newStationAdd(credential.Viewer, "add-viewer NAME", "Let somebody watch: make a credential that can only listen"),
		newStationRevoke(), newStationCA(),
	}
}

func folder(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "dir", usualStation, "`FOLDER` of the station")
}

func newStationInit() *cobra.Command {
	var dir, site, name string
	var addresses []string
	c := &cobra.Command{
		Use:   "init --site SITE --name STATION --address HOST[:PORT]...",
		Short: "Make a station: its authority, its certificate and its configuration",
		Long: "Makes a folder with a certificate authority that can speak for the addresses alone, a certificate for the station's\n" +
			"server, the station's own credential, and a configuration that works as it is. A station that is there is left alone.\n\n" +
			"The addresses are what rooms and tablets call the station by: names or IP addresses, with :PORT if NATS is not on\n" +
			"4222. They cannot be changed later without a new authority, so give all that may be needed.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file := filepath.Join(dir, "station.yaml")
			if _, err := os.Stat(file); err == nil {
				return fmt.Errorf("%s is there already; nothing was changed", file)
			}
			a, err := authority.Init(dir, site, name, addresses, time.Now())
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s has an authority already; nothing was changed", dir)
			}
			if err != nil {
				return usageError{plainAuthority(err)}
			}
			text, err := stationFile(dir, a)
			if err != nil {
				return err
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				return err
			}
			cmd.Printf("station %s at %s is made; start it: bedside station --config %s\n", name, site, file)
			return nil
		},
	}
	folder(c, &dir)
	c.Flags().StringVar(&site, "site", "", "word for the site: lower-case letters, digits and dashes")
	c.Flags().StringVar(&name, "name", "", "word for the station; same letters")
	c.Flags().StringSliceVar(&addresses, "address", nil, "`HOST[:PORT]` by which rooms and tablets call the station; may be repeated")
	return c
}

// stationFile is the configuration that a new station begins with.
func stationFile(dir string, a *authority.Authority) (string, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`# The nurses' station %[2]s of %[1]s. bedside check config explains mistakes; README.md has all keys.
site: %[1]s
station: %[2]s

# Certificate and users of the NATS server: this folder, as bedside station init made it. bedside station add-room lets a
# room in.
authority: .

nats:
  # Where rooms reach the server. With the authority, it speaks TLS alone and knows every room by its key.
  listen: %[3]q
  store: %[4]q

console:
  # The board, for a browser on this computer. To open it to tablets, make people with bedside user, name their file as
  # access, and let the page listen where tablets reach it; tablets trust what bedside station ca prints.
  listen: 127.0.0.1:8090

record:
  path: %[5]q
`, a.Site(), a.Station(), a.Listen(), filepath.Join(full, "nats"), filepath.Join(full, "record.db")), nil
}

// plainAuthority leaves out the name of the package.
func plainAuthority(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "authority: "))
}

func openAuthority(dir string) (*authority.Authority, error) {
	a, err := authority.Open(dir, time.Now())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{plainAuthority(err)}
	}
	return a, err
}

func newStationAdd(kind credential.Kind, use, short string) *cobra.Command {
	var dir, out string
	c := &cobra.Command{
		Use:   use,
		Short: short,
		Long: short + ".\n\nThe credential is one file with a secret key, the addresses of the station and its authority. Carry it to the\n" +
			"other computer on a way that nobody reads along, such as scp, and name it there as nats.credentials_file; the copy\n" +
			"here can be deleted. A station that runs lets it in within seconds.",
		Args: oneArgument(strings.Fields(use)[1]),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := openAuthority(dir)
			if err != nil {
				return err
			}
			if out != "" {
				if _, err := os.Stat(out); err == nil {
					return usageError{fmt.Errorf("%s is there already; nothing was changed", out)}
				}
			}
			file, err := a.Add(kind, args[0], time.Now())
			if err != nil {
				return usageError{plainAuthority(err)}
			}
			if out != "" {
				if err := move(file, out); err != nil {
					return err
				}
				file = out
			}
			cmd.Printf("%s %s is let in with the credential %s; it is a secret\n", kind, args[0], file)
			return nil
		},
	}
	folder(c, &dir)
	c.Flags().StringVar(&out, "out", "", "`FILE` to write the credential to, in place of one in the station's folder")
	return c
}

// move brings a secret to another place, which may be on another disk.
func move(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Remove(from)
}

func newStationRevoke() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "revoke NAME",
		Short: "Shut a room, a station or a viewer out",
		Long:  "Makes a credential worthless. A station that runs ends the connection within seconds.",
		Args:  oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := openAuthority(dir)
			if err != nil {
				return err
			}
			gone, err := a.Revoke(args[0])
			if errors.Is(err, authority.ErrUnknown) {
				return usageError{plainAuthority(err)}
			}
			if err != nil {
				return err
			}
			cmd.Printf("%s %s is shut out\n", gone.Kind, gone.Name)
			return nil
		},
	}
	folder(c, &dir)
	return c
}

func newStationCA() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "ca",
		Short: "Print the authority's certificate, for tablets",
		Long: "Prints the certificate of the station's authority. A tablet that trusts it knows the station's pages; it gives nobody\n" +
			"power over other names, because it can speak for the station's addresses alone.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := openAuthority(dir)
			if err != nil {
				return err
			}
			text, err := a.CA()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	folder(c, &dir)
	return c
}
