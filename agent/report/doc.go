// Package report makes the summary of one recorded session, and writes it for people and for other programs.
//
// A [Builder] takes the messages of the session in their order and returns a [Report], in which every figure stands that any
// of the formats shows: what differs between them is the form alone. Nothing is interpolated, and nothing is judged again:
// alerts, episodes and gates are those that were told during the session. What was not measured is counted as missing, with
// the reason that was published.
//
// The package is pure: it knows neither the record's file nor a clock. A Builder is not safe for concurrent use; a Report is
// a value that nobody changes once it is built.
package report
