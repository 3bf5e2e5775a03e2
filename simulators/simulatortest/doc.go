// Package simulatortest is what tests of drivers share that let a session talk to a simulated device. It knows no driver and
// judges nothing by itself; the suites that judge are in devices/devicetest, which know no simulator.
package simulatortest
