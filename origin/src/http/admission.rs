//! Admission of connections: a limit for all of them, and one for each address, so that no single client takes all. At the first limit
//! further ones wait in the system's backlog; at the second they are refused at once.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The address that a request comes from: an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The connections of a port.
#[derive(Debug)]
pub(crate) struct Admission {
    permits: Arc<Semaphore>,
    /// The most connections of one address.
    of_an_address: usize,
    open: Mutex<BTreeMap<IpAddr, usize>>,
}

/// A connection's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    admission: Arc<Admission>,
    address: IpAddr,
    /// Released after the count of the address: the next connection may be of the same address.
    _permit: OwnedSemaphorePermit,
}

impl Admission {
    pub(crate) fn new(connections: usize, of_an_address: usize) -> Admission {
        let permits = Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS)));
        Admission { permits, of_an_address, open: Mutex::default() }
    }

    /// Waits until there may be one more connection.
    pub(crate) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// Takes a place for a connection from this address, unless that has as many as it may have.
    pub(crate) fn place(self: &Arc<Self>, peer: IpAddr, permit: OwnedSemaphorePermit) -> Option<Place> {
        let address = party(peer);
        let mut open = self.open();
        let count = open.entry(address).or_default();
        if *count >= self.of_an_address {
            return None;
        }
        *count += 1;
        drop(open);
        Some(Place { admission: Arc::clone(self), address, _permit: permit })
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        // Nothing is ever half done under this lock.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.open();
        match open.get_mut(&self.address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.remove(&self.address)),
        }
    }
}

/// The client that an address stands for: itself, or its /64 network in IPv6, since a client there has all of the 2^64 addresses.
pub(crate) fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;

    use super::{Admission, Place, party};

    fn ask(admission: &Arc<Admission>, address: &str) -> Option<Place> {
        let permit = Arc::clone(&admission.permits).try_acquire_owned().ok()?;
        admission.place(address.parse().unwrap(), permit)
    }

    #[test]
    fn an_address_has_its_share_and_gives_it_back() {
        let admission = Arc::new(Admission::new(3, 2));
        let first = ask(&admission, "10.0.0.1").expect("the first one");
        let _second = ask(&admission, "::ffff:10.0.0.1").expect("the second one");
        assert!(ask(&admission, "10.0.0.1").is_none(), "a third one of the same address");
        let _other = ask(&admission, "10.0.0.2").expect("another address");
        assert!(ask(&admission, "10.0.0.3").is_none(), "all are taken");
        drop(first);
        assert!(ask(&admission, "10.0.0.1").is_some(), "there is room again");
        assert_eq!(admission.open().len(), 2, "an address without connections is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_party() {
        #[track_caller]
        fn check(address: &str, expect: &str) {
            assert_eq!(party(address.parse().unwrap()), expect.parse::<IpAddr>().unwrap());
        }
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("2001:db8:1:2:ffff::", "2001:db8:1:2::");
        check("::1", "::");
    }
}
