//! Files of published versions: from the isolate's memory, the cache of this location, or the store. Bytes from the cache or the
//! store are checked against size and hash of the manifest before anything keeps or sends them.

use js_sys::{ArrayBuffer, Uint8Array};
use rollout::Integrity;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::WorkerGlobalScope;

use crate::cause::Cause;
use crate::files::Stored;
use crate::location_cache;
use crate::refresh;
use crate::runtime::{self, describe};
use crate::store::Read;
use crate::worker_state::State;

/// How often the store is asked in all: whatever broke off once may come whole the next time.
const TRIES: usize = 2;

/// The bytes of a file of `size` bytes.
pub(crate) async fn fetch(state: &State, file: &Stored, size: u64, context: &JsValue) -> Result<Uint8Array, Cause> {
    let address = refresh::file_address(state, &file.key, &file.integrity);
    if let Some(bytes) = state.files.borrow_mut().get(&address) {
        return Ok(bytes.clone());
    }
    if let Some(cached) = location_cache::get(&address).await
        && check(&cached.bytes, size, &file.integrity).await.is_ok()
    {
        keep(state, address, &cached.bytes);
        return Ok(cached.bytes);
    }
    let bytes = ask(state, file, size).await?;
    keep(state, address.clone(), &bytes);
    let left = bytes.clone();
    let put = runtime::promise(async move {
        location_cache::put(&address, &left).await;
        JsValue::UNDEFINED
    });
    runtime::wait_until(context, &put);
    Ok(bytes)
}

async fn ask(state: &State, file: &Stored, size: u64) -> Result<Uint8Array, Cause> {
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

fn keep(state: &State, address: String, bytes: &Uint8Array) {
    let size = usize::try_from(bytes.length()).unwrap_or(usize::MAX);
    state.files.borrow_mut().keep(address, bytes.clone(), size);
}

/// The runtime's own hash: it does not copy the file into this module's memory.
async fn check(bytes: &Uint8Array, size: u64, integrity: &Integrity) -> Result<(), Cause> {
    if u64::from(bytes.length()) != size {
        return Err(Cause::OtherBytes("the store's file has another length than its manifest says"));
    }
    let failed = |error: JsValue| Cause::runtime(&describe(&error));
    let subtle = js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto().map(|crypto| crypto.subtle());
    let digest = subtle.and_then(|subtle| subtle.digest_with_str_and_js_u8_array("SHA-384", bytes));
    let digest = digest.map_err(failed)?;
    let digest: ArrayBuffer = JsFuture::from(digest).await.map_err(failed)?.unchecked_into();
    let digest: Result<[u8; 48], _> = Uint8Array::new(&digest).to_vec().try_into();
    match digest {
        Ok(digest) if Integrity::from_digest(&digest) == *integrity => Ok(()),
        _ => Err(Cause::OtherBytes("the store's file has other bytes than its manifest says")),
    }
}
