package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// kinds are the media types of what is embedded. They are said here, because the tables of a computer differ, and a browser runs no
// module that it is told is plain text. True stands for what gets smaller by being packed.
func kinds() map[string]kind {
	return map[string]kind{
		".html": {"text/html; charset=utf-8", true}, ".js": {"text/javascript; charset=utf-8", true}, ".css": {"text/css; charset=utf-8", true},
		".json": {"application/json", true}, ".svg": {"image/svg+xml", true}, ".webmanifest": {"application/manifest+json", true},
		".png": {"image/png", false},
	}
}

type kind struct {
	media string
	packs bool
}

// file is what is embedded, as it travels.
type file struct {
	kind
	plain  []byte
	packed []byte // nil if that is no smaller
	tag    string // of the plain one, without its quotes
}

// files are those of one side. A file is packed when it is asked for the first time, so that no start waits for it. They are safe for
// concurrent use.
type files struct {
	kinds map[string]kind
	read  func(name string) ([]byte, error)

	mu   sync.Mutex // guards made
	made map[string]*file
}

// newFiles serves the files of a tree; change makes what is served of one.
func newFiles(tree fs.FS, change func(name string, text []byte) []byte) *files {
	return &files{kinds: kinds(), made: map[string]*file{}, read: func(name string) ([]byte, error) {
		text, err := fs.ReadFile(tree, name)
		if err == nil {
			text = change(name, text)
		}
		return text, err
	}}
}

// find returns a file, or nil if there is none of that name.
func (l *files) find(name string) *file {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f, ok := l.made[name]; ok {
		return f
	}
	text, err := l.read(name)
	k, known := l.kinds[path.Ext(name)]
	if err != nil || !known {
		return nil // not kept: there is no end to the names that somebody may ask for
	}
	sum := sha256.Sum256(text)
	f := &file{kind: k, plain: text, tag: hex.EncodeToString(sum[:12])} // 96 bits: no two of a few hundred are alike
	if k.packs {
		f.packed = pack(text)
	}
	l.made[name] = f
	return f
}

// pack returns the text packed, nil if that is no smaller.
func pack(text []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(text); err != nil || z.Close() != nil || b.Len() >= len(text) {
		return nil
	}
	return b.Bytes()
}

// serve answers with a file. It has a tag, by which a browser asks whether the one that it has is still the one; a page that is loaded
// again costs no bytes of it.
func (l *files) serve(w http.ResponseWriter, r *http.Request, name string) {
	f := l.find(name)
	if f == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	body, tag := f.plain, f.tag
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" && takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body, tag = f.packed, f.tag+"-gzip"
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// takesGzip reads an Accept-Encoding. What is not sure is no.
func takesGzip(accepts string) bool {
	for one := range strings.SplitSeq(accepts, ",") {
		name, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight == "" || strings.HasPrefix(weight, "q=1") || strings.HasPrefix(weight, "q=0.") && strings.Trim(weight[4:], "0") != ""
		}
	}
	return false
}
