// Package trend folds what a room publishes into the picture of its last hours: the pulse rate and the saturation in slots of a few
// seconds, readings of pressure, what happened in the session, and when alerts were true. It is fed with the messages as they are
// published, and after a restart with those in the record, and knows no other difference between the two.
//
// Nothing is filled in: a slot in which nothing was measured is missing, and the lowest and highest value of each of the others are
// kept, so that no dip is smoothed away.
package trend
