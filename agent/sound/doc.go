// Package sound has the sounds of alerts as numbers, and says which alert sounds in a room. It plays nothing. The station's page
// has the same numbers in JavaScript (sound.js); a test of the console holds the two against each other, sample by sample, and
// plays both the same decisions.
//
// The numbers are those of alarms.md section 6; where it leaves a range, the choice is ours. They follow what vendors publish
// about such sounds, and claim conformity with no standard.
package sound
