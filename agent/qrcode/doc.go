// Package qrcode draws a short text as a QR code, for a phone that would have to type it. What is in it never leaves the
// program but in the answer to who asked.
package qrcode
