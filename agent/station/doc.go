// Package station is the nurses' side of a site: what is known of its rooms, who has duty, what reached whom, and whom to
// call when nobody answers. DESIGN.md says why it is as it is.
//
// What is true of a room only its agent decides; a station listens, asks, and forwards orders. Several stations of a site
// agree on what they share (duty, and who has called whom already) by key-value buckets of the broker with
// compare-and-set; each goes on alone while the broker is away, and says so.
package station
