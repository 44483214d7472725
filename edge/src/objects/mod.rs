//! The objects that the isolate reads and keeps: releases, manifests, files of published versions, editions of the catalog. Every read
//! ends in the state, whole and checked, or in a cause that is remembered there.

pub(crate) mod feed;
pub(crate) mod refresh;
pub(crate) mod stored;
