//! Connections that the program makes to us, taken when a script asks for them.

use super::*;

impl Stage {
    /// Takes what waits in our queues, for those who wait for it, in the order in which they asked.
    pub(super) fn accept_awaited(&mut self) {
        for (seat, at) in std::mem::take(&mut self.awaited) {
            let station = self.setup.stations.iter().find(|(owner, _)| *owner == at);
            match station.and_then(|(_, station)| station.accept()) {
                Some((stream, _)) => self.welcome(seat, stream),
                None => self.awaited.push_back((seat, at)),
            }
        }
    }

    fn welcome(&mut self, seat: Seat, stream: TcpStream) {
        self.let_go(seat);
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        client.welcome(stream);
        if let Some(stream) = client.stream() {
            let interest = Interest::READABLE | Interest::WRITABLE;
            let _ = self.poll.registry().register(stream, Token(SEATS + seat.0), interest);
        }
        self.report(Happening::CameIn(seat));
    }
}
