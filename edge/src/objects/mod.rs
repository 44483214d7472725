//! The objects that the isolate reads and keeps: releases, manifests, files of published versions, editions of the catalog, the merchant's rules; and the answers of
//! the origin about a checkout, which it does not keep. Every read
//! ends in the state, whole and checked, or in a cause that is remembered there.

pub(crate) mod feed;
pub(crate) mod forward;
pub(crate) mod refresh;
pub(crate) mod rules;
pub(crate) mod stored;
