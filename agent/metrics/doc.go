// Package metrics counts what the agent does, for Prometheus. names.go has every name there is.
//
// Labels come from closed sets only: device names from the configuration, drivers and fault kinds from the vocabulary,
// conditions and priorities from the declared list. Values of a patient, session codes and names of staff are never
// metrics. What is declared is exposed from the start with zero, so that a rate sees the first event.
//
// There is no global registry. All methods are safe for concurrent use and return at once; counting allocates nothing.
package metrics
