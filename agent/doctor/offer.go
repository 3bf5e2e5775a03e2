package doctor

import (
	"fmt"
	"strings"
)

// offer writes the lines of a configuration for what was recognised and is not configured.
func (e *examination) offer() {
	used := map[string]bool{}
	for i := range e.conf.Devices {
		used[e.conf.Devices[i].Name] = true
	}
	var b strings.Builder
	for _, p := range e.ports {
		m, found := p.result.Found()
		if !found || p.device != nil {
			continue
		}
		name := m.Driver.Kind.String()
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("%s-%d", m.Driver.Kind, n)
		}
		used[name] = true
		fmt.Fprintf(&b, "  - name: %s\n    driver: %s # %s\n", name, m.Driver.Name, m.Driver.Title)
		if v := variantOf(&m); v != "" {
			fmt.Fprintf(&b, "    variant: %s\n", v)
		}
		fmt.Fprintf(&b, "    port: %s\n", p.name)
		if m.Driver.Starts {
			b.WriteString("    start: staff # agent: it may be started from the room page, too\n")
		}
	}
	if b.Len() > 0 {
		e.report.Offer = "devices:\n" + b.String()
	}
}
