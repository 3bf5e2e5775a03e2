// Package access decides who may do what in a console, and proves who somebody is: people with a role and a PIN, enrolled
// devices with a long-lived cookie, and sign-in sessions, kept in one small SQLite file.
//
// Seeing needs an enrolled device. Acknowledging, pausing the sound, reporting a symptom and stopping a cuff need no more,
// because an alarm must never wait for a sign-in; such an order is recorded as "unidentified at" that device. Everything else
// needs a person whose role allows it. What the table of [Allowed] does not name is refused.
//
// People are initials or a function, never full names. Nothing secret is kept as it is: PINs as argon2id, the cookies and
// the enrolment codes of 256 and 50 random bits as SHA-256. Several processes may have the file open at the same time:
// what the command line changes counts in a running agent a second later.
package access
