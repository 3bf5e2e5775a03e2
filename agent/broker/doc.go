// Package broker is the embedded NATS server, in the size of one room or of a site, and the streams that Bedside keeps on
// a server: what they should be, and the making and checking of them.
package broker
