//! The conversation, pure: what each actor has heard and awaits. No I/O, no clock of its own.
