//! What is heard on stage: sockets, output, files.

use super::*;

impl Stage {
    pub(super) fn read_everything(&mut self) {
        for seat in 0..self.clients.len() {
            self.read_client(Seat(seat));
            self.read_mail(Seat(seat));
        }
        self.drain_outlets();
        self.read_files();
    }

    pub(super) fn drain_outlets(&mut self) {
        for index in 0..self.outlets.len() {
            self.read_outlet(index);
        }
    }

    pub(super) fn read_client(&mut self, seat: Seat) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let ear = Ear::Seat(seat);
        for gulp in 0..=GULPS {
            let Some(client) = self.clients.get_mut(seat.0) else { break };
            if gulp == GULPS {
                self.backlog.insert(ear);
                break;
            }
            match client.read(&mut buffer) {
                Gulp::Bytes(count) => {
                    client.acceptance = Acceptance::Known;
                    self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
                }
                Gulp::End(ending) => self.report(Happening::Ended { ear, ending }),
                Gulp::Nothing => break,
            }
        }
        self.buffer = buffer;
    }

    pub(super) fn read_outlet(&mut self, index: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for gulp in 0..=GULPS {
            let Some(outlet) = self.outlets.get_mut(index) else { break };
            let ear = outlet.ear;
            if gulp == GULPS {
                self.backlog.insert(ear);
                break;
            }
            match outlet.read(&mut buffer) {
                outlet::Gulp::Bytes(count) => {
                    self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
                }
                outlet::Gulp::End => {
                    let _ = self.poll.registry().deregister(&mut SourceFd(&outlet.fd.as_raw_fd()));
                    self.report(Happening::Ended { ear, ending: crate::model::stage::Ending::Fin });
                }
                outlet::Gulp::Nothing => break,
            }
        }
        self.buffer = buffer;
    }

    pub(super) fn read_files(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for index in 0..self.written.len() {
            let count = self.written[index].read(&self.folder, &mut buffer);
            if count > 0 {
                let ear = self.written[index].ear;
                self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
            }
        }
        self.buffer = buffer;
    }
}
