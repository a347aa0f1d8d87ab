//! The checker's own ends of a conversation: clients, servers, and the ports that both need.

pub mod client;
pub mod holder;
pub mod loopback;
pub mod mailbox;
pub mod port;
pub mod station;
