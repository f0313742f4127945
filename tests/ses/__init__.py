"""A loopback SES over real HTTP: it speaks the Query protocol, misbehaves on demand, and keeps a record."""
