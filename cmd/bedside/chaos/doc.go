// Package chaos breaks everything that can break around a room, and proves afterwards that nothing was lost. Agents, the NATS
// server, the station and the simulated devices run as processes of their own; a seeded plan kills them, freezes and cuts the
// lines between them, pulls plugs and fills disks, while the simulated people cross limits on schedule. At the end what the
// devices logged to have sent, what stands in the records, and what a witness heard over NATS are compared.
//
// What counts as a loss and what does not was written down before the first run: DESIGN.md of this package. Equal seeds give
// equal plans and equal people; how the processes meet them is the computer's.
package chaos
