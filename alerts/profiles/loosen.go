package profiles

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"bedside/alerts/document"
)

// loosen compares a site's profile with the one that it extends. What is looser needs a leave; a leave that has run out
// brings the number of the extended profile back, and is returned.
func loosen(s *document.Source, base, p *Profile, today time.Time) (expired []string) {
	used := map[string]bool{}
	before, all := map[string]entry{}, map[string]entry{}
	for _, n := range base.numbers() {
		before[n.path], all[n.path] = n, n
	}
	for _, n := range p.numbers() {
		was, ok := before[n.path]
		delete(before, n.path)
		for i := 0; i < len(n.absent) && !ok; i++ {
			was, ok = all[n.absent[i]]
		}
		looser := n.looserThan(was)
		if n.path == "bp_schedule" {
			looser = p.Schedule.late(base.Schedule, base.Infusion.Value) != nil
		}
		if !ok || !looser {
			continue
		}
		i := slices.IndexFunc(p.Loosened, func(l Loosening) bool { return l.Number == n.path })
		if i < 0 {
			s.Fail(at(s, n.where, n.path), "%s is %s in %s; %s is looser and needs an entry under loosened with by, reason and until",
				n.path, was.text, base.ID, n.text)
			continue
		}
		used[n.path] = true
		if p.Loosened[i].Until < today.Format(time.DateOnly) {
			expired = append(expired, n.path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if was := before[path]; was.loose != neither && was.absent == nil {
			s.Fail(at(s, was.where, path), "%s, which is %s in %s, is gone; a site's profile may change what it extends, not drop it", path, was.text, base.ID)
		}
	}
	for i := range p.Loosened {
		if l := &p.Loosened[i]; !used[l.Number] {
			s.Fail(at(s, fmt.Sprintf("loosened[%d].number", i)), "loosened: %s is not looser than in %s; take the entry out", l.Number, base.ID)
		}
	}
	slices.Sort(expired)
	for _, n := range p.numbers() {
		if slices.Contains(expired, n.path) {
			n.take(all[n.path])
		}
	}
	return expired
}

func (n entry) looserThan(was entry) bool {
	return n.loose == higher && n.value > was.value || n.loose == lower && n.value < was.value
}

// section returns the key of the section that a path is in, whose place is known even when the path is gone.
func section(path string) string {
	for i, c := range path {
		if c == '.' || c == '[' {
			return path[:i]
		}
	}
	return path
}
