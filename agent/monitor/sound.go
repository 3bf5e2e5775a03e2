package monitor

import (
	"bedside/agent/sound"
	"bedside/agent/wire"
)

// sounding is what the room itself has to sound.
type sounding struct {
	voice sound.Voice
	on    bool
	alone bool // nobody outside hears the room
}

// hearRoom decides what the room itself sounds, and tells whoever plays it. It is asked after everything that may have changed it.
func (m *Monitor) hearRoom() {
	active := m.judgement.engine.Active()
	now := sounding{alone: sound.Alone(active, m.judgement.session.Running())}
	now.voice, now.on = sound.Pick(sound.InRoom(active, sound.Alerter{Alone: now.alone}))
	was := m.sounding
	m.sounding = now
	if m.o.Outlets.Sound != nil && (was.on != now.on || was.voice != now.voice) {
		m.o.Outlets.Sound(now.voice, now.on)
	}
}

// roomSound says what sounds in the room, and whether anything there can.
func (m *Monitor) roomSound(around *Surroundings) *wire.RoomSound {
	s := around.Sound
	if s.Speaker == "" {
		s.Speaker = wire.SpeakerOff
	}
	s.Alone = m.sounding.alone
	if m.sounding.on {
		s.Sounds = m.sounding.voice.Occurrence
	}
	return &s
}
