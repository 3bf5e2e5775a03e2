package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

const startSession = `{"by":"AK","code":"K-1","route":"iv"}`

// order gives an order from the page, and expects it to be carried out.
func (r *room) order(verb, payload string) wire.Reply {
	r.t.Helper()
	return r.from(wire.ViaPage, verb, payload)
}

// events lists the session messages published so far.
func (r *room) events() []string {
	list := []string{}
	for _, s := range r.sessions() {
		list = append(list, s.Event)
	}
	return list
}

// A room judges by its own rules until a session begins, then by those of the session's profile, and afterwards as before.
func TestSessionBringsItsOwnRules(t *testing.T) {
	bubble(t, func(o *monitor.Options) { o.Rules = monitor.NewRules(profiles.BuiltIn()) }, func(r *room) {
		assert.Equal(t, "built-in@1", r.status().Profile)
		assert.Equal(t, "not clinically approved", r.status().Approval)
		r.order("session-start", `{"by":"AK","code":"K-1","route":"iv","profile":"conservative"}`)
		s := r.status()
		assert.Equal(t, "conservative@1", s.Profile)
		require.NotNil(t, s.Session)
		assert.Equal(t, "K-1", s.Session.Code)
		assert.Equal(t, s.ProfileHash, s.Session.Hash)
		assert.Equal(t, []string{"profile_unapproved raised"}, r.changes())
		r.read("cuff", pressure(152))
		last := r.alerts()[1]
		assert.Equal(t, "bp_elev", last.Condition, "150 is a limit of the conservative profile alone")
		assert.Equal(t, []string{"K-1", "preparation", "conservative@1"}, []string{last.Session, last.SessionPhase, last.Profile})
		r.order("session-end", `{"by":"AK"}`)
		assert.Nil(t, r.status().Session)
		assert.Equal(t, "built-in@1", r.status().Profile)
		assert.Equal(t, []string{"profile_unapproved raised", "bp_elev raised", "profile_unapproved ended"}, r.changes(),
			"what is still declared goes on")
		var list []wire.PastSession
		require.NoError(t, json.Unmarshal(r.order("session-list", `{}`).Data, &list))
		require.Len(t, list, 1)
		assert.Equal(t, "K-1", list[0].Code)
		assert.Equal(t, "conservative@1", list[0].Profile)
	})
}

// Every event of a session says whose it is, and nothing after it does.
func TestPayloadsNameTheSession(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		r.read("oximeter", clip(72, 97))
		r.order("session-end", `{"by":"AK"}`)
		for range 4 {
			r.read("oximeter", clip(72, 97))
		}
		assert.Equal(t, []string{"agent_started", "session_started", "session_ended"}, r.events())
		for i, code := range []string{"", "K-1", "K-1"} {
			assert.Equal(t, code, r.sessions()[i].Session)
		}
		assert.Equal(t, "iv-ketamine@1", r.sessions()[1].Profile)
		assert.Equal(t, "K-1", r.readings()[0].Session)
		assert.Empty(t, r.readings()[len(r.readings())-1].Session)
	})
}

