// Package crowd draws monitored sessions by the thousand: who the person is, how ketamine is given, what truly goes wrong and
// when, and what disturbs the devices without anything being wrong. It answers at the level of readings, as drivers give
// them, because bytes would take hours.
//
// People come from [bedside/simulators/patient]; their pressures before the dose spread more widely here, so that a crowd
// reaches severe values as often as the trials of profiles.md section 2 report. True events are put in far more often than
// they happen, so that none is found by luck. Disturbances have no published rates for such sessions: their sizes are our
// choice, made before any alarm was run over them, and lean on the little that alarms.md section 13.1 knows of how long
// false alarms last.
//
// An oximeter here is right but for motion, averaging and the sensor coming off: it has no error of calibration.
//
// Equal seeds and numbers give equal sessions.
package crowd
