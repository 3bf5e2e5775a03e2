// Package credential reads and writes what somebody needs to be let in by a NATS server: one file that is carried to the
// room's machine, with the key that proves who it is, the servers, and the authority that the servers are known by. It reads
// the two forms of NATS as well, a user token with its key and a bare key.
//
// A credential file of Bedside is text: a PEM block "BEDSIDE CREDENTIAL", whose headers say of whom it is and where the
// servers are and whose body is the secret key, and the certificate of the authority in another.
package credential
