//! Stands between the shop and its origin of record, and spoils what passes: drops it, slows it, cuts it short, changes bytes, lies
//! about revisions, plays old answers again, sends without end. Which of these is drawn by lot; the lot is the same on every run.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::client::{self, Request, Response};

/// The most bytes of an endless answer: far more than the shop reads.
const ENDLESS: usize = 64 << 20;

/// What happens to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No fault.
    None,
    /// The connection ends without one.
    Dropped,
    /// It takes longer than the shop waits.
    Slow,
    /// Half of its body comes.
    Cut,
    /// A byte of its body is another one.
    Corrupt,
    /// It names another revision.
    Lie,
    /// The first answer to the same question comes again.
    Old,
    /// The server fails.
    Failed,
    /// It goes on and on.
    Endless,
    /// It is no HTTP.
    Garbage,
}

const FAULTS: [Fault; 10] = [
    Fault::None,
    Fault::Dropped,
    Fault::Slow,
    Fault::Cut,
    Fault::Corrupt,
    Fault::Lie,
    Fault::Old,
    Fault::Failed,
    Fault::Endless,
    Fault::Garbage,
];

/// A proxy that runs as long as this value lives.
#[derive(Debug)]
pub struct Faulty {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    origin: SocketAddr,
    /// How long a slow answer takes.
    delay: Duration,
    is_well: AtomicBool,
    is_over: AtomicBool,
    /// How many answers each fault has met.
    met: [AtomicUsize; FAULTS.len()],
    /// Whether bodies name a later version of their format.
    is_later: AtomicBool,
    state: Mutex<(u64, Vec<(String, Response)>)>,
}

impl Faulty {
    /// Stands before an origin.
    pub fn start(origin: SocketAddr, delay: Duration) -> Faulty {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("it has an address");
        let shared = Arc::new(Shared {
            origin,
            delay,
            is_well: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            met: Default::default(),
            is_later: AtomicBool::new(false),
            state: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.answer(stream));
            }
        });
        Faulty { address, shared }
    }

    /// The address as the edge wants it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stands before an origin and spoils nothing but the version of every format, which is one that the edge does not know yet: the
    /// origin of a later release.
    pub fn of_later_release(origin: SocketAddr) -> Faulty {
        let faulty = Faulty::start(origin, Duration::ZERO);
        faulty.get_well();
        faulty.shared.is_later.store(true, Ordering::Relaxed);
        faulty
    }

    /// From now on versions pass as they are, as if the edge had been deployed, too.
    pub fn be_of_this_release(&self) {
        self.shared.is_later.store(false, Ordering::Relaxed);
    }

    /// From now on nothing is spoiled.
    pub fn get_well(&self) {
        self.shared.is_well.store(true, Ordering::Relaxed);
    }

    /// How many answers met each fault.
    pub fn met(&self) -> Vec<(Fault, usize)> {
        FAULTS.into_iter().zip(self.shared.met.iter().map(|met| met.load(Ordering::Relaxed))).collect()
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // The listener looks once more; nobody waits for what it makes of this.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn draw(&self) -> usize {
        if self.is_well.load(Ordering::Relaxed) {
            return 0;
        }
        let mut state = self.state.lock().expect("nobody panics with it");
        // SplitMix64.
        state.0 = state.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state.0 ^ (state.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % 10).expect("it is below ten")
    }

    /// Nothing here matters to a test: a client that is gone is gone.
    fn answer(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let Some(target) = head.split(' ').nth(1) else { return };
        let place = self.draw();
        self.met[place].fetch_add(1, Ordering::Relaxed);
        let fault = FAULTS[place];
        match fault {
            Fault::Dropped => return,
            Fault::Slow => std::thread::sleep(self.delay),
            Fault::Garbage => {
                let _ = stream.write_all(b"\0\xff this is no answer\r\n\r\n");
                return;
            }
            _ => {}
        }
        let authorization = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("authorization").then(|| value.trim().to_owned())
        });
        let request = Request::get(target).header("authorization", &authorization.unwrap_or_default());
        // An origin that is down answers nobody.
        let Ok(mut answer) = client::send(self.origin, &request) else { return };
        {
            let mut state = self.state.lock().expect("nobody panics with it");
            match state.1.iter().find(|(known, _)| known == target) {
                Some((_, first)) if fault == Fault::Old => answer = first.clone(),
                Some(_) => {}
                None => state.1.push((target.to_owned(), answer.clone())),
            }
        }
        let mut body = std::mem::take(&mut answer.body);
        if self.is_later.load(Ordering::Relaxed) {
            make_later(&mut answer, &mut body);
        }
        let length = body.len();
        match fault {
            Fault::Cut => body.truncate(length / 2),
            Fault::Corrupt => {
                if let Some(byte) = body.get_mut(length / 2) {
                    *byte ^= 1;
                }
            }
            Fault::Lie => {
                for (name, value) in &mut answer.headers {
                    if name == "x-catalog-revision" || name == "x-catalog-base" {
                        "00000000deadbeef".clone_into(value);
                    }
                }
            }
            Fault::Failed => answer.status = 500,
            _ => {}
        }
        let is_endless = fault == Fault::Endless;
        let mut text = format!("HTTP/1.1 {} x\r\nconnection: close\r\n", if is_endless { 200 } else { answer.status });
        for (name, value) in
            answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "connection" | "content-length"))
        {
            text.extend([name, ": ", value, "\r\n"]);
        }
        if !is_endless && !matches!(answer.status, 204 | 304) {
            text.extend(["content-length: ", &length.to_string(), "\r\n"]);
        }
        text.push_str("\r\n");
        let _ = stream.write_all(text.as_bytes());
        if is_endless {
            let chunk = [b'x'; 16_384];
            let mut left = ENDLESS;
            while left > 0 && stream.write_all(&chunk).is_ok() {
                left -= chunk.len();
            }
            return;
        }
        let _ = stream.write_all(&body);
    }
}

/// Index and changes have their version, a number of four bytes, behind eight that name the format.
fn make_later(answer: &mut Response, body: &mut Vec<u8>) {
    if answer.headers.iter().any(|(name, value)| name == "content-encoding" && value == "gzip") {
        let mut whole = Vec::new();
        flate2::read::GzDecoder::new(body.as_slice()).read_to_end(&mut whole).expect("the origin packs its index");
        *body = whole;
        answer.headers.retain(|(name, _)| name != "content-encoding");
    }
    if let Some(version) = body.get_mut(8) {
        *version += 1;
    }
}