func TestOrdersThatAreRefusedChangeNothing(t *testing.T) {
	for _, tt := range []struct{ verb, payload, code, text string }{
		{"note", `{"by":"AK","text":"calm"}`, "not_now", "no session is running"},
		{"session-start", `{"by":"AK","code":"K 1","route":"iv"}`, "bad_request", "a session code is 1 to 32 letters, digits and dashes, and never a name"},
		{"session-start", `{"by":"AK","code":"K-1","route":"tea"}`, "bad_request", `no profile is for route "tea"; name the route, or a profile`},
		{"session-start", `{"by":"AK","code":"K-1","age":"old"}`, "bad_request", `command is not understood: "age" must be a whole number, not a JSON string`},
		{"session-reading", `{"by":"AK","systolic":70,"diastolic":90}`, "not_now", "no session is running"},
		{"symptom", `{"by":"AK","name":"hiccups"}`, "not_found", `no symptom is called "hiccups"; there are chest_pain, dyspnoea, severe_headache, visual_change, seizure, reduced_consciousness, focal_deficit`},
		{"symptom-over", `{"by":"AK","name":"seizure"}`, "not_found", `"seizure" is not reported`},
		{"pause-alarms", `{"by":"AK","seconds":301,"reason":"walk"}`, "refused", "a pause lasts 5m0s at most, not 5m1s"},
		{"pause-alarms", `{"by":"AK","seconds":60}`, "refused", "say why"},
		{"pause-audio", `{"by":"AK","seconds":-3}`, "refused", "a pause needs to say how long it lasts, at most 3m0s"},
		{"resume", `{"by":"AK"}`, "not_found", "nothing is paused"},
		{"alarm-off", `{"by":"AK","condition":"hr_high","reason":"athlete"}`, "refused", "a condition is switched off for a session, and there is none"},
		{"alarm-off", `{"by":"AK","condition":"spo2_crit","reason":"athlete"}`, "refused", "spo2_crit can be high, and what can be high is not switched off"},
		{"alarm-off", `{"by":"AK","condition":"spo2_crit","reason":"athlete","seconds":60}`, "refused", "spo2_crit can be high, and what can be high is not switched off"},
		{"alarm-off", `{"by":"AK","condition":"hr_high","reason":"athlete","seconds":"600"}`, "bad_request", `command is not understood: "seconds" must be a whole number, not a JSON string`},
		{"alarm-on", `{"by":"AK","condition":"hr_high"}`, "not_found", `"hr_high" is not switched off`},
		{"limits-set", `{"by":"AK","limits":[{"condition":"hr_high","vital":"pulse_rate","value":110}]}`, "refused", "limits are changed for a session, and there is none"},
		{"limits-set", `{"by":"AK","limits":[{"condition":"hr_high"}]}`, "bad_request", `hr_high: say what changes: "value", "delay_s" or "default"`},
		{"limits-set", `{"by":"AK","limits":{"condition":"hr_high"}}`, "bad_request", `command is not understood: "limits" must be a list, not a JSON object`},
		{"infusion-end", `{"by":"AK"}`, "not_now", "no session is running"},
		{"note", `{"by":"AK","text":"calm","id":"0123456789012345678901234567890123456789012345678901234567890123456789"}`, "bad_request", `"id" has at most 64 characters`},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			bubble(t, nil, func(r *room) {
				before := len(r.tape.to("publish"))
				reply := r.Command(r.t.Context(), wire.ViaPage, tt.verb, []byte(tt.payload))
				assert.Equal(t, wire.Reply{Code: tt.code, Text: tt.text}, reply)
				assert.Len(t, r.tape.to("publish"), before)
				assert.Nil(t, r.status().Session)
			})
		})
	}
}

// A gate that is not met keeps the first dose back until somebody overrides it, with name and reason.
func TestDoseNeedsTheGate(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		reply := r.Command(r.t.Context(), wire.ViaPage, "session-dose", []byte(`{"by":"AK","drug":"ketamine","amount":"35 mg"}`))
		assert.Equal(t, "gate", reply.Code)
		assert.Contains(t, reply.Text, "no blood pressure was measured")
		r.order("session-override", `{"by":"AK","gate":"predose","reason":"measured next door"}`)
		r.order("session-dose", `{"by":"AK","drug":"ketamine","amount":"35 mg"}`)
		assert.Contains(t, r.changes(), "no_baseline raised")
		assert.Len(t, r.status().Session.Doses, 1)
		assert.True(t, r.status().Session.NoBaseline)
	})
}

