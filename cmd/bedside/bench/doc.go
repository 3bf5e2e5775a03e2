// Package bench measures how well alarms do: it plays thousands of drawn sessions and counts, for three judges of the same
// readings, what truly happened and was not told, how late the rest was told, and what was told for nothing. The judges are
// the engine of [bedside/alerts] with the profile of the session and the schedule of [bedside/alerts/sessions], fixed limits
// that alert at once, and fixed limits that wait.
//
// What is a true event and what is a nuisance was defined before the first run; DESIGN.md of this package says it, with its
// reasons. It stands beside the command because it knows both what judges and what is simulated. Equal seeds give equal
// results, however many sessions are played at the same time.
package bench
