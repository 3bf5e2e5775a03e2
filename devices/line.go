package devices

import "fmt"

// String returns the settings as people write them, such as "9600 8N1".
func (l Line) String() string {
	parity := [...]string{NoParity: "N", OddParity: "O", EvenParity: "E"}
	p := "?"
	if int(l.Parity) < len(parity) {
		p = parity[l.Parity]
	}
	return fmt.Sprintf("%d %d%s%d", l.Baud, l.DataBits, p, l.StopBits)
}
