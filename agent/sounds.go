package agent

import (
	"context"
	"strings"

	"bedside/agent/metrics"
	"bedside/agent/sound"
	"bedside/agent/speaker"
	"bedside/agent/wire"
)

// buildSpeaker makes the speaker of the room, if the configuration says that there is one. A program that is not installed is no
// reason to fail: the room is watched over, and people are told.
func (a *agent) buildSpeaker(ctx context.Context) {
	c := &a.o.Config.Sound
	if !c.Aplay {
		return
	}
	play, err := speaker.Aplay(c.Device)
	if err != nil {
		a.mute = err
		a.o.Log.Warn("agent: the room has no sound", "err", err)
		return
	}
	a.speaker = speaker.New(speaker.Options{
		Play: play, Volume: c.Volume, Log: a.o.Log, Life: a.life.Loop(loopSpeaker),
		OnHealth: func(err error) { a.speakerHealth(ctx, err) },
	})
}

// speakerHealth raises or ends the alert about a speaker that does not work.
func (a *agent) speakerHealth(ctx context.Context, err error) {
	text := ""
	if err != nil {
		text = "The speaker of " + a.o.Config.Room + " cannot be played (" + strings.TrimPrefix(err.Error(), "speaker: ") + "). The room stays silent when nobody outside reacts."
	}
	a.monitor.Fault(ctx, "room_sound_failed", err != nil, text)
}

// sound is told what the room itself sounds.
func (a *agent) sound(v sound.Voice, on bool) {
	if a.speaker != nil {
		a.speaker.Sound(v, on)
	}
}

// roomSound says what can sound in the room.
func (a *agent) roomSound() wire.RoomSound {
	out := wire.RoomSound{Speaker: wire.SpeakerOff}
	if a.console != nil { // not before the room is put together
		out.Pages = a.console.Audible()
	}
	switch {
	case a.mute != nil:
		out.Speaker, out.Why = wire.SpeakerFailing, strings.TrimPrefix(a.mute.Error(), "speaker: ")
	case a.speaker != nil:
		s := a.speaker.State()
		out.Heard, out.Why = s.Heard, s.Why
		switch {
		case !s.Tried:
			out.Speaker = wire.SpeakerUntried
		case s.Why != "":
			out.Speaker = wire.SpeakerFailing
		default:
			out.Speaker = wire.SpeakerReady
		}
	}
	return out
}

// countSound adds what is known of the sound in the room to the metrics.
func (a *agent) countSound(to *metrics.Surroundings) {
	to.SoundPages, to.SoundFailing = a.console.Audible(), a.mute != nil
	if a.speaker != nil {
		s := a.speaker.State()
		to.SoundFailing, to.SoundBursts, to.SoundFailures = s.Why != "", s.Bursts, s.Failures
	}
}
