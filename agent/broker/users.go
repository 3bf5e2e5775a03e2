package broker

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/nats-io/nats-server/v2/server"

	"bedside/agent/wire"
)

// SiteAccount is the account of stations and viewers, which has the streams. Each room has an account of its own, and what
// it may say and hear is passed between the two.
const SiteAccount = "BEDSIDE"

// The key-value buckets that stations share.
const (
	BucketDuty    = "BEDSIDE_DUTY"
	BucketNotices = "BEDSIDE_NOTICES"
)

// What a room may ask about a stream; see [GuardSubject].
const (
	AskInfo = "info"
	AskGet  = "get"
)

// API is what the subjects of the JetStream API begin with.
type API string

// The APIs.
const (
	JetStream API = "$JS.API"      // the server's own
	Guarded   API = "_bedside.api" // that of a room with a credential of Bedside: the guard answers, about the room alone
)

// Info returns the subject that tells about a stream.
func (a API) Info(stream string) string { return string(a) + ".STREAM.INFO." + stream }

// Get returns the subject that gets messages of a stream.
func (a API) Get(stream string) string { return string(a) + ".DIRECT.GET." + stream }

// GuardSubject returns the subject in [SiteAccount] at which the guard answers the questions that a room asks on the subjects
// of [Guarded]. Which room it is stands in the server's accounts, not in the question. ask and stream may be "*".
func GuardSubject(r wire.Room, ask, stream string) string {
	return "_bedside.guard." + r.Site + "." + r.Room + "." + ask + "." + stream
}

// letIn fills in who may connect. The server's own user is made anew at each start and never leaves the process.
func (s *Server) letIn(opts *server.Options) error {
	if s.own == nil && s.o.Size == Site {
		own, err := newOperator(s.o.Log, s.o.UsersFile != "")
		if err != nil {
			return err
		}
		s.own = own
	}
	if s.o.UsersFile == "" {
		return nil
	}
	text, err := os.ReadFile(s.o.UsersFile)
	if err != nil {
		return fmt.Errorf("broker: users of NATS: %w", err)
	}
	if err := opts.ProcessConfigString(string(text)); err != nil {
		return fmt.Errorf("broker: users of NATS: %s: %w", s.o.UsersFile, err)
	}
	i := slices.IndexFunc(opts.Accounts, func(a *server.Account) bool { return a.GetName() == SiteAccount })
	if i < 0 || s.own == nil {
		return fmt.Errorf("broker: users of NATS: %s has no account %s", s.o.UsersFile, SiteAccount)
	}
	opts.Nkeys = append(opts.Nkeys, &server.NkeyUser{Nkey: s.own.public, Account: opts.Accounts[i]})
	// A user names its account, and the server looks that up. One with the name alone keeps what a reload compares away from the
	// accounts at work and their clients: server 2.15.2 would read those without their locks.
	for _, u := range opts.Nkeys {
		if u.Account != nil {
			u.Account = server.NewAccount(u.Account.GetName())
		}
	}
	s.users = sha256.Sum256(text)
	return nil
}

// reload takes a changed users file. One that cannot be used is said, and the old one stays in force.
func (s *Server) reload() {
	if s.o.UsersFile == "" {
		return
	}
	text, err := os.ReadFile(s.o.UsersFile)
	if err == nil && sha256.Sum256(text) == s.users {
		return
	}
	var opts *server.Options
	if err == nil {
		// Twice: server 2.15.2 connects what a new account imports only when it meets the account again.
		for range 2 {
			if opts, err = s.again(); err != nil {
				break
			}
		}
	}
	if err != nil {
		s.o.Log.Error("users of NATS stay as they were", "err", err)
		return
	}
	s.o.Log.Info("users of NATS have changed", "rooms", len(opts.Accounts)-1, "users", len(opts.Nkeys)-1)
}

// again gives the server its options anew, with the users as they are now.
func (s *Server) again() (*server.Options, error) {
	opts := sized(s.o.Size)
	opts.ServerName, opts.StoreDir, opts.TLSConfig = s.o.Name, s.o.StoreDir, s.o.TLS
	if err := errors.Join(s.letIn(opts), hostPort(opts, s.o.Listen)); err != nil {
		return nil, err
	}
	if opts.Port == server.RANDOM_PORT {
		opts.Port = s.port
	}
	return opts, s.nats.ReloadOptions(opts)
}
