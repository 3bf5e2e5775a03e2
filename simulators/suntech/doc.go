// Package suntech simulates the module side of the SunTech Advantage family of blood-pressure modules: 9600 baud 8N1,
// the host speaks first. It was written from cuffs.md section 1 alone.
//
//	host to module   3A cmd [data…] CK     sum of all bytes of the frame = 0 (mod 256)
//	module to host   3E LEN data… CK       LEN counts the whole frame; same check
//
// A start is answered with O, then the pump works at 10..20 mmHg/s to the target, the valve lets the pressure down in
// steps of 5..10 mmHg to about 40, the rest of the air goes, and K says that the result may be fetched. A failed cycle
// ends with K as well; only the error byte of the result tells.
//
// The module guards itself: it vents at about 300 mmHg and after 130 s with air in the cuff, host or no host.
// [Device.Pressure] and [Device.Inflated] let a test prove that nothing keeps the air in when the host dies.
package suntech
