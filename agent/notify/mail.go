package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"bedside/agent/config"
	"bedside/alerts"
)

// submissions is the port on which TLS comes first (RFC 8314 section 3.3); on all others it comes by STARTTLS.
const submissions = 465

// mailer sends mail by one server. Without TLS it speaks to this machine alone.
type mailer struct {
	channel config.Channel
	host    string
	port    int
	first   bool // TLS comes first, before the server says anything
}

func newMailer(c *config.Channel) (*mailer, error) {
	host, port, err := net.SplitHostPort(c.Server)
	number, portErr := strconv.Atoi(port)
	if err != nil || portErr != nil || host == "" || c.From == "" || len(c.To) == 0 {
		return nil, errors.New("its server, from and to are not what the configuration would accept")
	}
	return &mailer{channel: *c, host: host, port: number, first: number == submissions}, nil
}

func (m *mailer) check() error {
	_, password := secret(config.Mail, "secret_file", m.channel.SecretFile)
	_, ca := authorities(config.Mail, m.channel.CAFile)
	return errors.Join(password, ca)
}

func (m *mailer) send(ctx context.Context, now time.Time, n *Notice) error {
	// The library leaves a connection open on which it failed early, and heeds the context only while it dials.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client, err := m.client(ctx)
	if err != nil {
		return err
	}
	message, err := m.compose(now, n)
	if err != nil {
		return permanent(config.Mail, "the mail cannot be written; check from and to")
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil && !message.IsDelivered() {
		return m.refused(ctx, err)
	}
	return nil // taken is taken, even if the farewell was lost
}

func (m *mailer) client(ctx context.Context) (*mail.Client, error) {
	password, err := secret(config.Mail, "secret_file", m.channel.SecretFile)
	if err != nil {
		return nil, err
	}
	pool, err := authorities(config.Mail, m.channel.CAFile)
	if err != nil {
		return nil, err
	}
	secured := &tls.Config{ServerName: m.host, RootCAs: pool, MinVersion: tls.VersionTLS12}
	options := []mail.Option{
		mail.WithPort(m.port), mail.WithTimeout(attemptTime), mail.WithTLSConfig(secured),
		mail.WithDialContextFunc(m.dial(ctx, secured)), mail.WithHELO("localhost"),
	}
	switch {
	case m.first:
		options = append(options, mail.WithSSL())
	case config.Loopback(m.host):
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.channel.User != "" {
		options = append(options, mail.WithUsername(m.channel.User), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	client, err := mail.NewClient(m.host, options...)
	if err != nil {
		return nil, permanent(config.Mail, "%s cannot be asked as it is configured; check server and user", m.channel.Server)
	}
	return client, nil
}

// dial returns a dialer whose connections end with the try that they belong to, whatever they wait for.
func (m *mailer) dial(try context.Context, secured *tls.Config) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(try, func() { _ = conn.Close() }) // it is over either way
		if !m.first {
			return conn, nil
		}
		first := tls.Client(conn, secured)
		return first, first.HandshakeContext(ctx)
	}
}

// compose writes the mail. Its Message-ID is the same whenever it is tried again, so that a mailbox can drop a second copy.
func (m *mailer) compose(now time.Time, n *Notice) (*mail.Msg, error) {
	p := n.public()
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	err := errors.Join(msg.From(m.channel.From), msg.To(m.channel.To...))
	msg.Subject(p.headline())
	msg.SetDateWithValue(now)
	_, domain, _ := strings.Cut(m.channel.From, "@")
	msg.SetMessageIDWithValue("notice." + p.message + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 section 5
	if n.Priority == alerts.High && !p.resolved && !p.test && !p.simulated {
		msg.SetImportance(mail.ImportanceUrgent)
	}
	msg.SetBodyString(mail.TypeTextPlain, p.headline()+".\n"+p.call()+"\n"+p.when()+".\n")
	return msg, err
}

// refused says what the server's code means: 4xx is for now, 5xx for good (RFC 5321 section 4.2.1).
func (m *mailer) refused(ctx context.Context, err error) *Failure {
	server := m.channel.Server
	code := 0
	if sending, ok := errors.AsType[*mail.SendError](err); ok {
		code = sending.ErrorCode()
	}
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		code = said.Code
	}
	switch {
	case code == 535 || code == 534 || code == 530 || code == 538: // RFC 4954 section 6
		return permanent(config.Mail, "%s refuses user and password (%d); check user and secret_file", server, code)
	case code/100 == 5:
		return permanent(config.Mail, "%s refuses the mail (%d); check from and to, and who may send there", server, code)
	case code/100 == 4:
		return temporary(config.Mail, "%s does not take the mail now (%d)", server, code)
	case strings.Contains(err.Error(), "STARTTLS"):
		return temporary(config.Mail, "%s offers no STARTTLS, and without TLS no mail is sent; try port 465", server)
	case strings.Contains(err.Error(), "SMTP AUTH"), strings.Contains(err.Error(), "SMTP Auth"):
		return temporary(config.Mail, "%s offers no way of signing in that is safe; leave user out, or try another port", server)
	}
	return unreached(ctx, config.Mail, server, err)
}
