// Package packets holds what the drivers of oximeters share that stream packets without a checksum: a [Belief] that takes
// for true only what several packets agree on, and a [Listener] that keeps the accounts of a session and builds its
// readings and its pleth.
//
// Such a packet comes 60 or 100 times a second, and its numbers move once or twice a second at most. So agreement costs a
// tenth of a second, and is the only check there is.
package packets
