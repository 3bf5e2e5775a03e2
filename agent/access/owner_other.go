//go:build !unix

package access

// giveToOwner has nothing to do where files have no such owner.
func giveToOwner(string) error { return nil }
