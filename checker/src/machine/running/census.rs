//! What a program has: threads, connections and open files of its whole tree, and its use of processors.
//!
//! It lives on `/proc` alone, so that it counts where nothing else may be looked at.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::machine::running::tree;
use crate::model::stage::{Load, Resources};

/// A thread's use of processors is held against at least so much time.
const WINDOW: Duration = Duration::from_millis(400);

/// What a thread has had and wanted of the processors since it began.
#[derive(Debug, Clone, Copy, Default)]
struct Demand {
    /// It ran, or waited for its turn.
    wanted: Duration,
    /// How often it gave its processor up to wait for something.
    waits: u64,
    /// `R`, `S` …, as proc(5) calls it.
    state: Option<char>,
}

/// A thread between two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Calm,
    Busy,
    /// It waited for nothing and yet was not seen to run: its turn on a loaded machine may still be to come,
    /// which the kernel books when it is over.
    Unclear,
}

/// What is kept from one count to the next.
#[derive(Debug, Default)]
pub struct Census {
    before: Option<(Instant, BTreeMap<i32, Demand>)>,
    busy: Vec<i32>,
    load: Load,
}

impl Census {
    /// Counts what the processes below `roots`, themselves included, have at this moment.
    pub fn count(&mut self, roots: &[i32]) -> Resources {
        let mut pids = Vec::new();
        for root in roots {
            for pid in std::iter::once(*root).chain(tree::below(*root)) {
                if !pids.contains(&pid) {
                    pids.push(pid);
                }
            }
        }
        let mut resources = Resources::default();
        let mut demands = BTreeMap::new();
        let mut sockets: HashSet<u64> = HashSet::new();
        for pid in &pids {
            let threads = threads(*pid);
            resources.threads += threads.len() as u64;
            demands.extend(threads);
            let files = descriptors(*pid);
            resources.files += files.len() as u64;
            sockets.extend(files.iter().filter_map(|name| inode(name)));
        }
        resources.connections = sockets.difference(&no_connections(&pids)).count() as u64;
        self.compare(demands);
        resources.load = self.load;
        resources
    }

    /// Begins anew: how the program used processors until now says nothing about what comes.
    pub fn restart(&mut self) {
        self.before = None;
        self.load = Load::default();
    }

    /// Threads (`tid`) that were busy at the last count.
    pub fn busy(&self) -> &[i32] {
        &self.busy
    }

    fn compare(&mut self, demands: BTreeMap<i32, Demand>) {
        let now = Instant::now();
        let Some((then, earlier)) = &self.before else {
            self.before = Some((now, demands));
            return;
        };
        let window = now.duration_since(*then);
        if window < WINDOW {
            return;
        }
        let uses: Vec<(i32, Use)> = demands
            .iter()
            .map(|(tid, demand)| (*tid, demand.since(earlier.get(tid).unwrap_or(demand), window)))
            .collect();
        let busy: Vec<i32> =
            uses.iter().filter(|(_, used)| *used == Use::Busy).map(|(tid, _)| *tid).collect();
        if !busy.is_empty() {
            self.busy = busy;
            self.load = Load::Busy;
        } else if uses.iter().all(|(_, used)| *used == Use::Calm) {
            self.busy.clear();
            self.load = Load::Calm;
        }
        self.before = Some((now, demands));
    }
}

impl Demand {
    fn since(self, earlier: &Demand, window: Duration) -> Use {
        // Waiting for a processor counts as well: on a loaded machine nobody gets a whole one.
        if self.wanted.saturating_sub(earlier.wanted) >= window * 3 / 4 {
            Use::Busy
        } else if self.waits == earlier.waits && (self.wanted != earlier.wanted || self.state == Some('R')) {
            Use::Unclear
        } else {
            Use::Calm
        }
    }
}

/// The living threads of a process.
fn threads(pid: i32) -> Vec<(i32, Demand)> {
    tree::living_threads(pid).into_iter().map(|tid| (tid, demand(pid, tid))).collect()
}

fn demand(pid: i32, tid: i32) -> Demand {
    let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/task/{tid}/{name}")).unwrap_or_default();
    let statistics = read("schedstat");
    let mut nanoseconds = statistics.split_whitespace().map(|word| word.parse::<u64>().unwrap_or(0));
    let (ran, waited) = (nanoseconds.next().unwrap_or(0), nanoseconds.next().unwrap_or(0));
    let status = read("status");
    let value = |key: &str| Some(status.lines().find_map(|line| line.strip_prefix(key))?.trim());
    Demand {
        wanted: Duration::from_nanos(ran.saturating_add(waited)),
        waits: value("voluntary_ctxt_switches:").and_then(|number| number.parse().ok()).unwrap_or(0),
        state: value("State:").and_then(|state| state.chars().next()),
    }
}