// What was not asked when the session began is answered later, and the list says by whom; a correction says why.
func TestScreeningIsAnsweredLate(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", `{"by":"AK","code":"K-1","route":"im","screening":{"psychosis":"yes"}}`)
		r.order("session-screening", `{"by":"MB","screening":{"mania":"no","escort_present":"yes"}}`)
		reply := r.Command(r.t.Context(), wire.ViaPage, "session-screening", []byte(`{"by":"MB","screening":{"psychosis":"no"}}`))
		assert.Equal(t, "bad_request", reply.Code)
		r.order("session-screening", `{"by":"MB","screening":{"psychosis":"no"},"reason":"wrong sheet"}`)
		assert.Equal(t, map[string]sessions.Answer{"psychosis": "no", "mania": "no", "escort_present": "yes"}, r.status().Session.Screening)
	})
}

// An order whose answer was lost is sent again: it is answered as before and done once, also after a crash.
func TestOrderWithAnIDIsDoneOnce(t *testing.T) {
	const dose = `{"by":"AK","drug":"ketamine","amount":"35 mg","id":"press-7"}`
	crash(t, func(r *room) {
		r.order("session-start", startSession)
		assert.False(t, r.Command(r.t.Context(), wire.ViaPage, "session-dose", []byte(dose)).OK, "what was refused is not remembered")
		r.order("session-override", `{"by":"AK","gate":"predose","reason":"measured next door"}`)
		r.order("session-dose", dose)
		r.order("session-dose", dose)
		assert.Len(t, r.status().Session.Doses, 1)
	}, func(r *room) {
		r.order("session-dose", dose)
		assert.Len(t, r.status().Session.Doses, 1)
		r.order("session-dose", `{"by":"AK","drug":"ketamine","amount":"35 mg","id":"press-8"}`)
		assert.Len(t, r.status().Session.Doses, 2)
	})
}

// What staff measure by hand counts, is marked, and alarms like a cuff's.
func TestReadingByHandAlarms(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		r.order("session-reading", `{"by":"AK","systolic":204,"diastolic":110}`)
		pass(time.Millisecond)
		assert.Equal(t, []string{"profile_unapproved raised", "bp_extreme raised"}, r.changes())
		i := slices.Index(r.events(), "reading")
		require.GreaterOrEqual(t, i, 0)
		last := r.sessions()[i]
		assert.True(t, last.Reading.ByHand)
		assert.Equal(t, "AK", last.Reading.By)
		assert.Greater(t, last.Seq, r.alerts()[1].Seq, "the alert goes first")
	})
}

func TestSymptomIsAnAlertAtOnce(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("symptom", `{"by":"AK","name":"chest_pain"}`)
		assert.Equal(t, []string{"symptom raised"}, r.changes(), "also without a session")
		r.order("session-start", startSession)
		r.order("symptom", `{"by":"AK","name":"giggling"}`)
		assert.Equal(t, []string{"giggling"}, r.status().Session.Symptoms, "others are noted")
		assert.NotContains(t, r.changes()[1:], "symptom raised")
	})
}

// A pause shows how long it lasts, and ends by itself; what somebody switched off does not outlive the session.
func TestSilenceIsShown(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		r.order("pause-alarms", `{"by":"AK","seconds":60,"reason":"bathroom"}`)
		s := r.status()
		require.NotNil(t, s.Silence)
		assert.Equal(t, "bathroom", s.Silence.Reason)
		assert.Equal(t, time.Minute, time.Until(s.Silence.AlarmUntil.Time))
		assert.Equal(t, time.Minute, time.Until(s.Session.PausedUntil))
		pass(61 * time.Second)
		assert.Nil(t, r.status().Silence)
		r.order("alarm-off", `{"by":"AK","condition":"hr_high","reason":"athlete"}`)
		assert.Equal(t, []alerts.Switched{{Condition: "hr_high", By: "AK", Reason: "athlete"}}, r.status().Silence.Off)
		r.order("session-end", `{"by":"AK"}`)
		assert.Nil(t, r.status().Silence)
		assert.Equal(t, []string{"agent_started", "session_started", "alarms_paused", "pause", "pause_ended", "alarm_off", "session_ended"}, r.events())
	})
}

