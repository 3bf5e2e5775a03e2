package console

import "embed"

// The catalogues are named apart, because a package of ours lies beside them, which is no file of a page.
//
//go:embed assets/*.* assets/base assets/history assets/people assets/room assets/setup assets/sound assets/station assets/system
//go:embed assets/words/*.json
var assets embed.FS
