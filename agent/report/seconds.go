package report

import (
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

// reading takes what a device published. Single measurements come again as readings of the session, with who took them.
func (b *Builder) reading(p *wire.Reading, at time.Time) error {
	if !b.begun || b.report.Ended {
		return nil
	}
	b.device(p, at)
	if p.Spot {
		return nil
	}
	s := b.second(at)
	for i, v := range Continuous() {
		if n, ok := p.Values[v.String()]; ok {
			value, err := wire.Whole(v, n.Value)
			if err != nil {
				return err
			}
			s.Known[i], s.Value[i], s.Why[i] = true, value, ""
			b.measured[i] = true
			continue
		}
		if why := p.Absent[v.String()]; why != "" && !s.Known[i] {
			s.Why[i] = why
			b.measured[i] = true
		}
	}
	for _, flag := range p.Flags {
		if !slices.Contains(s.Flags, flag) {
			s.Flags = append(s.Flags, flag)
		}
	}
	return nil
}

func (b *Builder) wave(p *wire.Wave, at time.Time) {
	if b.begun && !b.report.Ended {
		b.report.Pleth = append(b.report.Pleth, Pleth{At: at, Device: p.Device, Rate: p.Rate, FullScale: p.FullScale, Samples: p.Samples})
	}
}

func (b *Builder) device(p *wire.Reading, at time.Time) {
	if b.devices == nil {
		b.devices = map[string]*Device{}
	}
	d := b.devices[p.Device]
	if d == nil {
		d = &Device{Name: p.Device, Driver: p.Driver, First: at, Flags: map[string]int{}}
		b.devices[p.Device] = d
	}
	d.Readings++
	d.Last = at
	for name := range p.Values {
		d.about(name)
	}
	for name := range p.Absent {
		d.about(name)
	}
	for _, flag := range p.Flags {
		d.Flags[flag]++
	}
}

// about notes a vital that a reading named.
func (d *Device) about(name string) {
	if v, ok := devices.ParseVital(name); ok {
		if i, found := slices.BinarySearch(d.Vitals, v); !found {
			d.Vitals = slices.Insert(d.Vitals, i, v)
		}
	}
}

func (b *Builder) closeDevices() {
	for _, d := range b.devices {
		b.report.Devices = append(b.report.Devices, *d)
	}
	slices.SortFunc(b.report.Devices, func(a, b Device) int { return a.First.Compare(b.First) })
}

// second returns the entry of a moment. Of several readings in one second, the last value counts.
func (b *Builder) second(at time.Time) *Second {
	if b.seconds == nil {
		b.seconds = map[int64]*Second{}
	}
	n := int64(at.Sub(b.report.From) / time.Second)
	s := b.seconds[n]
	if s == nil {
		s = &Second{}
		b.seconds[n] = s
	}
	return s
}

// closeSeconds makes one entry for each second of the session, and counts what is in them.
func (b *Builder) closeSeconds() {
	r := &b.report
	for i := range r.Readings {
		if taken := r.Readings[i].At; !taken.Before(r.From) && taken.Before(r.To) {
			b.second(taken).Reading = &r.Readings[i]
		}
	}
	n := int64((r.To.Sub(r.From) + time.Second - 1) / time.Second)
	r.Seconds = make([]Second, n)
	for i := range r.Seconds {
		s := &r.Seconds[i]
		if found := b.seconds[int64(i)]; found != nil {
			*s = *found
		}
		s.At = r.From.Add(time.Duration(i) * time.Second)
		for v, measured := range b.measured {
			if measured && !s.Known[v] && s.Why[v] == "" {
				s.Why[v] = NotReceived
			}
		}
	}
	for i, v := range Continuous() {
		if b.measured[i] {
			c := Coverage{Vital: v}
			c.count(r.Seconds, i)
			r.Coverage = append(r.Coverage, c)
		}
	}
}

// count counts the seconds with and without a value.
func (c *Coverage) count(seconds []Second, v int) {
	c.Seconds, c.Absent = len(seconds), map[string]int{}
	var gap Gap
	for i := range seconds {
		s := &seconds[i]
		if s.Known[v] {
			c.Known++
			gap = Gap{}
			continue
		}
		c.Absent[s.Why[v]]++
		if gap.From.IsZero() {
			gap.From = s.At
		}
		gap.To = s.At.Add(time.Second)
		if gap.Length() > c.Longest.Length() {
			c.Longest = gap
		}
	}
}