// A suspension says when it ends, ends then by itself, and tells it; what stands then is an alert like a new one. Longer than a
// quarter of an hour it is refused.
func TestASuspensionEndsByItself(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		for seconds, why := range map[string]string{"901": "not 15m1s", "59": "not 59s", "-1": "not -1s", "99999999999": "not 291h16m16s"} {
			reply := r.Command(r.t.Context(), wire.ViaPage, "alarm-off", []byte(`{"by":"AK","condition":"hr_high","reason":"athlete","seconds":`+seconds+`}`))
			assert.Equal(t, wire.Reply{Code: "refused", Text: "a suspension lasts from 1m0s to 15m0s, " + why}, reply)
		}
		r.stream(97, time.Second)
		r.order("alarm-off", `{"by":"AK","condition":"spo2_drift","reason":"cold hand","seconds":300}`)
		began := time.Now()
		s := r.status().Silence
		require.Len(t, s.Off, 1)
		assert.Equal(t, 5*time.Minute, s.Off[0].Until.Sub(began))
		assert.Equal(t, time.UTC, s.Off[0].Until.Location())
		i := slices.IndexFunc(r.status().Limits, func(l wire.Limit) bool { return l.Condition == "spo2_drift" })
		assert.True(t, r.status().Limits[i].Off)
		assert.True(t, s.Off[0].Until.Equal(r.status().Limits[i].OffUntil.Time))
		r.stream(91, 299*time.Second)
		assert.Contains(t, r.changes(), "spo2_drift raised", "what appears meanwhile is recorded")
		alert := r.alerts()[len(r.alerts())-1]
		assert.Equal(t, []any{"spo2_drift", "off", began.Add(5 * time.Minute).UTC()}, []any{alert.Condition, alert.Signal, alert.SilentUntil.UTC()})
		assert.NotContains(t, r.events(), wire.EventSuspensionEnded)
		r.stream(91, 3*time.Second)
		alert = r.alerts()[len(r.alerts())-1]
		assert.Equal(t, []any{"updated", "spo2_drift", "on"}, []any{alert.Event, alert.Condition, alert.Signal})
		assert.Nil(t, r.status().Silence)
		told := r.sessions()[len(r.sessions())-1]
		assert.Equal(t, []string{wire.EventSuspensionEnded, "spo2_drift", "", ""}, []string{told.Event, told.Text, told.By, told.Via})
		assert.True(t, began.Add(5*time.Minute).Equal(told.At.Time))
		r.order("alarm-off", `{"by":"AK","condition":"spo2_drift","reason":"cold hand","seconds":900}`)
	})
}

// The end of a suspension is a moment, and a restart does not move it; one that has passed is told first thing.
func TestASuspensionOutlivesARestart(t *testing.T) {
	for _, away := range []time.Duration{0, 10 * time.Minute, time.Hour} {
		bubble(t, nil, func(first *room) {
			first.order("session-start", startSession)
			began := time.Now()
			first.order("alarm-off", `{"by":"AK","condition":"spo2_drift","reason":"cold hand","seconds":900}`)
			pass(2 * time.Second)
			state := first.tape.state()
			pass(away)
			second := enter(first.t, func(o *monitor.Options) { o.Snapshot, o.Boot, o.NextSeq = state, "b008", 1000 })
			defer second.end()
			if away < 15*time.Minute {
				require.NotNil(t, second.status().Silence)
				assert.Equal(t, 15*time.Minute, second.status().Silence.Off[0].Until.Sub(began))
				assert.NotContains(t, second.events(), wire.EventSuspensionEnded)
				pass(15*time.Minute - away)
			}
			assert.Nil(t, second.status().Silence)
			assert.Contains(t, second.events(), wire.EventSuspensionEnded)
		})
	}
}

