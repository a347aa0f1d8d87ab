//! `LAB PORT`: answers each line of its client with the same line.

use std::env;

fn main() {
    let port: u16 = env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(9090);
    todo!("listen on port {port}")
}
