//! Clients come and go; servers take what comes.

use rust_i18n::t;

use super::people::{Connection, LineState, Person, Role, Speaker};
use super::{Act, Outcome, Session};
use crate::command::by_hand::casting::Play;
use crate::command::by_hand::wish::{Transport, USER};
use crate::command::suggest;
use crate::grade::bench::Host;
use crate::model::course::Post;
use crate::model::stage::{Order, Retry, Seat};
use crate::report::style::Ink;

/// Names of clients, and of those who turn out to be behind a further connection to a server.
const CLIENTS: [&str; 3] = ["ana", "bia", "caio"];
const GUESTS: [&str; 2] = ["rui", "lia"];

impl Session<'_> {
    /// Those who have a port are there before the program is.
    pub(super) fn seat_hosts(&mut self) {
        for Host { name, post, address } in self.bench.hosts.clone() {
            self.enlist(&name, Role::Host(post));
            let told = match post {
                Post::TcpServer => t!("listens on %{address}", address = address),
                Post::TcpFull => {
                    t!("listens on %{address}, where the accept queue is full", address = address)
                }
                Post::TcpClosed => t!("does not listen on %{address}", address = address),
                Post::UdpServer => t!("receives datagrams at %{address}", address = address),
                Post::UdpClosed => t!("receives nothing at %{address}", address = address),
            };
            self.show_notice(&name, &told);
        }
    }

    fn enlist(&mut self, name: &str, role: Role) {
        self.record.add_seat(name, role.speech());
        self.notebook.add_seat(name, role);
        self.clients.push(Person::new(name.to_owned(), role));
    }

    /// Takes the next connection that the program has made: the server's own, or a further one under a name of
    /// its own.
    pub(super) fn let_in(&mut self) -> Result<(), String> {
        if self.let_in.is_some() {
            return Ok(());
        }
        let Some(at) = self.bench.stage.knocked() else { return Ok(()) };
        let is_free = self.clients.get(at.0).is_some_and(Person::is_gone);
        let seat = if is_free { at } else { self.seat_guest() };
        self.let_in = Some(seat);
        self.perform(Order::Accept { seat, at })
    }

    fn seat_guest(&mut self) -> Seat {
        let left = self.clients.iter().position(|client| client.role == Role::Guest && client.is_gone());
        left.map(Seat).unwrap_or_else(|| {
            let name = self.fresh_name(&GUESTS, "guest");
            let seat = self.bench.stage.add_seat();
            self.enlist(&name, Role::Guest);
            seat
        })
    }

    pub(super) fn not_connected(&self, client: usize) {
        let name = &self.clients[client].name;
        if let Role::Host(Post::TcpClosed | Post::TcpFull | Post::UdpClosed) = self.clients[client].role {
            return self.only_a_port(name);
        }
        let told = match self.clients[client].line {
            _ if self.departure.is_some() => {
                t!(
                    "%{name} is not connected: the program has ended. `:restart` starts it again.",
                    name = name
                )
            }
            LineState::Dialing => {
                t!("%{name} is not connected yet: the program does not listen.", name = name)
            }
            _ if self.clients[client].role != Role::Dialer => {
                t!("%{name} has no connection: the program has to connect first.", name = name)
            }
            _ => t!("%{name} is not connected. `:open %{name}` connects again.", name = name),
        };
        self.say(Ink::Mild, &told);
    }

    pub(super) fn only_a_port(&self, name: &str) {
        self.say(Ink::Mild, &t!("%{name} only lends its port, and does nothing.", name = name));
    }

    pub(super) fn open(&mut self, name: Option<String>, transport: Option<Transport>) -> Result<(), String> {
        let name = name.unwrap_or_else(|| match self.speaker {
            Speaker::Client(client) if self.clients[client].may_dial_again() => {
                self.clients[client].name.clone()
            }
            _ => self.fresh_name(&CLIENTS, "client"),
        });
        if name == USER {
            self.speaker = Speaker::User;
            return Ok(());
        }
        let known = self.clients.iter().position(|client| client.name == name);
        if let Some(client) = known
            && self.clients[client].role != Role::Dialer
        {
            return self.go_on_as(client);
        }
        let wants_udp = match transport {
            Some(transport) => transport == Transport::Udp,
            None => self.sends_datagrams(),
        };
        if known.is_none() && wants_udp {
            return self.open_udp(&name);
        }
        let client = match known {
            Some(client) if !self.clients[client].is_gone() => {
                self.speaker = Speaker::Client(client);
                self.say(Ink::Mild, &t!("%{name} is connected already.", name = name));
                return Ok(());
            }
            Some(client) => client,
            None => {
                let Seat(client) = self.bench.stage.add_seat();
                self.enlist(&name, Role::Dialer);
                client
            }
        };
        self.clients[client].line = LineState::Dialing;
        self.clients[client].connection = Connection::Untold;
        self.speaker = Speaker::Client(client);
        self.begin(Act::Connected(client));
        // Nobody will listen who has ended.
        let retry = if self.departure.is_some() { Retry::Once } else { Retry::Patient };
        self.perform(Order::Connect { seat: Seat(client), through: None, retry })
    }

    /// Those who are not opened, but are there, or wait for the program.
    fn go_on_as(&mut self, client: usize) -> Result<(), String> {
        let name = self.clients[client].name.clone();
        let told = match self.clients[client].role {
            Role::Host(Post::TcpServer) => {
                t!("%{name} is a server: the program connects to it, and it accepts by itself.", name = name)
            }
            Role::Host(_) | Role::Mailer => {
                t!("%{name} is there: with UDP nobody connects.", name = name)
            }
            Role::Guest | Role::Dialer => {
                t!("%{name} is a connection that the program has made.", name = name)
            }
        };
        self.say(Ink::Mild, &told);
        self.speaker = Speaker::Client(client);
        Ok(())
    }

    /// Where nothing else is said, a client speaks as the lab does.
    fn sends_datagrams(&self) -> bool {
        let has_server = self.clients.iter().any(|client| client.role == Role::Host(Post::UdpServer));
        self.part.play == Play::Receiver || has_server
    }

    fn open_udp(&mut self, name: &str) -> Result<(), String> {
        let seat = self.bench.stage.add_udp_seat().map_err(|error| error.to_string())?;
        self.enlist(name, Role::Mailer);
        self.speaker = Speaker::Client(seat.0);
        if let Some(own) = self.bench.stage.local_address(seat) {
            self.notebook.port(seat, own.port());
            let told =
                t!("sends datagrams from %{own} to %{address}", own = own, address = self.bench.address);
            self.show_notice(name, &told);
        }
        self.outcome = Outcome::Something;
        Ok(())
    }

    fn fresh_name(&self, names: &[&str], numbered: &str) -> String {
        let is_free = |name: &str| self.clients.iter().all(|client| client.name != name);
        let named = names.iter().map(|name| (*name).to_owned());
        let numbered = (1..).map(|number| format!("{numbered}{number}"));
        named.chain(numbered).find(|name| is_free(name)).unwrap_or_default()
    }

    pub(super) fn speak_as(&mut self, name: &str) {
        if name == USER {
            self.speaker = Speaker::User;
        } else if let Some(client) = self.known(Some(name.to_owned())) {
            self.speaker = Speaker::Client(client);
        }
    }

    pub(super) fn leave(&mut self, name: Option<String>, order: fn(Seat) -> Order) -> Result<(), String> {
        let Some(client) = self.connected(name) else { return Ok(()) };
        self.begin(Act::Left(client));
        self.perform(order(Seat(client)))?;
        self.clients[client].line = LineState::Over;
        Ok(())
    }

    /// The client of this name, or the one who speaks.
    pub(super) fn known(&self, name: Option<String>) -> Option<usize> {
        let Some(name) = name else {
            if let Speaker::Client(client) = self.speaker {
                return Some(client);
            }
            self.say(Ink::Mild, &t!("No client speaks now: `:open ana` connects one."));
            return None;
        };
        let found = self.clients.iter().position(|client| client.name == name);
        if found.is_none() {
            let told = match suggest(&name, &self.names()) {
                Some(near) => t!("There is no %{name}. Did you mean %{near}?", name = name, near = near),
                None => t!("There is no %{name}: `:open %{name}` connects a new client.", name = name),
            };
            self.say(Ink::Mild, &told);
        }
        found
    }

    pub(super) fn connected(&self, name: Option<String>) -> Option<usize> {
        let client = self.known(name)?;
        if self.clients[client].sends_datagrams() {
            let name = &self.clients[client].name;
            self.say(Ink::Mild, &t!("%{name} sends datagrams: there is no connection to end.", name = name));
            return None;
        }
        if matches!(self.clients[client].line, LineState::Over | LineState::Dialing) {
            self.not_connected(client);
            return None;
        }
        Some(client)
    }
}