// The session asks the cuff, on a goroutine of its own; a refusal counts as an attempt and is told.
func TestSessionAsksTheCuff(t *testing.T) {
	asked := make(chan struct{})
	answer := make(chan error)
	bubble(t, func(o *monitor.Options) {
		asked, answer = make(chan struct{}, 1), make(chan error) // of this bubble
		o.Devices[1].Command = func(ctx context.Context, c devices.Command) error {
			asked <- struct{}{}
			select {
			case err := <-answer:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}, func(r *room) {
		r.order("session-start", startSession)
		r.order("session-phase", `{"by":"AK","phase":"baseline","reason":"begin"}`)
		<-asked
		r.read("oximeter", clip(72, 97)) // the room does not wait for the port
		assert.Len(t, r.readings(), 1)
		answer <- errors.New("cuff is not ready")
		pass(time.Second)
		events := r.events()
		assert.Equal(t, []string{"reading_due", "cuff_start", "reading_failed"}, events[len(events)-3:])
		last := r.sessions()[len(events)-2]
		assert.Equal(t, "schedule", last.By)
		assert.Equal(t, "before the dose; refused: cuff is not ready", last.Text)
		pass(time.Minute)
		<-asked // again, after the rest of the arm
	})
}

// A killed agent says that it was away until somebody has seen that.
func TestRestartInASessionIsANotice(t *testing.T) {
	crash(t, func(r *room) {
		r.order("session-start", startSession)
		pass(2 * time.Second)
	}, func(r *room) {
		assert.Equal(t, []string{"restarted raised"}, r.changes())
		assert.Equal(t, "low", r.alerts()[0].Priority)
		assert.Contains(t, r.alerts()[0].Text, "Look at the person and at session K-1")
		assert.Equal(t, "K-1", r.status().Session.Code)
		assert.Equal(t, "iv-ketamine@1", r.status().Profile)
		r.order("acknowledge", `{"by":"AK","occurrence":"restarted-1"}`)
		assert.Equal(t, []string{"restarted raised", "restarted acknowledged", "restarted ended"}, r.changes())
	})
}

// A session whose profile is gone cannot go on; the alarms do, and the room says what is missing.
func TestSessionWithoutItsProfile(t *testing.T) {
	own, _, err := profiles.Parse("ours.yaml", []byte("id: ours\nversion: 2\nextends: iv-ketamine\n"), time.Now())
	require.NoError(t, err)
	bubble(t, func(o *monitor.Options) { o.Profiles = monitor.Profiles{Own: own, ID: own.ID} }, func(first *room) {
		first.order("session-start", startSession)
		assert.Equal(t, "ours@2", first.status().Profile, "the room's own profile is meant for the route")
		first.read("cuff", pressure(210))
		second := enter(first.t, func(o *monitor.Options) { o.Snapshot = first.tape.state() })
		defer second.end()
		assert.Nil(t, second.status().Session)
		assert.Equal(t, "adult@1", second.status().Profile)
		ids := []string{}
		for _, a := range second.status().Alerts {
			ids = append(ids, a.Condition)
		}
		assert.Subset(t, ids, []string{"bp_extreme", "config_invalid"})
	})
}

// What an older agent recorded is the engine's state alone.
func TestStateOfAnOlderAgentIsRead(t *testing.T) {
	e, err := alerts.New(profiles.BuiltIn().Conditions())
	require.NoError(t, err)
	now := time.Now()
	r := pressure(210)
	e.Step(now, alerts.Observed{Device: "cuff", Reading: &r})
	old, err := json.Marshal(e.Snapshot())
	require.NoError(t, err)
	bubble(t, func(o *monitor.Options) { o.Snapshot = old }, func(r *room) {
		assert.Equal(t, "alarm state of the last run resumed", r.sessions()[0].Text)
		require.Len(t, r.status().Alerts, 1)
		assert.Equal(t, "bp_extreme-1", r.status().Alerts[0].Occurrence)
	})
}

func TestNoticeOfTheConfigurationIsAnAlert(t *testing.T) {
	bubble(t, func(o *monitor.Options) { o.Notice = "The leave to loosen has run out." }, func(r *room) {
		assert.Equal(t, []string{"config_invalid raised"}, r.changes())
		assert.Equal(t, "low", r.alerts()[0].Priority)
	})
}
