// Package profiles holds what limits and times a session is watched by: data files with the source of every number beside
// it, a loader that says everything that is wrong with a file at its place, and the checks that find contradictions.
//
// A number is written with its tag, `limit: 180 [S6]`, and the tag is explained under sources. ENG marks an engineering
// default that no source prescribes, GK general knowledge without a source that was read. No shipped profile has been
// approved by a clinician: [Profile.ApprovedBy] is empty, and screens say so.
//
// A site's own profile extends a shipped one. It may tighten freely; loosening a number needs a name, a reason and a day on
// which it ends, and is refused otherwise.
package profiles
