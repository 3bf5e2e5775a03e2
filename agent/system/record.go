package system

import (
	"context"
	"encoding/hex"
	"os"
	"time"
)

// Record is the file of the record.
type Record struct {
	Path  string `json:"path"`
	State string `json:"state,omitempty"` // ok, failing; empty where that is not known
	Bytes int64  `json:"bytes"`           // with what has not been written back yet
	Proof Proof  `json:"proof"`
}

// Proof is the last time that the record was proven since the program began.
type Proof struct {
	Running bool       `json:"running,omitempty"`
	At      *time.Time `json:"at,omitempty"` // when it was done; absent: not since the start
	Whole   bool       `json:"whole,omitempty"`
	Events  int        `json:"events,omitempty"`
	Head    string     `json:"head,omitempty"`
	Why     string     `json:"why,omitempty"` // where it is broken, or could not be read
}

func (s *System) record() Record {
	r := Record{Path: s.o.Record}
	for _, name := range []string{s.o.Record, s.o.Record + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			r.Bytes += info.Size()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Proof = s.proof
	return r
}

// Prove has the record proven, unless that goes on already.
func (s *System) Prove(by, from string) error {
	if s.o.Verify == nil {
		return ErrNotHere
	}
	s.mu.Lock()
	running := s.proof.Running
	s.proof.Running = true
	s.mu.Unlock()
	if running {
		return nil
	}
	s.verify <- struct{}{} // there is room: one runs at a time
	s.told(by, from, "The record is proven")
	return nil
}

func (s *System) prove(ctx context.Context) {
	chain, err := s.o.Verify(ctx)
	now := time.Now().UTC()
	p := Proof{At: &now, Whole: err == nil, Events: chain.Events, Head: hex.EncodeToString(chain.Head)}
	if err != nil {
		p.Why = err.Error()
	}
	s.mu.Lock()
	s.proof = p
	s.mu.Unlock()
}
