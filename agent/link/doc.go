// Package link keeps one device talking, for ever: it opens the port, hands bytes and moments to the driver's session,
// writes what the session wants written, and reopens what went away. What the session makes of it goes out as an
// [Update].
//
// One goroutine, that of [Link.Run], reads, steps, writes and delivers. Nothing is handed from one goroutine to another
// on the way of a byte, because at 75 frames a second that would cost more than all the rest: a second goroutine for
// reading took five times the CPU. An order or the end of the context reaches the goroutine by moving the deadline of
// the read that waits.
//
// A link never gives up and never floods. A port that cannot be opened is tried again after 100 ms, then after ever
// longer pauses up to 5 s; only valid data makes the pauses short again. A name that is missing is looked for every
// 150 ms, which costs microseconds, so that a cable is back at once. A device that stays silent has its port reopened
// now and then. The log tells changes of state, not attempts; those are counted.
//
// A driver with variants, unless the configuration names one, has them tried in turn while nothing intact arrives. In the
// first round each gets the driver's MaxSilence and half a second, so the k-th is found after k-1 times that, and the
// driver's own proof. When all have failed, the one that began the round gets a pause of 10 s, then of up to a minute,
// before the next round. A device that is switched on after a round of silence begins a quick round with its first bytes;
// where wrong settings swallow every byte it is found a minute and a round later at most. The variant that was right
// stays, also when the port is reopened, until it fails for its full time and the pause; and it stays for three minutes
// after air was last known in a cuff.
//
// A driver without MaxSilence may be quiet for ever, as a cuff that only tells its results is. Nothing can be known of such
// a device while it is quiet: it counts as connected as soon as its port is open. Its message that makes no sense, of 16
// bytes or more within two seconds, makes it silent until something is understood, because a result may have been lost.
// The next variant is then tried, at once or, if the present one was right before, after three such messages: each variant
// costs one measurement. The same holds for a device of any other driver from when its session says that it is episodic.
//
// A driver that panics must not end a monitor: the panic is logged with its stack and counted, air is let out of a
// cuff through a fresh session, and the conversation starts anew after a pause.
package link
