//! Carries out what a conversation orders.

use super::*;

impl Stage {
    /// Carries out an order, as far as that is possible at once.
    ///
    /// Errors: the program could not be started, or this machine failed.
    pub fn perform(&mut self, order: Order) -> io::Result<()> {
        self.tick.soon();
        match order {
            Order::StartProgram => self.start(),
            Order::RestartProgram => {
                self.drain_outlets();
                self.end_program();
                self.start()
            }
            Order::Signal(signal) => match &mut self.program {
                Some(program) => program.signal(signal),
                None => Ok(()),
            },
            Order::Connect { seat, through, retry } => {
                let host = through.unwrap_or(self.setup.address.ip());
                self.connect(seat, SocketAddr::new(host, self.setup.address.port()), retry)
            }
            Order::Accept { seat, at } => {
                self.awaited.push_back((seat, at));
                self.accept_awaited();
                Ok(())
            }
            Order::Post { seat, letters, instead_of } => {
                self.write_mail(seat, letters, instead_of);
                Ok(())
            }
            Order::Send { seat, bytes, piece } => {
                self.with(seat, |client| client.queue(bytes, piece));
                self.push(seat);
                Ok(())
            }
            Order::HalfClose(seat) => {
                self.with(seat, Client::half_close);
                self.push(seat);
                Ok(())
            }
            Order::Close(seat) => {
                // Closing with unread input would send a reset.
                self.read_client(seat);
                self.with(seat, |client| client.leave(Writes::Closed));
                Ok(())
            }
            Order::Reset(seat) => {
                self.with(seat, |client| client.leave(Writes::Reset));
                Ok(())
            }
            Order::StopReading(seat) => {
                self.with(seat, Client::stop_reading);
                Ok(())
            }
            Order::ReadAgain(seat) => {
                self.with(seat, Client::read_again);
                self.read_client(seat);
                Ok(())
            }
            Order::Type(lines) => {
                self.type_lines(lines);
                Ok(())
            }
            Order::TypeRaw(bytes) => {
                self.type_bytes(&bytes);
                Ok(())
            }
            Order::Press(key) => {
                self.type_bytes(&key.bytes());
                Ok(())
            }
            Order::EndInput => {
                self.end_input();
                Ok(())
            }
        }
    }
}
