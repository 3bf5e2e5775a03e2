package rehearsal_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/told"
	"bedside/alerts/sessions"
	"bedside/cmd/bedside/rehearsal"
)

// english finds what is left of it: words that German does not have.
var english = regexp.MustCompile(`(?i)\b(the|of|is|and|not|with|has|since|for|after|before|until|readings?|limit|blood|again|still|nobody|device|failed|known|by)\b`)

var (
	asking sync.Mutex
	german = sync.OnceValues(told.NewGerman)
)

// knownInGerman holds what was said in a story against the sentences that have German: a new one of the agent fails here, whatever part
// of the agent puts it together.
func knownInGerman(t *testing.T, r *rehearsal.Result) {
	t.Helper()
	asking.Lock() // a teller is for one at a time, and remembers what it was asked
	defer asking.Unlock()
	teller, err := german()
	require.NoError(t, err)
	know := func(kind, sentence string) {
		if sentence != "" {
			assert.True(t, teller.Knows(sentence), "no German for what %s says: %s", kind, sentence)
			assert.NotRegexp(t, english, teller.Say(sentence), "no German for a part of what %s says: %s", kind, sentence)
		}
	}
	for _, e := range r.Events {
		know("an alert", e.Alert.Title)
		know("an alert", e.Alert.Text)
	}
	for _, e := range r.Session {
		switch e.Kind {
		case sessions.Noted, sessions.NoteTakenBack, sessions.Dosed: // staff's own words
		case sessions.Paused: // a length of time
		case sessions.SymptomSeen, sessions.SymptomGone, sessions.Confirmed: // words of the contract
			know("the event "+string(e.Kind), strings.ReplaceAll(e.Text, "_", " "))
		default:
			know("the event "+string(e.Kind), e.Text)
		}
		if e.Gate != nil {
			for _, i := range e.Gate.Items {
				know("the gate", i.Text)
			}
		}
	}
	for _, x := range r.Refused {
		know("a refusal", x.Why)
	}
}
