package fivebyte

import (
	"bedside/devices"
	"bedside/devices/internal/packets"
)

// Bits of a frame, oximeters.md section 3; bytes are counted from 1 as there.
const (
	strengthMask = 0x0F // byte 1
	firstFour    = 0x10 // byte 1: search too long (Contec), no signal (Berry)
	firstFive    = 0x20 // byte 1: SpO2 dropping (Contec), probe unplugged (Berry)
	fingerOut    = 0x10 // byte 3: probe error (Contec), no finger (Berry)
	searching    = 0x20 // byte 3
	rateHigh     = 0x40 // byte 3: bit 7 of the pulse rate
)

// weak is the strength of the signal at or below which it counts as weak, oximeters.md section 11.
const weak = 2

// Flags of a key: what takes rate and saturation away.
const (
	keySensor packets.Key = 1 << (16 + iota)
	keyFinger
	keySearch
	keyLong
	keyNoSignal
)

// profile is a dialect of the family: what differs between makers.
type profile struct {
	rate      int         // frames a second
	pace      int         // frames from one reading to the next, a third of a second; our choice
	fullScale int32       // of the pleth
	lowest    int32       // sample of the pleth that is one; below it there is none
	four      packets.Key // what firstFour means
	five      packets.Key // what firstFive means; 0 if it takes nothing away
}

func contecProfile() profile {
	return profile{rate: 60, pace: 20, fullScale: 127, lowest: 0, four: keyLong}
}

func berryProfile() profile {
	return profile{rate: 100, pace: 33, fullScale: 100, lowest: 1, four: keyNoSignal, five: keySensor}
}

// say takes in what a frame says.
func (s *session) say(p []byte) {
	_ = p[frameLen-1]
	pleth := int32(p[1])
	if pleth < s.profile.lowest || pleth > s.profile.fullScale {
		pleth = devices.MissingSample
	}
	s.Sample(pleth)

	var k packets.Key
	if p[0]&firstFour != 0 {
		k |= s.profile.four
	}
	if p[0]&firstFive != 0 {
		k |= s.profile.five
	}
	if p[2]&fingerOut != 0 {
		k |= keyFinger
	}
	if p[2]&searching != 0 {
		k |= keySearch
	}
	if k == 0 {
		k = packets.Numbers(p[3]|p[2]<<1&0x80, p[4])
	}
	if s.Believe(k, p[0]&strengthMask <= weak) {
		s.publish(k)
	}
}

// publish gives a believed key as a reading.
func (s *session) publish(k packets.Key) {
	st, why := meaning(k)
	if why != 0 {
		s.absent(why, st)
		return
	}
	if s.Weak() {
		st |= devices.WeakSignal
	}
	s.Put(devices.PulseRate, k.Rate(), packets.RateReason(k.Rate()))
	s.Put(devices.SpO2, k.Sat(), packets.SatReason(k.Sat()))
	s.Tell(st)
}

// absent gives a reading without values.
func (s *session) absent(why devices.Reason, st devices.Status) {
	s.Put(devices.PulseRate, 0, why)
	s.Put(devices.SpO2, 0, why)
	s.Tell(st)
}

// meaning translates the flags of a key, and returns the first reason in the order of devices.Reason.
func meaning(k packets.Key) (st devices.Status, why devices.Reason) {
	for _, f := range [...]struct {
		flag packets.Key
		st   devices.Status
		why  devices.Reason
	}{
		{keySensor, devices.SensorDisconnected, devices.SensorOff},
		{keyFinger, devices.NoFinger, devices.FingerOut},
		{keySearch, devices.SearchingPulse, devices.Searching},
		{keyLong, devices.SearchTimeout, devices.Searching},
		{keyNoSignal, devices.WeakSignal, devices.LowPerfusion},
	} {
		if k&f.flag == 0 {
			continue
		}
		st |= f.st
		if why == 0 {
			why = f.why
		}
	}
	return st, why
}
