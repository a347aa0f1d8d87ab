//! clap definitions and the exit status; nothing else.
