//! The edges: processes, sockets, pseudo-terminals, /proc, cargo, folders.
