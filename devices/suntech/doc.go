// Package suntech drives SunTech Advantage and A+ blood-pressure modules.
package suntech
