//! @en `LAB PORT`: answers each line of its client with the same line.
//! @pt-BR `LAB PORTA`: responde cada linha do seu cliente com a mesma linha.

use std::env;

fn main() {
    let port: u16 = env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(9090);
    todo!("@en listen on port {port}")
    todo!("@pt-BR escutar na porta {port}")
}
