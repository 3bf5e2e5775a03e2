package doctor

import (
	"context"
	"errors"
	"strings"
	"time"

	"bedside/agent/speaker"
)

// speakerTime is how long the speaker may take to play a moment of silence; our choice.
const speakerTime = 5 * time.Second

// lookAtSound checks whether the room can sound when nobody outside reacts.
func (e *examination) lookAtSound(ctx context.Context) {
	if !e.given {
		return // what is not configured is not used
	}
	const why = "an alert that nobody acknowledges is to sound in the room after half a minute"
	c := &e.conf.Sound
	if !c.Aplay {
		e.report.add(areaSound, Note, "the room has no speaker: it sounds only through a page that is open in it and has its sound on",
			why, "with a speaker at this computer: sudo apt install alsa-utils, and sound: {command: aplay} in the configuration")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, speakerTime)
	defer cancel()
	switch err := e.o.Sound(ctx, c.Device); {
	case err == nil:
		e.report.add(areaSound, Good, "aplay can play on device "+c.Device+"; whether it is heard, and how loud, only ears can tell", "",
			"bedside alarms test --priority high --by NAME, with nobody in the room")
	case errors.Is(err, speaker.ErrNoAplay):
		e.report.add(areaSound, Problem, "aplay is not installed, and the room's speaker needs it", why, "sudo apt install alsa-utils")
	default:
		e.report.add(areaSound, Problem, "device "+c.Device+" cannot be played: "+strings.TrimPrefix(err.Error(), "speaker: "), why,
			"look with aplay -L what there is, correct sound.device, and let the agent's user into the group audio")
	}
}

func trySpeaker(ctx context.Context, device string) error {
	play, err := speaker.Aplay(device)
	if err != nil {
		return err
	}
	return speaker.Try(ctx, play)
}
