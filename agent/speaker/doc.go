// Package speaker plays the sounds of agent/sound through a speaker at the computer in the room. It knows no alert: it is told what
// sounds, plays each burst again after its silence, and tries once a minute, by playing silence, whether it could.
//
// What plays is aplay of ALSA (Debian package alsa-utils): a program beside ours, started anew for each burst, so that a sound
// server that hangs or a device that is pulled ends that one attempt and is known from its end. It is found in the path, gets its
// arguments one by one and the samples by its standard input; no shell reads any of it.
package speaker
