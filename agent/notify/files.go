package notify

import (
	"crypto/x509"
	"errors"
	"io"
	"os"
	"strings"
)

// maxFile is the size of the largest file with a secret or authorities that is read; our choice.
const maxFile = 1 << 20

func readFile(kind, key, path string) (text []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(kind, key, err)
	}
	text, err = io.ReadAll(io.LimitReader(f, maxFile))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, unreadable(kind, key, err)
	}
	return text, nil
}

// secret reads a secret anew each time it is needed, so that a new one counts without a restart. An empty path is no secret.
func secret(kind, key, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := readFile(kind, key, path)
	if err != nil {
		return "", err
	}
	word := strings.TrimSpace(string(text))
	if word == "" || strings.ContainsFunc(word, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", temporary(kind, "the file of %s is empty or has more than one line; it has the secret and nothing else", key)
	}
	return word, nil
}

// authorities reads the certificates to trust; nil for the system's.
func authorities(kind, path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readFile(kind, "ca_file", path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, temporary(kind, "the file of ca_file has no certificate in it; it is in PEM form")
	}
	return pool, nil
}
