package config

import (
	"regexp"

	"bedside/alerts/document"
)

// Sound says what sounds in the room beside pages that have their sound on, when an alert calls the room. The zero value, with
// the fallbacks of [Default], is silent.
type Sound struct {
	Aplay  bool   // command: aplay; a speaker of this computer, through ALSA. Default: none
	Device string // name of an ALSA device, as aplay -L lists them; default "default"
	Volume int    // 1 to 3; none of them is silent. Default 3
}

const (
	defaultSpeaker = "default"
	// The room sounds only where nobody outside reacts: alarms.md section 8 wants that at full level.
	defaultVolume = 3
)

// speakerName matches what ALSA devices are called.
const speakerName = `^[A-Za-z0-9_][A-Za-z0-9_.:,=-]{0,63}$`

func soundFields(c *Sound) []document.Field {
	return []document.Field{
		{
			Name: "command", Fallback: "off", Set: document.OneOf(&c.Aplay, []string{"off", "aplay"}, []bool{false, true}),
			Meaning: "what plays: `aplay` (Debian package alsa-utils), or `off` where the room has no speaker",
		},
		{
			Name: "device", Fallback: defaultSpeaker, Set: speaker(&c.Device),
			Meaning: "ALSA device, a name that `aplay -L` lists",
		},
		{
			Name: "volume", Fallback: "3", Set: document.OneOf(&c.Volume, []string{"1", "2", "3"}, []int{1, 2, 3}),
			Meaning: "1 to 3; none of them is silent",
		},
	}
}

func speaker(to *string) document.Setter {
	name := regexp.MustCompile(speakerName)
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Text(to)(s, path, n) {
			return false
		}
		if !name.MatchString(*to) {
			s.Fail(n.Place, "%s %q is no name of an ALSA device; aplay -L lists them, such as default or plughw:CARD=PCH,DEV=0", path, *to)
			return false
		}
		return true
	}
}
