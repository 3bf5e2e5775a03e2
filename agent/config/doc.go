// Package config turns bedside.yaml into a validated [Config], or into a list of everything that is wrong with it, each
// with its place in the file:
//
//	bedside.yaml:7:10: "30" is not a duration; write it with a unit, like 30s, 5m or 1h30m
//	    6 |     limit: 125
//	>   7 |     hold: 30
//	      |           ^
//
// The file is read in two steps. First every key is decoded on its own, by one table that also gives [Reference]; then
// meaning is checked where decoding was clean, so that no error is the consequence of another. Nothing is half-applied:
// a Config comes back only if there was no error at all.
//
// How a file is read, and what is refused in any of them, is in [bedside/alerts/document].
package config
