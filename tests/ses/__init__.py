"""A loopback SES over real HTTP: it speaks the Query protocol, holds points, misbehaves on demand, and keeps a record."""
