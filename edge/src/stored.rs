//! Files of published versions: from the isolate's memory, the cache of this location, or the origin. Bytes from the cache or the
//! origin are checked against size and hash of the manifest before anything keeps or sends them.

use js_sys::{ArrayBuffer, Uint8Array};
use rollout::Integrity;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::WorkerGlobalScope;

use crate::files::Stored;
use crate::location_cache;
use crate::origin::{Read, describe};
use crate::refresh;
use crate::runtime;
use crate::worker_state::State;

/// How often the origin is asked in all: whatever broke off once may come whole the next time.
const TRIES: usize = 2;

/// The bytes of a file of `size` bytes.
pub(crate) async fn fetch(state: &State, file: &Stored, size: u64, context: &JsValue) -> Result<Uint8Array, String> {
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

async fn ask(state: &State, file: &Stored, size: u64) -> Result<Uint8Array, String> {
    let timeout = state.shop.remotes.freshness().timeout;
    let mut trouble = String::new();
    for _ in 0..TRIES {
        let read = state.origin.read(&file.remote, &file.key, size, None, timeout).await;
        let outcome = match read {
            Ok(Read::Object(object)) => check(&object.bytes, size, &file.integrity).await.map(|()| object.bytes),
            Ok(Read::Absent | Read::Same) => Err(format!("the store has no `{}`", file.key)),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(bytes) => return Ok(bytes),
            Err(error) => trouble = error,
        }
    }
    Err(trouble)
}

fn keep(state: &State, address: String, bytes: &Uint8Array) {
    let size = usize::try_from(bytes.length()).unwrap_or(usize::MAX);
    state.files.borrow_mut().keep(address, bytes.clone(), size);
}

/// The runtime's own hash: it does not copy the file into this module's memory.
async fn check(bytes: &Uint8Array, size: u64, integrity: &Integrity) -> Result<(), String> {
    let length = u64::from(bytes.length());
    if length != size {
        return Err(format!("the store's file has {length} bytes, its manifest says {size}"));
    }
    let subtle = js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto().map(|crypto| crypto.subtle());
    let digest = subtle.and_then(|subtle| subtle.digest_with_str_and_js_u8_array("SHA-384", bytes));
    let digest = digest.map_err(|error| describe(&error))?;
    let digest: ArrayBuffer = JsFuture::from(digest).await.map_err(|error| describe(&error))?.unchecked_into();
    let digest: Result<[u8; 48], _> = Uint8Array::new(&digest).to_vec().try_into();
    match digest {
        Ok(digest) if Integrity::from_digest(&digest) == *integrity => Ok(()),
        _ => Err("the store's file has other bytes than its manifest says".to_owned()),
    }
}
