package station

// Hold keeps the board busy until the returned function is called, so that nothing that is heard is taken.
func (s *Station) Hold() (release func()) {
	s.mu.Lock()
	return s.mu.Unlock
}
