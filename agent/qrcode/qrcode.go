package qrcode

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the empty edge around a code, in modules: four, as ISO/IEC 18004 asks.
const quiet = 4

// Code is a QR code as one path of a picture: a square of Size by Size modules, the empty edge included.
type Code struct {
	Size int    `json:"size"`
	Path string `json:"path"` // of an SVG, in modules; all of it is black
}

// Draw makes the code of a text, with the correction level M: a scratched screen still reads. It fails for more than some two
// thousand bytes.
func Draw(text string) (*Code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("qrcode: %w", err)
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, n, n)
			}
		}
	}
	return &Code{Size: c.Size + 2*quiet, Path: b.String()}, nil
}
