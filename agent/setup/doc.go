// Package setup writes the configuration of a room from what people answer: in a browser at the first run, or at the terminal. It
// checks every answer with the code that reads a configuration, and says at which answer something is wrong.
//
// It writes a file only where none is, or where one says nothing yet, and either whole or not at all.
package setup
