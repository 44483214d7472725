//! Files of published versions: from the isolate's memory, the cache of this location, or the store. Bytes from the cache or the
//! store are checked against size and hash of the manifest before anything keeps or sends them.

use std::cell::RefCell;
use std::rc::Rc;

use rollout::Integrity;
use worker::Context;

use crate::objects::refresh::{self, LOOK};
use crate::platform::deadline::pause;
use crate::platform::location_cache;
use crate::platform::runtime::{self, Buffer, to_its_end};
use crate::state::State;
use crate::store::object::Read;
use shop::files::Stored;
use shop::remotes::cause::Cause;

/// How often the store is asked in all: whatever broke off once may come whole the next time.
const TRIES: usize = 2;

/// The bytes of a file of `size` bytes. One request reads a file; others wait for its end, and a failure is remembered for all.
pub(crate) async fn fetch(state: &Rc<State>, file: &Stored, size: u64, context: &Rc<Context>) -> Result<Buffer, Cause> {
    let address = refresh::file_address(state, &file.key, &file.integrity);
    let patience = state.shop.remotes.patience();
    let mut has_waited = false;
    loop {
        if let Some(bytes) = state.files.borrow_mut().get(&address) {
            return Ok(bytes.clone());
        }
        let now = runtime::now();
        if let Some(cause) = state.unread_files.borrow().cause(&address, now) {
            return Err(cause.clone());
        }
        // What was read and found no place in memory lies in the cache of the location: each request takes it from there.
        if state.unread_files.borrow_mut().begin(&address, now, patience) || has_waited {
            break;
        }
        while state.unread_files.borrow().is_reading(&address, runtime::now(), patience) {
            pause(LOOK).await;
        }
        has_waited = true;
    }
    let outcome = Rc::new(RefCell::new(Err(Cause::Unread)));
    let read = {
        let (state, file, context, outcome) = (Rc::clone(state), file.clone(), Rc::clone(context), Rc::clone(&outcome));
        async move {
            let found = read(&state, &file, size, &address, &context).await;
            let mut unread = state.unread_files.borrow_mut();
            match &found {
                Ok(_) => unread.succeed(&address),
                Err(cause) => unread.fail(&address, cause.clone(), runtime::now()),
            };
            *outcome.borrow_mut() = found;
        }
    };
    // Others wait for its end, so it ends even if this request does not.
    drop(to_its_end(context, read).await);
    outcome.replace(Err(Cause::Unread))
}

async fn read(state: &State, file: &Stored, size: u64, address: &str, context: &Context) -> Result<Buffer, Cause> {
    if let Some(cached) = location_cache::get(address).await
        && check(&cached.bytes, size, &file.integrity).await.is_ok()
    {
        keep(state, address.to_owned(), &cached.bytes);
        return Ok(cached.bytes);
    }
    let bytes = ask(state, file, size).await?;
    keep(state, address.to_owned(), &bytes);
    let (address, left) = (address.to_owned(), bytes.clone());
    drop(to_its_end(context, async move { location_cache::put(&address, &left).await }));
    Ok(bytes)
}

async fn ask(state: &State, file: &Stored, size: u64) -> Result<Buffer, Cause> {
    let timeout = state.shop.remotes.freshness().timeout;
    let mut tries = 1;
    loop {
        let outcome = match state.store.read(&file.remote, &file.key, size, None, timeout).await {
            Ok(Read::Object(object)) => check(&object.bytes, size, &file.integrity).await.map(|()| object.bytes),
            Ok(Read::Absent | Read::Same) => {
                return Err(refresh::missing_file(state, &file.remote, &file.version).await);
            }
            Err(cause) => Err(cause),
        };
        match outcome {
            // A store that hangs has had all the time there is for a request.
            Err(cause) if tries == TRIES || matches!(cause, Cause::Timeout(_)) => return Err(cause),
            Err(_) => tries += 1,
            Ok(bytes) => return Ok(bytes),
        }
    }
}

fn keep(state: &State, address: String, bytes: &Buffer) {
    let size = usize::try_from(bytes.length()).unwrap_or(usize::MAX);
    drop(state.files.borrow_mut().keep(address, bytes.clone(), size));
}

/// The runtime's own hash: it does not copy the file into this module's memory.
async fn check(bytes: &Buffer, size: u64, integrity: &Integrity) -> Result<(), Cause> {
    if u64::from(bytes.length()) != size {
        return Err(Cause::OtherBytes("the store's file has another length than its manifest says"));
    }
    let digest: Result<[u8; 48], _> =
        runtime::sha384(bytes).await.map_err(|reason| Cause::runtime(&reason))?.try_into();
    match digest {
        Ok(digest) if Integrity::from_digest(&digest) == *integrity => Ok(()),
        _ => Err(Cause::OtherBytes("the store's file has other bytes than its manifest says")),
    }
}
