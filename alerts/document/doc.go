// Package document reads the files that people write for us: YAML into values, or into a list of everything that is wrong,
// each with its place in the file:
//
//	bedside.yaml:7:10: "30" is not a duration; write it with a unit, like 30s, 5m or 1h30m
//	    6 |     limit: 125
//	>   7 |     hold: 30
//	      |           ^
//
// [New] takes the text, [Parse] makes a tree of it, [Decode] reads the tree by a table of [Field] values and leaves what is
// wrong in the [Source]. Every key is tried, whatever is wrong with the others; who checks meaning afterwards looks only
// at what is in [Source].At, so that no error is the consequence of another.
//
// Anchors, aliases, merge keys and explicit tags are refused: no key needs them, and they make a file say something
// else than what is read. tree.go is the only file of the project that knows the YAML library.
//
// The package is pure and knows nothing of what the files are about. It stands below alerts because limits, expectations
// and configurations all speak of alerts, and whoever reads such a file may import it: see alerts/DESIGN.md.
package document
