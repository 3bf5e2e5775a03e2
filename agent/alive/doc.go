// Package alive tells a program that works from one that merely runs. The loops that matter each say that they have taken a
// turn and when the next one is due; a watch looks at them every second. Only while none is late does it tell the service
// manager that the program lives, so that one with a loop that hangs is ended and started again, and until then it says which
// loop that is: in the log, and to whoever can still tell people.
//
// A loop that waits for work takes empty turns, so that an idle room lives. What waits for the world outside (a broker that
// is gone, a port that is not there) waits with a bound and says it; a disk has none that anybody knows, and a loop that
// waits for one is away and not late.
package alive
