package agent

import (
	"slices"
	"strings"
	"time"

	"bedside/agent/monitor"
	"bedside/alerts/profiles"
)

// rules returns what judges while no session runs, what sessions are held with, and what there is to say about it: leaves to
// loosen a limit that have run out.
func (a *agent) rules() (rules monitor.Rules, list monitor.Profiles, notice string, err error) {
	c := a.o.Config
	p, expired, err := c.RoomProfile(time.Now())
	if err != nil {
		return rules, list, "", err
	}
	rules = monitor.NewRules(p)
	if rules.Conditions, err = c.Conditions(rules.Conditions); err != nil {
		return rules, list, "", err
	}
	if len(c.Limits) > 0 {
		rules.Word += "+site" // changed limits must not pass for the shipped set
	}
	list.ID = p.ID
	if c.ProfileFile != "" {
		list.Own = p
	}
	if len(expired) > 0 {
		notice = "The leave to loosen has run out, and the number of " + p.Extends + " counts again: " + strings.Join(expired, ", ") + "."
		a.o.Log.Warn("agent: a leave to loosen limits has run out", "profile", p.Word(), "numbers", strings.Join(expired, ", "))
	}
	a.metrics.Declare(rules.Conditions)
	for _, s := range append(profiles.Shipped(), p) {
		a.metrics.Declare(s.Conditions())
	}
	return rules, list, notice, nil
}

// profile returns the profile of that id, the room's own before a shipped one.
func (a *agent) profile(id string) (*profiles.Profile, bool) {
	if a.own != nil && a.own.ID == id {
		return a.own, true
	}
	return profiles.Find(id)
}

// judges returns the profiles by which a recorded session can be judged again: the room's own, and the shipped ones.
func (a *agent) judges() []*profiles.Profile {
	list := profiles.Shipped()
	if a.own == nil {
		return list
	}
	list = slices.DeleteFunc(list, func(p *profiles.Profile) bool { return p.ID == a.own.ID })
	return append([]*profiles.Profile{a.own}, list...)
}
