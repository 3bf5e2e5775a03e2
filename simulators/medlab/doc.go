// Package medlab simulates the module side of the Medlab family of ASCII blood-pressure modules: 4800 baud 8N1. It was
// written from cuffs.md section 8 alone.
//
//	host to module   02 c1 c2 ; ; s1 s2 03   command number in decimal, sum of the four bytes before it in upper-case hex
//	host to module   X                       abort
//	module to host   02 pppCeSs 03 0D        live packet while busy: pressure, cuff, state
//	module to host   02 999 03 0D            end marker
//	module to host   02 Sn;…;Tnnnn; 03 0D    answer to command 18
//
// Nothing acknowledges a command. After a start the module pushes five live packets a second: the pump works, the valve
// lets the pressure down evenly, the rest of the air goes, and the end marker says that command 18 may be sent. A failed
// cycle ends with the marker as well; only the message of the result tells.
//
// What a busy module makes of a start or of command 18, and what one at rest makes of an abort, is documented nowhere:
// this one ignores all three. It guards itself: it vents at 300 mmHg and after 180 s, host or no host. That is what the
// general standard for such devices asks of an adult's cuff, not a figure of the maker.
package medlab
