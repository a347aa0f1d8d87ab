//! Datagrams on stage: sent, heard, and known to have arrived.

use super::*;
use crate::machine::network::mailbox::{Mailbox, Posted, To};

impl Stage {
    /// Turns the sockets of those who receive datagrams into mailboxes; the other stations stay what they are.
    pub(super) fn open_mail(setup: &mut Setup, poll: &Poll) -> io::Result<BTreeMap<Seat, Mailbox>> {
        let mut mail = BTreeMap::new();
        let mut others = Vec::new();
        for (seat, station) in std::mem::take(&mut setup.stations) {
            match station.mailbox() {
                Ok(socket) => drop(mail.insert(seat, Mailbox::new(seat, socket))),
                Err(station) => others.push((seat, station)),
            }
        }
        setup.stations = others;
        for seat in &setup.udp_clients {
            mail.insert(*seat, Mailbox::new(*seat, station::udp_client()?));
        }
        for mailbox in mail.values_mut() {
            let token = Token(SEATS + mailbox.seat.0);
            poll.registry().register(mailbox.socket(), token, Interest::READABLE)?;
        }
        Ok(mail)
    }

    /// A client's datagrams go to the program, a server's to whom it, or somebody else, has heard.
    pub(super) fn write_mail(&mut self, seat: Seat, letters: Vec<Vec<u8>>, instead_of: Option<Seat>) {
        let to = if instead_of.is_none() && self.setup.udp_clients.contains(&seat) {
            To::Program
        } else {
            let hearer = self.mail.get(&instead_of.unwrap_or(seat));
            hearer.and_then(|mailbox| mailbox.peer).map_or(To::Nobody, To::Address)
        };
        if let Some(mailbox) = self.mail.get_mut(&seat) {
            for letter in letters {
                mailbox.queue(letter, to);
            }
        }
        self.post(seat);
    }

    /// Sends what the program's port takes of what was queued before.
    pub(super) fn post_all(&mut self) -> Progress {
        let waiting: Vec<Seat> =
            self.mail.values().filter(|mailbox| mailbox.has_queue()).map(|mailbox| mailbox.seat).collect();
        let mut progress = Progress::None;
        for seat in waiting {
            if self.post(seat) == Progress::Some {
                progress = Progress::Some;
            }
        }
        progress
    }

    fn post(&mut self, seat: Seat) -> Progress {
        let (Some(mailbox), Some(loopback)) = (self.mail.get_mut(&seat), &mut self.loopback) else {
            return Progress::None;
        };
        match mailbox.post(self.setup.address, loopback) {
            Posted::All => {
                self.report(Happening::Sent(seat));
                self.tick.soon();
                Progress::Some
            }
            Posted::Idle | Posted::Refused => Progress::None,
        }
    }

    pub(super) fn read_mail(&mut self, seat: Seat) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let is_client = self.setup.udp_clients.contains(&seat);
        while let Some(mailbox) = self.mail.get_mut(&seat)
            && let Some((count, from)) = mailbox.read(&mut buffer)
        {
            let bytes = buffer[..count].to_vec();
            if is_client && from != self.setup.address {
                self.report(Happening::Strayed { seat, from, bytes });
            } else {
                mailbox.peer = Some(from);
                self.report(Happening::Heard { ear: Ear::Seat(seat), bytes });
            }
        }
        self.buffer = buffer;
    }

    /// Lets all arrive that was sent before, where something may be on its way to us.
    pub(super) fn drain_loopback(&mut self) {
        if let Some(loopback) = &mut self.loopback {
            loopback.drain();
        }
    }
}
