// Package cuff simulates what is alike in the monitors that tell nothing but their results: pump, valve, limb, and the
// limits that let the air out whether anybody asks or not. What travels on a line is the business of the packages that
// use it.
package cuff
