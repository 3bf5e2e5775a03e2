// Package authority is a site's own authority, as files in one folder of the station: the certificate authority by which
// the station's server and pages are known, the server's certificate, and who may connect to the NATS server and do what.
//
// The certificate authority can speak for the station's names alone, so that putting it on a tablet gives nobody power over
// other names. Rooms, stations and viewers have a key each; the folder keeps their public keys, and the secret ones only in
// the credential files that are carried to them. DESIGN.md says what is kept out and what is not.
package authority
