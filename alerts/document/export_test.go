package document

// Slips is for tests of the distance itself.
var Slips = slips