/// The names of what a process has open.
fn descriptors(pid: i32) -> Vec<String> {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let names = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

fn inode(name: &str) -> Option<u64> {
    name.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// Sockets that are no connections, in the networks of these processes: those that listen, and those of
/// other kinds. A connection that was reset is in no table, and yet the program holds it.
fn no_connections(pids: &[i32]) -> HashSet<u64> {
    let mut networks = HashSet::new();
    let mut sockets = HashSet::new();
    for pid in pids {
        let network = fs::read_link(format!("/proc/{pid}/ns/net")).ok();
        if !networks.insert(network) {
            continue;
        }
        for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6", "unix", "netlink", "packet"] {
            let text = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
            sockets.extend(text.lines().skip(1).filter_map(|line| no_connection(table, line)));
        }
    }
    sockets
}

/// The inode of a line of `/proc/PID/net/TABLE`, unless its socket is a TCP connection.
fn no_connection(table: &str, line: &str) -> Option<u64> {
    const LISTEN: &str = "0A";
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = match table {
        "unix" => 6,
        "packet" => 8,
        _ => 9,
    };
    let is_tcp = table.starts_with("tcp");
    if is_tcp && *words.get(3)? != LISTEN {
        return None;
    }
    words.get(at)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    fn me() -> [i32; 1] {
        [std::process::id() as i32]
    }

    #[test]
    fn what_listens_and_what_is_no_tcp_is_no_connection() {
        let tcp = |state: &str| {
            format!(
                "   1: 0100007F:2382 0100007F:C350 {state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0"
            )
        };
        assert_eq!((no_connection("tcp", &tcp("01")), no_connection("tcp", &tcp("08"))), (None, None));
        assert_eq!(no_connection("tcp6", &tcp("0A")), Some(4711));
        assert_eq!(no_connection("udp", &tcp("07")), Some(4711));
        let unix = "0000000000000000: 00000002 00000000 00010000 0001 01 4712 /run/socket";
        assert_eq!(no_connection("unix", unix), Some(4712));
        assert_eq!((no_connection("tcp", "1: x"), no_connection("unix", "")), (None, None));
    }

    #[test]
    fn a_connection_counts_until_its_last_handle_is_closed() {
        let is_connection = |stream: &TcpStream| !no_connections(&me()).contains(&inode_of(stream));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (served, _) = listener.accept().unwrap();
        assert!(is_connection(&client) && is_connection(&served));
        assert!(no_connections(&me()).contains(&inode_of(&listener)));
        drop(client);
        assert!(is_connection(&served));
        assert_eq!(inode_of(&served), inode_of(&served.try_clone().unwrap()));
        let datagrams = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        assert!(no_connections(&me()).contains(&inode_of(&datagrams)));
    }

    fn inode_of(socket: &impl std::os::fd::AsRawFd) -> u64 {
        let name = fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).unwrap();
        inode(name.to_str().unwrap()).unwrap()
    }

    #[test]
    fn a_thread_that_only_waits_for_its_turn_is_not_called_calm() {
        let window = WINDOW;
        let earlier = Demand { wanted: Duration::from_secs(1), waits: 7, state: Some('S') };
        let after = |milliseconds: u64, waits: u64| Demand {
            wanted: earlier.wanted + Duration::from_millis(milliseconds),
            waits,
            ..earlier
        };
        assert_eq!(after(390, 7).since(&earlier, window), Use::Busy);
        assert_eq!(after(120, 7).since(&earlier, window), Use::Unclear);
        assert_eq!(after(120, 9).since(&earlier, window), Use::Calm);
        assert_eq!(after(0, 7).since(&earlier, window), Use::Calm);
        assert_eq!(Demand { state: Some('R'), ..earlier }.since(&earlier, window), Use::Unclear);
    }

    #[test]
    fn a_spinning_thread_is_busy_and_a_waiting_one_is_not() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let over = AtomicBool::new(false);
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _ = tell.send(nix::unistd::gettid().as_raw());
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            let spinning = told.recv().unwrap();
            let mut census = Census::default();
            let began = Instant::now();
            // The kernel books a wait for a processor when it is over, so one window may come too early.
            while !census.busy().contains(&spinning) && began.elapsed() < Duration::from_secs(60) {
                census.count(&me());
            }
            over.store(true, Ordering::Relaxed);
            assert!(census.busy().contains(&spinning), "{:?}", census.busy());
            assert_eq!(census.load, Load::Busy);
        });
    }
}
