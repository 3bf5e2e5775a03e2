package sessions

import (
	"maps"
	"slices"
	"strings"
)

// Answer is the answer to a screening question.
type Answer string

// The answers. A question that is not in the map has none.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// The screening questions. What they lead to is told by the predose gate.
const (
	UncontrolledHypertension = "uncontrolled_hypertension"
	Psychosis                = "psychosis"
	Mania                    = "mania"
	SubstanceHistory         = "substance_history"
	MAOIOrStimulants         = "maoi_or_stimulants"
	HypertensionHistory      = "hypertension_history"
	EscortPresent            = "escort_present"
)

// Questions lists the screening questions in the order in which they are asked.
func Questions() []string {
	return []string{
		UncontrolledHypertension, Psychosis, Mania, SubstanceHistory, MAOIOrStimulants, HypertensionHistory, EscortPresent,
	}
}

// Screen answers screening questions that were not answered when the session began, or corrects answers. It is for the time
// before the first dose; afterwards they decide nothing any more.
type Screen struct {
	Screening map[string]Answer // by the words of [Questions]
	By        string
	Reason    string // why an answer is another one now; may be empty where none was given before
}

func (Screen) isInput() {}

// checkAnswers refuses what is no answer to one of the questions.
func checkAnswers(answers map[string]Answer) error {
	for q, a := range answers {
		if !slices.Contains(Questions(), q) {
			return refuse(CodeValue, "no screening question is called %q; there are %s", q, strings.Join(Questions(), ", "))
		}
		if a != Yes && a != No {
			return refuse(CodeValue, "%s: the answer is yes or no, not %q", q, a)
		}
	}
	return nil
}

// screen takes answers: all of them, or none. Who says something else than before says why, because the answer before may have
// been what kept the dose back. What was answered in the same way already is no news.
func (m *Machine) screen(in Screen) error {
	if len(m.s.Doses) > 0 {
		return refuse(CodeState, "the first dose was given already")
	}
	if err := signed(in.By); err != nil {
		return err
	}
	if len(in.Screening) == 0 {
		return refuse(CodeValue, "say which screening question is answered; there are %s", strings.Join(Questions(), ", "))
	}
	if err := checkAnswers(in.Screening); err != nil {
		return err
	}
	if longer(in.Reason, maxText) {
		return refuse(CodeValue, "a reason has at most %d characters", maxText)
	}
	for _, q := range Questions() {
		if a, was := in.Screening[q], m.s.Screening[q]; a != "" && was != "" && a != was && strings.TrimSpace(in.Reason) == "" {
			return refuse(CodeValue, "there is another answer already (%s): say why it changes", answerWords(q, was))
		}
	}
	answers := map[string]Answer{} // another map, because a Status shares the one before
	maps.Copy(answers, m.s.Screening)
	for _, q := range Questions() {
		a, was := in.Screening[q], m.s.Screening[q]
		if a == "" || a == was {
			continue
		}
		answers[q] = a
		e := Event{Kind: Answered, By: in.By, Screening: map[string]Answer{q: a}, Text: answerWords(q, a)}
		if was != "" {
			e.Text, e.Reason = e.Text+" (before: "+string(was)+")", in.Reason
		}
		m.event(e)
	}
	m.s.Screening = answers
	return nil
}

// answerWords are the words of an answer, as the gate says them.
func answerWords(question string, a Answer) string {
	return "screening: " + questionWords(question) + " " + string(a)
}

// questionWords are the words of a question within a sentence.
func questionWords(question string) string { return strings.ReplaceAll(question, "_", " ") }
