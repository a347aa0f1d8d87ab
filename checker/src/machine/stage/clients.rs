//! The clients on stage: dialled, accepted, sending.

use super::*;

impl Stage {
    pub(super) fn connect(&mut self, seat: Seat, address: SocketAddr, retry: Retry) -> io::Result<()> {
        self.let_go(seat);
        if let Some(client) = self.clients.get_mut(seat.0) {
            client.want(address);
            self.wanted.insert(seat);
        }
        match retry {
            Retry::Patient => self.dial_wanted(),
            Retry::Once => self.dial(seat, address, retry),
        }
        Ok(())
    }

    /// Makes room for another connection of this seat.
    pub(super) fn let_go(&mut self, seat: Seat) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        if let Some(stream) = client.stream() {
            let _ = self.poll.registry().deregister(stream);
        }
        self.past.extend(client.end());
        self.queued.retain(|other| *other != seat);
    }

    pub(super) fn dial(&mut self, seat: Seat, address: SocketAddr, retry: Retry) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        let dialed = client.dial(address, retry);
        self.wanted.remove(&seat);
        if dialed != Dialed::Refused
            && let Some(stream) = client.stream()
        {
            let interest = Interest::READABLE | Interest::WRITABLE;
            let _ = self.poll.registry().register(stream, Token(SEATS + seat.0), interest);
            self.queued.push_back(seat);
        }
        self.note_dialed(seat, dialed, retry);
    }

    pub(super) fn note_dialed(&mut self, seat: Seat, dialed: Dialed, retry: Retry) {
        match (dialed, retry) {
            (Dialed::Open, _) => self.report(Happening::Connected(seat)),
            (Dialed::Refused, Retry::Once) => self.report(Happening::Refused(seat)),
            (Dialed::Refused, Retry::Patient) => drop(self.wanted.insert(seat)),
            (Dialed::Pending, _) => {}
        }
    }

    /// Dials for those who wait to be connected, not more at a time than an accept queue holds.
    pub(super) fn dial_wanted(&mut self) {
        if self.wanted.is_empty() {
            return;
        }
        self.forget_accepted();
        let clients = &self.clients;
        let waits = |seat: &&Seat| clients.get(seat.0).is_some_and(|client| !client.has_ended());
        let queued = self.queued.iter().filter(waits).count();
        let room = if self.sight.is_some() { QUEUED.saturating_sub(queued) } else { usize::MAX };
        let address_of = |seat: &Seat| match clients.get(seat.0)?.line {
            Line::Wanted { address } => Some((*seat, address)),
            _ => None,
        };
        let wanted: Vec<(Seat, SocketAddr)> = self.wanted.iter().filter_map(address_of).take(room).collect();
        for (seat, address) in wanted {
            self.dial(seat, address, Retry::Patient);
            // Who is refused tells for all.
            if matches!(self.clients.get(seat.0).map(|client| &client.line), Some(Line::Wanted { .. })) {
                break;
            }
        }
    }

    pub(super) fn check_dialing(&mut self, seat: Seat) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        if let Line::Dialing { retry, .. } = client.line {
            let dialed = client.answered();
            self.note_dialed(seat, dialed, retry);
        }
    }

    /// Turns those who wait to be connected towards the address that the program listens on.
    pub(super) fn find_listener(&mut self, roots: &[i32]) {
        if self.setup.search == Search::No || self.wanted.is_empty() {
            return;
        }
        let Some(sight) = &mut self.sight else { return };
        let Some(found) = sight.listeners(roots).into_iter().find(|found| found.port() != 0) else { return };
        self.setup.address.set_port(found.port());
        for client in &mut self.clients {
            if let Line::Wanted { address } = &mut client.line {
                address.set_port(found.port());
            }
        }
    }

    pub(super) fn push_all(&mut self) -> Progress {
        let mut progress = Progress::None;
        for seat in 0..self.clients.len() {
            if self.push(Seat(seat)) == Progress::Some {
                progress = Progress::Some;
            }
        }
        progress
    }

    /// Sends what the kernel takes of what a client has queued.
    pub(super) fn push(&mut self, seat: Seat) -> Progress {
        let Some(client) = self.clients.get(seat.0) else { return Progress::None };
        if !client.has_queue() {
            return Progress::None;
        }
        let taken = if client.sends_in_pieces() { self.taken(seat) } else { Taken::No };
        let Some(client) = self.clients.get_mut(seat.0) else { return Progress::None };
        let before = client.sent();
        let pushed = client.push(taken);
        let after = client.sent();
        match pushed {
            Pushed::Emptied => self.report(Happening::Sent(seat)),
            Pushed::Failed => self.report(Happening::SendFailed(seat)),
            Pushed::Idle | Pushed::Full | Pushed::Held => {}
        }
        if after == before && matches!(pushed, Pushed::Idle | Pushed::Full | Pushed::Held) {
            return Progress::None;
        }
        self.last_piece = Some(Instant::now());
        self.tick.soon();
        Progress::Some
    }

    /// Has the program read everything that this client sent?
    pub(super) fn taken(&mut self, seat: Seat) -> Taken {
        let Some(end) = self.clients.get(seat.0).and_then(Client::end) else { return Taken::Yes };
        let Some(sight) = &mut self.sight else {
            // Nobody takes anything any more.
            if self.clients.get(seat.0).is_some_and(Client::has_ended) {
                return Taken::Yes;
            }
            let long_ago = |last: Instant| last.elapsed() >= PIECE_UNSEEN;
            return if self.last_piece.is_none_or(long_ago) { Taken::Yes } else { Taken::No };
        };
        match sight.standing(&end) {
            Ok(Standing::Held(flow)) if flow.arrived >= end.sent && flow.unread == 0 => Taken::Yes,
            Ok(Standing::ClosedByProgram | Standing::Gone) => Taken::Yes,
            _ => Taken::No,
        }
    }

    /// Those who have been accepted, or have left, wait in no queue.
    pub(super) fn forget_accepted(&mut self) {
        let clients = &self.clients;
        self.queued.retain(|seat| match clients.get(seat.0) {
            Some(client) => match client.line {
                Line::Dialing { .. } => true,
                Line::Open(_) => client.acceptance == Acceptance::Unknown,
                _ => false,
            },
            None => false,
        });
    }

    pub(super) fn watch_acceptance(&mut self, whom: Queue) {
        self.forget_accepted();
        let Some(sight) = &mut self.sight else { return };
        let mut accepted = Vec::new();
        for seat in &self.queued {
            let Some(client) = self.clients.get_mut(seat.0) else { continue };
            let Some(end) = client.end().filter(|_| client.is_open()) else { continue };
            match sight.standing(&end) {
                Ok(Standing::Held(_) | Standing::ClosedByProgram) => {
                    client.acceptance = Acceptance::Known;
                    accepted.push(*seat);
                }
                Ok(Standing::InAcceptQueue | Standing::InHandshake) if whom == Queue::Front => break,
                _ => {}
            }
        }
        for seat in accepted {
            self.report(Happening::Accepted(seat));
        }
    }
}
