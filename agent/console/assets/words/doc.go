// Package words has the catalogues of messages that the pages say, one file a language: areas with messages, as say.js reads them.
// They lie among the files of the pages, which import them, and are embedded here as well for what says the same in Go: the area
// "told" has the sentences of the agent.
package words
