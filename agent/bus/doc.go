// Package bus is the agent's side of NATS: the embedded server or the site's by URL, one connection, publishing,
// acknowledgements, the sending of what an outage left behind, and the commands of a room. [Dial], [Listen] and [Ask] are for
// programs on the other side, which hear rooms and give orders.
//
// A live message is handed to the connection once, at once, and asks the broker for an acknowledgement that nobody
// waits for. What is not acknowledged stays in the outbox of the record; at every connect the package asks the broker
// what it has before it sends anything again, so that an outage costs no message and doubles none. DESIGN.md has the
// reasons and the limits of that.
package bus
