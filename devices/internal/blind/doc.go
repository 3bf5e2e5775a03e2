// Package blind holds a conversation with a cuff that never tells its pressure: a whole monitor that is asked for its last
// result, told to measure, and told to stop. Its families differ in their frames and in how a new result is told from an
// old one; when something may be sent, and what is made of silence, is the same for all and lives here.
//
// Whether air is in the cuff is never known, so it is presumed: from the moment at which a start is written until a result
// of that start has come, or its failure, or until a stop was confirmed and time enough for the air to leave has passed.
//
// Pure code: bytes and the moment go in, a [devices.Output] comes out.
package blind
