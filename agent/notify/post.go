package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bedside/agent/config"
)

const (
	maxAnswer = 16 << 10 // bytes of an answer's header; our choice. Its body is not read at all
	// maxRetryAfter is the longest that a server is obeyed when it asks to be left alone; our choice.
	maxRetryAfter = time.Hour
)

// poster posts JSON to one address.
type poster struct {
	kind, url, host   string
	tokenFile, caFile string
}

func newPoster(c *config.Channel, endpoint func(*url.URL) *url.URL) (poster, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !config.Loopback(u.Hostname())) {
		return poster{}, errors.New("its url is not one that the configuration would accept")
	}
	return poster{kind: c.Kind, url: endpoint(u).String(), host: u.Host, tokenFile: c.TokenFile, caFile: c.CAFile}, nil
}

// check reads the files that a post needs.
func (p *poster) check() error {
	_, token := secret(p.kind, "token_file", p.tokenFile)
	_, ca := authorities(p.kind, p.caFile)
	return errors.Join(token, ca)
}

// post sends body with a connection of its own: there are few, and one that was kept could be dead without a sign.
func (p *poster) post(ctx context.Context, header http.Header, body []byte) error {
	token, err := secret(p.kind, "token_file", p.tokenFile)
	if err != nil {
		return err
	}
	client, err := p.client()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return permanent(p.kind, "the address of %s cannot be posted to; check url", p.host)
	}
	r.Header = header
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "bedside")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(r)
	if err != nil {
		return unreached(ctx, p.kind, p.host, err)
	}
	said := answer.StatusCode/100 == 2
	if err := answer.Body.Close(); err != nil && !said {
		return unreached(ctx, p.kind, p.host, err)
	}
	if !said {
		return p.refused(answer, token != "")
	}
	return nil
}

func (p *poster) client() (*http.Client, error) {
	pool, err := authorities(p.kind, p.caFile)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: attemptTime}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: maxAnswer, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		},
		// A redirect would take the message, its signature and its token elsewhere, and 301 would make a GET of it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// refused says what the status of an answer means.
func (p *poster) refused(answer *http.Response, signed bool) *Failure {
	code := answer.StatusCode
	switch {
	case code/100 == 3:
		return permanent(p.kind, "%s sends messages on to another address (%d); write the last address into url", p.host, code)
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		switch {
		case p.kind == config.Webhook:
			return permanent(p.kind, "%s refuses the message (%d); check that it knows the secret of secret_file", p.host, code)
		case signed:
			return permanent(p.kind, "%s refuses the token (%d); check token_file, and what the token may do there", p.host, code)
		default:
			return permanent(p.kind, "%s wants a token (%d); name its file with token_file", p.host, code)
		}
	case code == http.StatusNotFound || code == http.StatusMethodNotAllowed || code == http.StatusGone:
		return permanent(p.kind, "%s takes no messages at this address (%d); check url", p.host, code)
	case code == http.StatusTooManyRequests:
		f := temporary(p.kind, "%s was asked too often (%d); raise its limit for this station", p.host, code)
		f.After = retryAfter(answer)
		return f
	case code/100 == 4 && code != http.StatusRequestTimeout:
		return permanent(p.kind, "%s does not accept the message (%d); check that url leads to a service of kind %s", p.host, code, p.kind)
	default:
		f := temporary(p.kind, "%s is in trouble (%d)", p.host, code)
		f.After = retryAfter(answer)
		return f
	}
}

// retryAfter reads the header of that name, in seconds or as a date (RFC 9110 section 10.2.3).
func retryAfter(answer *http.Response) time.Duration {
	text := answer.Header.Get("Retry-After")
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(time.Until(at), 0), maxRetryAfter)
}

// encode writes a value of ours as JSON with its characters as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
